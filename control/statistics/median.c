// SPDX-License-Identifier: BSD-3-Clause
#include "control/statistics/median.h"

#include <assert.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

// How likely fewer than `below` of `count` fair coins show heads.
static double coins_below(size_t below, size_t count)
{
	const double n = (double)count;
	double sum = 0;

	for (size_t i = 0; i < below; i++)
		sum += exp(lgamma(n + 1) - lgamma((double)i + 1) - lgamma(n - (double)i + 1) -
			   n * M_LN2);
	return sum;
}

// How far out on a standard normal that lies, `tail` of it beyond: by halving, for erfc has no
// inverse at hand. 0 < tail <= 0.5.
static double normal_beyond(double tail)
{
	double low = 0, high = 40;

	for (int i = 0; i < 64; i++) {
		const double middle = (low + high) / 2;

		if (erfc(middle / M_SQRT2) / 2 > tail)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct median median_of(double numbers[], size_t count)
{
	// As many from each end as leave some two standard errors on either side.
	const double from_end = round(((double)count + 1) / 2 - sqrt((double)count));
	const size_t rank = from_end < 1 ? 1 : (size_t)from_end;
	const double width = normal_beyond(coins_below(rank, count));
	double middle;

	assert(count > 1);
	qsort(numbers, count, sizeof(*numbers), compare);
	assert(numbers[0] > 0);
	middle = (log(numbers[(count - 1) / 2]) + log(numbers[count / 2])) / 2;
	return (struct median){
		middle, (log(numbers[count - rank]) - log(numbers[rank - 1])) / (2 * width)};
}

struct interval median_interval(const struct median *median)
{
	return interval_of_logarithm(median->logarithm, median->error);
}

struct interval median_ratio(const struct median *median, const struct median *other)
{
	return interval_of_logarithm(
		median->logarithm - other->logarithm, hypot(median->error, other->error));
}
