// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Two groups of subscribers side by side, over all and for each family and level: what
// store_effect_rows tells, gathered subscriber by subscriber, for effect_compare.
//
// A subscriber is counted once in each family and level that it had a contact of, and once over
// all. Whoever was in both groups within one stretch is in neither here, and counted: that happens
// where consent was given or taken back meanwhile.
//
// Bounded: COMPARISON_STRATA_MAX families and levels, those met first; what others did is in the
// figures over all. One thread.

#include "control/statistics/effect.h"
#include "control/store/effects.h"

#define COMPARISON_STRATA_MAX 64

struct comparison_stratum {
	char family[FAMILY_SIZE]; // "" where no list says
	uint8_t level;            // 0: over all families and levels
	struct effect_group first, second;
};

struct comparison {
	struct comparison_stratum strata[COMPARISON_STRATA_MAX + 1]; // [0]: over all
	size_t count;
	uint64_t left_out;   // subscribers in both groups
	uint64_t other_rows; // contacts of families and levels without room
	bool no_memory;
};

// What is looked at, and which group it is about.
struct comparison_part {
	struct effect_stretch stretch;
	uint64_t from_ns, until_ns; // its moments
	uint64_t quiet_ns;          // as long quiet is cleared
	bool trial;                 // both groups; else all rows are of the first, or
	bool second;                // of the second group
};

// `comparison` is zeroed at first; each part adds to it. -1: the store could not be read, or
// no_memory.
int comparison_add(
	struct comparison *comparison, struct store *store, const struct comparison_part *part);
void comparison_free(struct comparison *comparison);
