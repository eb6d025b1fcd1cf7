// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Shares, and how far two of them differ. Pure.

#include "control/statistics/interval.h"

#include <stdint.h>

// Wilson's score interval (Wilson 1927, JASA 22: 209-212): good for small counts too, and never
// outside 0..1. `trials` is at least 1.
struct interval proportion_wilson(uint64_t successes, uint64_t trials);

// The first share less the second one, by Newcombe's hybrid of two score intervals (Newcombe 1998,
// Statistics in Medicine 17: 873-890, method 10).
struct interval proportion_difference(
	uint64_t successes, uint64_t trials, uint64_t other_successes, uint64_t other_trials);

// The ratio of two rates, from two counts of whom `share` (0 < share < 1) would be the first if the
// rates were equal: given their sum, the first count is binomial, so the ratio follows from the
// score interval of its share. `high` is infinite where the second count is 0. Not both are 0.
struct interval proportion_rate_ratio(uint64_t count, uint64_t other_count, double share);
