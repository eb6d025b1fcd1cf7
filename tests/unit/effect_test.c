// SPDX-License-Identifier: BSD-3-Clause

// What is compared, what is found, and where nothing is said.

#include "control/statistics/effect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// `count` subscribers with 10, 11, 12, 13 ... 19 times `scale` packets.
static void fill(struct effect_group *group, int count, unsigned scale, int cleared)
{
	for (int i = 0; i < count; i++) {
		const struct effect_subscriber subscriber = {
			.contacts = 1 + (unsigned)i % 2,
			.packets = scale * (10 + (unsigned)i % 10),
			.interval_s = 60.0 / scale + i % 10,
			.is_new = i % 2 == 0,
			.was_watched = true,
			.cleared = i < cleared,
		};

		assert_true(effect_group_add(group, &subscriber));
	}
}

static void test_finds_what_there_is(void **state)
{
	struct effect_group first = {0}, second = {0};
	struct effect effects[EFFECT_MEASURES];

	(void)state;
	fill(&first, 100, 1, 50);
	fill(&second, 900, 2, 90);
	effect_compare(&first, &second, 0.1, effects);
	assert_int_equal(effects[EFFECT_INFECTED].finding, EFFECT_NONE_SHOWN);
	assert_int_equal((int)effects[EFFECT_INFECTED].first.interval.value, 100);
	assert_int_equal(effects[EFFECT_NEW].second.subscribers, 450);
	assert_int_equal(effects[EFFECT_CONTACTS].finding, EFFECT_NONE_SHOWN);
	assert_int_equal(effects[EFFECT_PACKETS].finding, EFFECT_LESS);
	assert_true(fabs(effects[EFFECT_PACKETS].difference.value - 0.5) < 1e-9);
	assert_int_equal(effects[EFFECT_INTERVAL].finding, EFFECT_MORE);
	assert_int_equal(effects[EFFECT_CLEARED].finding, EFFECT_MORE);
	assert_true(fabs(effects[EFFECT_CLEARED].difference.value - 0.4) < 1e-9);
	effect_group_free(&first);
	effect_group_free(&second);
}

static void test_rates_count_by_share(void **state)
{
	struct effect_group first = {0}, second = {0};
	struct effect effects[EFFECT_MEASURES];

	(void)state;
	fill(&first, 100, 1, 0);
	fill(&second, 400, 1, 0);
	effect_compare(&first, &second, 0.2, effects);
	assert_int_equal(effects[EFFECT_INFECTED].finding, EFFECT_NONE_SHOWN);
	effect_compare(&first, &second, 0.5, effects);
	assert_int_equal(effects[EFFECT_INFECTED].finding, EFFECT_LESS);
	effect_compare(&first, &second, 0.1, effects);
	assert_int_equal(effects[EFFECT_INFECTED].finding, EFFECT_MORE);
	effect_group_free(&first);
	effect_group_free(&second);
}

static void test_says_nothing_of_too_few(void **state)
{
	struct effect_group first = {0}, second = {0};
	struct effect effects[EFFECT_MEASURES];

	(void)state;
	effect_compare(&first, &second, 0.5, effects);
	for (int i = 0; i < EFFECT_MEASURES; i++)
		assert_int_equal(effects[i].finding, EFFECT_TOO_FEW);
	fill(&first, EFFECT_SUBSCRIBERS_MIN - 1, 1, 0);
	fill(&second, 1000, 5, 500);
	effect_compare(&first, &second, 0.5, effects);
	assert_int_equal(effects[EFFECT_INFECTED].finding, EFFECT_LESS); // of 1029, half expected
	assert_int_equal(effects[EFFECT_PACKETS].finding, EFFECT_TOO_FEW);
	assert_int_equal(effects[EFFECT_INTERVAL].finding, EFFECT_TOO_FEW);
	assert_int_equal(effects[EFFECT_CLEARED].finding, EFFECT_TOO_FEW);
	assert_false(effects[EFFECT_PACKETS].first.known);
	assert_true(effects[EFFECT_PACKETS].second.known);
	assert_int_equal(effects[EFFECT_PACKETS].first.subscribers, EFFECT_SUBSCRIBERS_MIN - 1);
	// In the smaller group nine would be expected.
	effect_compare(&first, &second, 0.009, effects);
	assert_int_equal(effects[EFFECT_INFECTED].finding, EFFECT_TOO_FEW);
	fill(&first, 1, 1, 0);
	effect_compare(&first, &second, 0.5, effects);
	assert_int_equal(effects[EFFECT_PACKETS].finding, EFFECT_LESS);
	effect_group_free(&first);
	effect_group_free(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_there_is),
		cmocka_unit_test(test_rates_count_by_share),
		cmocka_unit_test(test_says_nothing_of_too_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
