// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A figure and where the true one lies: 95 % of such intervals hold it.

#include <math.h>

// The normal distribution's 97.5 % quantile.
#define INTERVAL_Z 1.959963984540054

struct interval {
	double value, low, high;
};

// Of a figure that is known on the logarithm's scale, with its standard error there.
static inline struct interval interval_of_logarithm(double value, double error)
{
	return (struct interval){
		exp(value), exp(value - INTERVAL_Z * error), exp(value + INTERVAL_Z * error)};
}
