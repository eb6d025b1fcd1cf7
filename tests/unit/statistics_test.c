// SPDX-License-Identifier: BSD-3-Clause

// Figures and intervals against values that others published, or that can be worked out by hand.

#include "control/statistics/mean.h"
#include "control/statistics/median.h"
#include "control/statistics/proportion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double found, double expected, double within)
{
	if (!(fabs(found - expected) <= within))
		fail_msg("%.6f, should be %.6f", found, expected);
}

static void assert_interval(
	struct interval interval, double value, double low, double high, double within)
{
	assert_near(interval.value, value, within);
	assert_near(interval.low, low, within);
	assert_near(interval.high, high, within);
}

// Newcombe 1998, Statistics in Medicine 17: 857-872, table I: method 3.
static void test_wilson(void **state)
{
	(void)state;
	assert_interval(proportion_wilson(81, 263), 0.3080, 0.2553, 0.3662, 0.00005);
	assert_interval(proportion_wilson(15, 148), 0.1014, 0.0624, 0.1605, 0.00005);
	assert_interval(proportion_wilson(0, 20), 0, 0, 0.1611, 0.00005);
	assert_interval(proportion_wilson(1, 29), 0.0345, 0.0061, 0.1718, 0.00005);
	assert_interval(proportion_wilson(29, 29), 1, 0.8830, 1, 0.00005);
}

// Newcombe 1998, Statistics in Medicine 17: 873-890, table II: method 10.
static void test_difference(void **state)
{
	(void)state;
	assert_interval(proportion_difference(56, 70, 48, 80), 0.2, 0.0524, 0.3339, 0.00005);
	assert_interval(proportion_difference(9, 10, 3, 10), 0.6, 0.1705, 0.8090, 0.00005);
	assert_interval(proportion_difference(10, 10, 0, 10), 1, 0.6075, 1, 0.00005);
}

static void test_rate_ratio(void **state)
{
	struct interval interval;

	(void)state;
	// Of 10 % twice as many as chance would have: 200 of 1100 are odds of 2/9.
	interval = proportion_rate_ratio(200, 900, 0.1);
	assert_near(interval.value, 2, 1e-12);
	assert_true(interval.low > 1.7 && interval.low < 1.75);
	assert_true(interval.high > 2.3 && interval.high < 2.35);
	interval = proportion_rate_ratio(50, 50, 0.5);
	assert_interval(interval, 1, 1 / interval.high, interval.high, 1e-12);
	assert_near(proportion_rate_ratio(0, 50, 0.5).low, 0, 0);
	assert_true(isinf(proportion_rate_ratio(50, 0, 0.5).high));
}

static void test_mean(void **state)
{
	struct mean mean = {0}, other = {0};
	struct interval interval;

	(void)state;
	for (int i = 1; i <= 5; i++) {
		mean_add(&mean, i);
		mean_add(&other, 2 * i);
	}
	assert_int_equal(mean.count, 5);
	assert_near(mean.value, 3, 1e-12);
	assert_near(mean.squares, 10, 1e-12);
	// Variance 2.5, so the error of the mean is sqrt(0.5), a share of 0.2357 of it.
	interval = mean_interval(&mean);
	assert_interval(
		interval, 3, 3 * exp(-1.959964 * 0.235702), 3 * exp(1.959964 * 0.235702), 1e-5);
	interval = mean_ratio(&mean, &other);
	assert_interval(interval, 0.5, 0.5 * exp(-1.959964 * 0.333333),
		0.5 * exp(1.959964 * 0.333333), 1e-5);
}

// Far from zero, where sums of squares would lose everything.
static void test_mean_loses_nothing(void **state)
{
	struct mean mean = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		mean_add(&mean, 1e9 + i % 2);
	assert_near(mean.squares, 250, 1e-3);
}

// Ten numbers: the second from each end, beyond which lie 11/1024 of ten coins on either side: 2.3
// standard errors.
static void test_median(void **state)
{
	double numbers[] = {10, 1, 9, 2, 8, 3, 7, 4, 6, 5}, twice[10];
	struct median median, other;

	(void)state;
	for (size_t i = 0; i < 10; i++)
		twice[i] = 2 * numbers[i];
	median = median_of(numbers, 10);
	other = median_of(twice, 10);
	assert_near(numbers[0], 1, 0);
	assert_near(numbers[9], 10, 0);
	assert_near(exp(median.logarithm), sqrt(5 * 6), 1e-9);
	assert_near(median.error, log(9.0 / 2.0) / (2 * 2.29905), 1e-3);
	assert_near(median_ratio(&median, &other).value, 0.5, 1e-9);
	assert_near(median_ratio(&median, &other).low,
		0.5 * exp(-1.959964 * M_SQRT2 * median.error), 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wilson),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_rate_ratio),
		cmocka_unit_test(test_mean),
		cmocka_unit_test(test_mean_loses_nothing),
		cmocka_unit_test(test_median),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
