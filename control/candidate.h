// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What may replace the lists in force: rows, the catalogue they merge to, and the generation it
// compiles to. The loader's thread.

#include "control/caution.h"
#include "control/guard.h"
#include "control/intake.h"
#include "control/subscriber/flagged.h"
#include "dataplane/api/generation_layout.h"

struct candidate {
	struct intake *intake;
	struct catalogue *catalogue;
	struct novelty *novelty;
	struct generation_header header;
	int memfd;         // -1: not compiled
	int64_t decided_s; // UTC: the moment it was compiled for
};

// What it is compiled with.
struct candidate_terms {
	const struct config *config;
	const struct guard *guard;         // candidate_merge only
	const struct flagged *subscribers; // NULL: not known
	const struct caution *caution;
	uint64_t number;
};

// Compiles the candidate's catalogue. -1 with one line in `error`.
int candidate_compile(struct candidate *candidate, const struct candidate_terms *terms, char *error,
	size_t error_size);

// Merges the candidate's rows, and compiles that; likewise.
int candidate_merge(struct candidate *candidate, const struct candidate_terms *terms, char *error,
	size_t error_size);
void candidate_free(struct candidate *candidate);
