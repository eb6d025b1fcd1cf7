// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Shares: what single differences of records added to contacts, kept until it is settled whom they
// belong to.
//
// A record of the data plane tells totals, and its flags (`seen`) pile up whoever holds the key. So
// a difference is attributed as a whole, to who held the key at its last packet (record.last_ns),
// and its evidence is what this difference itself shows:
//   - flags that the record had not before;
//   - SEEN_UP if packets_up grew, SEEN_DOWN if packets_down grew and the record has that flag at
//     all (without it, all that ever came back were bare RSTs).
// Added up over the shares of one holder that is all the record says. Of a later holder it is less
// than may have happened: payload that both of them exchanged shows in the first one's evidence
// only, until the data plane makes the record anew; and an answer to the first one makes a bare RST
// to the second one count as an answer.
//
// A difference lies between two visits to the data plane, half a second. While the control plane
// was away it may be long, and a handover may lie within it. If it is known to (a new record whose
// first and last packet have different holders), all of it is the last holder's, from its last
// packet on, and it says no more than `attempted`: how much of it was the first one's nobody knows.
// Of a record met before, only the last packet's moment is known.
//
// Shares of one record, holder, day and group are one as long as they lie within SHARE_SPAN_NS. So
// a change of the holder that becomes known later moves shares that are exact to that span; one
// that lies within a share is treated as above.
//
// All but store_shares_settle for the caller's transaction.

#include "control/store/membership.h"
#include "control/store/records.h"

#define SHARE_SPAN_NS   UINT64_C(1000000000)   // what accounting can tell apart
#define SHARE_SETTLE_NS UINT64_C(900000000000) // far more than accounting is late
#define SHARES_MAX      1000000

struct share {
	int64_t row; // 0: not stored yet
	int64_t record, contact;
	bool translated;
	struct address via; // if translated; see resolved.h
	uint64_t from_ns, until_ns;
	uint8_t seen;             // of the difference
	uint64_t counted_from_ns; // what the contact gets, as share_count decides
	uint8_t counted_seen;
	struct share_counters counters;
	struct membership membership; // at its last packet
};

// The difference between a record and what is counted of it. false: there is none. Pure.
bool share_of(
	const struct contact_record *record, const struct record_base *base, struct share *share);

// Decides what counts: `spans` says that a handover lies within. Pure.
void share_count(struct share *share, bool spans);

// Stores a new share, by itself or in one with the last of its record. `*begins`: packets from the
// subscriber are the first ones of the share as it is stored now.
int store_share_add(struct store *store, const struct share *share, bool *begins);

// Gives a stored share to `share->contact`, with what counts there and the group it is in.
int store_share_move(struct store *store, const struct share *share);

// Settles shares stored more than `settle_ns` before `now_ns`, then the oldest beyond
// `shares_max`: they become part of their contact for good. A transaction of its own of some ten
// milliseconds. 1: there are more to settle, 0: all done, -1: failed. `*early` grows by how many
// were settled for room.
int store_shares_settle(struct store *store, uint64_t now_ns, uint64_t settle_ns,
	uint64_t shares_max, uint64_t *early);
