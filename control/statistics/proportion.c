// SPDX-License-Identifier: BSD-3-Clause
#include "control/statistics/proportion.h"

#include <assert.h>

struct interval proportion_wilson(uint64_t successes, uint64_t trials)
{
	const double n = (double)trials, share = (double)successes / n;
	const double z2 = INTERVAL_Z * INTERVAL_Z;
	const double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
	const double half =
		INTERVAL_Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n);
	struct interval interval = {share, centre - half, centre + half};

	assert(trials > 0 && successes <= trials);
	// Exactly so, but for what rounding leaves.
	if (successes == 0)
		interval.low = 0;
	if (successes == trials)
		interval.high = 1;
	return interval;
}

struct interval proportion_difference(
	uint64_t successes, uint64_t trials, uint64_t other_successes, uint64_t other_trials)
{
	const struct interval a = proportion_wilson(successes, trials);
	const struct interval b = proportion_wilson(other_successes, other_trials);
	const double difference = a.value - b.value;

	return (struct interval){difference, difference - hypot(a.value - a.low, b.high - b.value),
		difference + hypot(a.high - a.value, b.value - b.low)};
}

static double odds_ratio(double share, double expected)
{
	return share / (1 - share) * (1 - expected) / expected;
}

struct interval proportion_rate_ratio(uint64_t count, uint64_t other_count, double share)
{
	const struct interval first = proportion_wilson(count, count + other_count);

	assert(share > 0 && share < 1);
	return (struct interval){odds_ratio(first.value, share), odds_ratio(first.low, share),
		odds_ratio(first.high, share)};
}
