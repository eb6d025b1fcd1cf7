// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How bindings (control/store/bindings.h) come to be: what a session claims to hold, from when on,
// and until when. `session` is the row of control/store/sessions.h.
//
// All for the caller's transaction; 0, or -1 after which it must be rolled back.

#include "control/store/bindings.h"

// Enters a claim of that session: `binding` from its start to its end. Any other claim on the
// prefix that holds at its start ends there.
int store_claim_enter(struct store *store, int64_t session, const struct binding *binding,
	const struct binding_observer *observer);

// What a session has of one prefix.
struct claim_standing {
	bool known;        // it has held it, or does
	bool open;         // it does
	bool held;         // at that moment somebody does, be it this session
	int64_t first_row; // its earliest binding, if known
	uint64_t first_start_ns;
};

int store_claim_standing(struct store *store, int64_t session, const struct prefix *prefix,
	uint64_t at_ns, struct claim_standing *standing);

// Whether the session has any binding by that attribute. -1: failed.
int store_claim_known(struct store *store, int64_t session, uint8_t source);

// Lets the binding of that row start earlier, unless another claim on its prefix started in
// between.
int store_claim_extend(struct store *store, int64_t id, uint64_t start_ns,
	const struct binding_observer *observer);

// Ends what the session holds beyond `at_ns`: all, or what came by `source`, without the prefixes
// in `keep`.
struct claim_ending {
	uint64_t at_ns;
	bool all;
	uint8_t source;
	const struct prefix *keep;
	size_t keep_count;
};

int store_claims_end(struct store *store, int64_t session, const struct claim_ending *ending,
	const struct binding_observer *observer);

// Notes that the session's open bindings were spoken of.
int store_claims_hear(struct store *store, int64_t session, uint64_t word_ns);
