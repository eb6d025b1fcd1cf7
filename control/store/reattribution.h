// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Moves what was counted lately to whom it belongs, once more is known: accounting that arrives
// after the first contact, a log of translations read late, a mapping that was corrected.
//
// For each unsettled share (control/store/shares.h) of a key that a change concerns, the resolver
// is asked anew. A share that is another's is taken from the old contact and added to the new one,
// which is judged as in store_contacts_apply. Exact are, on both sides, all counters, first and
// last time, flags and evidence, because a contact is what is settled plus its shares; a contact
// without packets left disappears, and so does a subscriber without contacts and a key without
// shares. Not exact on the side that lost, because only the last word is kept: level, verdict,
// `applied`, the key shown and the port of the first packet. What the last event told of it is
// taken back, so that evidence which comes again is told again. What is settled stays where it is.
//
// Cost: a chunk is one transaction of up to REATTRIBUTION_CHUNK shares, some 150 microseconds for
// each that moves, 10 for each that does not.

#include "control/store/contacts.h"

#define REATTRIBUTION_CHUNK 256

// Whose holder may have changed, from when on.
struct holder_change {
	bool all; // all keys; `prefix` means nothing
	// Keys that are an address in it, or a block of an address's ports, and keys that stood for
	// an address in it.
	struct prefix prefix;
	uint64_t from_ns; // shares that ended earlier stay
};

struct reattribution {
	struct holder_change change;
	int64_t after;  // the last share looked at; 0 at first
	uint64_t moved; // shares so far
};

// One chunk. 1: to be called again, 0: done, -1: failed; what this chunk did is undone.
int store_contacts_reattribute(struct store *store, struct reattribution *reattribution,
	const struct contact_observer *observer);
