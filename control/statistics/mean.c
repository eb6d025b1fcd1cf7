// SPDX-License-Identifier: BSD-3-Clause
#include "control/statistics/mean.h"

#include <assert.h>

void mean_add(struct mean *mean, double number)
{
	const double distance = number - mean->value;

	mean->count++;
	mean->value += distance / (double)mean->count;
	mean->squares += distance * (number - mean->value);
}

// The variance of the mean's logarithm.
static double log_variance(const struct mean *mean)
{
	const double n = (double)mean->count;

	assert(mean->count > 1 && mean->value > 0);
	return mean->squares / (n - 1) / n / (mean->value * mean->value);
}

struct interval mean_interval(const struct mean *mean)
{
	return interval_of_logarithm(log(mean->value), sqrt(log_variance(mean)));
}

struct interval mean_ratio(const struct mean *mean, const struct mean *other)
{
	return interval_of_logarithm(
		log(mean->value / other->value), sqrt(log_variance(mean) + log_variance(other)));
}
