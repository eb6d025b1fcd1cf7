// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Means of positive numbers, and the ratio of two of them. One thread for each struct mean.
//
// Intervals are normal on the logarithm's scale, with the error of a mean's logarithm by the delta
// method: s / (m sqrt(n)). Counts of packets are skewed, and on this scale an interval is about as
// skewed as they are; with fewer than some dozen numbers it is too narrow, so the caller asks for
// at least MEAN_NUMBERS_MIN.

#include "control/statistics/interval.h"

#include <stdint.h>

#define MEAN_NUMBERS_MIN 30

struct mean {
	uint64_t count;
	double value;
	double squares; // sum of squared distances from the mean
};

// By Welford's method (Technometrics 4, 1962: 419-420), which loses nothing to rounding.
void mean_add(struct mean *mean, double number);

// Both of at least two numbers, with means above 0.
struct interval mean_interval(const struct mean *mean);
struct interval mean_ratio(const struct mean *mean, const struct mean *other);
