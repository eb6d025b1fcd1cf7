// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Medians of positive numbers, and the ratio of two of them. Pure, but for sorting.
//
// The error of a median comes from two of its order statistics, without any assumption about the
// distribution (Price and Bonett 2002, Journal of Statistical Computation and Simulation 72:
// 119-124), here of the numbers' logarithms. Numbers that are equal for the most part give an error
// of 0: whoever is asked should have more than a handful of different ones.
//
// Cost: sorting.

#include "control/statistics/interval.h"

#include <stddef.h>

#define MEDIAN_NUMBERS_MIN 30

struct median {
	double logarithm; // of the median
	double error;     // the standard error of that
};

// Sorts `numbers`, at least two and all above 0.
struct median median_of(double numbers[], size_t count);

struct interval median_interval(const struct median *median);
struct interval median_ratio(const struct median *median, const struct median *other);
