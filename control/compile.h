// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Catalogue → generation, as dataplane/api/generation_layout.h lays it out.

#include "config/config.h"
#include "control/catalogue.h"
#include "control/novelty.h"
#include "control/overblock.h"
#include "control/subscriber/flagged.h"
#include "dataplane/api/generation_layout.h"

// What the over-block guard has to say.
struct compile_guard {
	const struct overblock *overblock; // NULL: nothing is disarmed
	const struct novelty *novelty;     // NULL: nothing is new
};

// Compiles the endpoint indicators of a sealed catalogue. Returns a sealed memfd that the caller
// closes, and its header; -1 with one line in `error` (more rules than rule_limit, no memory).
// `subscribers` may be NULL: nobody has flags, and no trial runs; `guard` too: nothing is disarmed
// or new. `now_s` is the moment (UTC) of which hours and ages of the policy are asked. The same
// indicators, policy, subscribers, trial, guard and hour give the same digest.
int compile_generation(const struct catalogue *catalogue, const struct config *config,
	const struct flagged *subscribers, const struct compile_guard *guard, int64_t now_s,
	uint64_t number, uint64_t created_ns, struct generation_header *header, char *error,
	size_t error_size);
