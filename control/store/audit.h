// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who did what and when: starts and stops, changes of mode, configuration, lists, trials and
// guards.
//
// Append-only and hash-chained (chain.h): triggers refuse every change of an entry, and whoever
// goes around them is found out by store_audit_prove. The one way in which entries go is the cut:
// once there are more than AUDIT_ENTRIES_MAX, the oldest AUDIT_CUT_ENTRIES go in one step, which
// appends an entry of its own, and keeps the hash of the last one cut as the anchor from which the
// rest can still be proven.

#include "control/store/chain.h"
#include "control/store/store.h"

#define AUDIT_ENTRIES_MAX 100000
#define AUDIT_CUT_ENTRIES 1000
#define AUDIT_SELF        "sekisho-control"
#define AUDIT_ACTION_CUT  "cut"

struct audit_entry {
	int64_t id;
	uint64_t at_ns;
	const char *actor, *action, *from, *to, *detail; // valid during the call
	uint8_t hash[CHAIN_HASH_SIZE];
};

// Appends; from, to: what was and what is instead, "" where there is no such thing. Within the
// caller's transaction if there is one. Each entry is also told to the log, once it is committed:
// "audit ID HASH: ACTOR: ACTION "FROM" -> "TO": DETAIL", for whoever keeps logs elsewhere. -1: it
// is not in the chain; the log has been told the same words, and why.
int store_audit_add(struct store *store, const char *actor, const char *action, const char *from,
	const char *to, const char *detail);

// The last `limit` entries, newest first.
int store_audit_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct audit_entry *entry), void *context);

struct audit_proof {
	uint64_t entries;              // that fit, from the oldest on
	uint64_t since_ns;             // the oldest one's moment
	uint64_t entries_cut;          // before them
	uint8_t head[CHAIN_HASH_SIZE]; // of the last one that fits
	int64_t broken_id;             // the first that does not; 0: none, or it is the anchor
	char problem[192];             // "": unbroken
};

// Walks the whole chain. 0, whatever it found; -1: could not be read. Notices every entry that was
// changed, taken out, put between others or moved; what was done to the end only if somebody
// compares `head`, or the hashes that were logged. Some 2 us an entry.
int store_audit_prove(struct store *store, struct audit_proof *proof);
