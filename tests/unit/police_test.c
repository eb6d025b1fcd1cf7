// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/police.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HZ 1000000

static unsigned int passed(
	struct bucket *bucket, const struct police_rate *rate, uint64_t ticks, unsigned int packets)
{
	unsigned int count = 0;

	while (packets-- > 0)
		count += police_pass(bucket, rate, ticks);
	return count;
}

static void a_burst_passes_and_no_more(void **state)
{
	const struct police_rate rate = police_rate_of(10, 25, HZ);
	struct bucket bucket = {0};

	(void)state;
	assert_int_equal(passed(&bucket, &rate, 0, 100), 25);
	assert_int_equal(passed(&bucket, &rate, HZ / 10 - 1, 100), 0);
	assert_int_equal(passed(&bucket, &rate, HZ / 10, 100), 1);
	assert_int_equal(passed(&bucket, &rate, HZ, 100), 9);
	assert_int_equal(passed(&bucket, &rate, 1000 * (uint64_t)HZ, 100), 25);
}

static void the_rate_holds_over_time(void **state)
{
	const struct police_rate rate = police_rate_of(100, 5, HZ);
	struct bucket bucket = {0};
	unsigned int count = 0;

	(void)state;
	for (uint64_t ticks = 0; ticks < 10 * (uint64_t)HZ; ticks += HZ / 1000)
		count += police_pass(&bucket, &rate, ticks);
	assert_int_equal(count, 5 + 10 * 100 - 1);
}

static void time_that_runs_backwards_gives_nothing(void **state)
{
	const struct police_rate rate = police_rate_of(10, 2, HZ);
	struct bucket bucket = {0};

	(void)state;
	assert_int_equal(passed(&bucket, &rate, HZ, 5), 2);
	assert_int_equal(passed(&bucket, &rate, 0, 5), 0);
	assert_int_equal(passed(&bucket, &rate, 2 * HZ, 5), 2);
}

static void a_rate_beyond_the_clock_is_the_clocks(void **state)
{
	const struct police_rate rate = police_rate_of(UINT32_MAX, 1, HZ);
	struct bucket bucket = {0};

	(void)state;
	assert_int_equal(passed(&bucket, &rate, 0, 5), 1);
	assert_int_equal(passed(&bucket, &rate, 1, 5), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_passes_and_no_more),
		cmocka_unit_test(the_rate_holds_over_time),
		cmocka_unit_test(time_that_runs_backwards_gives_nothing),
		cmocka_unit_test(a_rate_beyond_the_clock_is_the_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
