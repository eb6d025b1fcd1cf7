// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The contacts one worker saw since its ledger was last taken away: single writer, no locks.
//
// A worker writes into one ledger while the service thread reads and empties the other; they change
// hands by pointer (worker.h), never while in use. Entries lie dense in the order of first sight;
// an open-addressing index finds them. Full is an answer, not an error: the packet goes on,
// counted.
//
// Datapath: one hash of 40 bytes and usually one cache line per matched packet.

#include "config/action.h"
#include "config/subscriber_key.h"
#include "dataplane/burst.h"

#include <stdint.h>

struct ledger_key {
	struct subscriber_key subscriber;
	struct address address; // the listed server
	uint16_t port;          // as listed; 0: any
	uint8_t transport;      // as seen
	uint8_t rule_transport; // as listed; 0: any
};

struct ledger_entry {
	struct ledger_key key;
	uint64_t packets_up, packets_down;
	uint64_t bytes_up, bytes_down;
	uint64_t packets_dropped;
	uint64_t first_ticks, last_ticks;
	uint16_t seen_port;
	uint8_t level;
	uint8_t seen;    // SEEN_*
	uint8_t verdict; // enum action
	uint8_t applied;
	uint8_t link; // of the last packet
	uint8_t zero;
};

struct ledger;

// Room for `limit` contacts. NULL only when memory is out.
struct ledger *ledger_create(uint32_t limit);
void ledger_free(struct ledger *ledger); // NULL is allowed

// The entry of `key`, made if it is new (all but the key zero), or NULL: full.
struct ledger_entry *ledger_find_or_add(struct ledger *ledger, const struct ledger_key *key);

// Entries 0..count-1, in the order of their first packet.
uint32_t ledger_count(const struct ledger *ledger);
const struct ledger_entry *ledger_entry(const struct ledger *ledger, uint32_t index);

// Empties it at a cost that depends on what was in it, not on its size.
void ledger_clear(struct ledger *ledger);
