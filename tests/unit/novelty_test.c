// SPDX-License-Identifier: BSD-3-Clause
#include "control/novelty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/level_policy.h"

#define HOUR NOVELTY_NS

static struct config_policy_entry entries[CONFIG_LEVELS - 1];
static struct config config;

static struct service_key key_of(uint8_t number)
{
	const uint8_t bytes[4] = {198, 51, 100, number};
	struct service_key key = {.port = 6667, .transport = 6};

	address_from_v4(&key.address, bytes);
	return key;
}

// Entries of the last bytes in `drop`, which may act, and in `alert`, which may not.
static struct novelty *after(
	struct novelty *before, const char *drop, const char *alert, uint64_t now_ns)
{
	struct catalogue *catalogue = catalogue_create();
	struct novelty *novelty;

	for (int i = 0; i < 2; i++)
		for (const char *at = i == 0 ? drop : alert; *at != '\0'; at++) {
			const struct service_key key = key_of((uint8_t)*at);
			const struct feed_row row = {.address = key.address,
				.port = key.port,
				.transport = key.transport,
				.level = i == 0 ? 4 : 3,
				.max_action = ACTION_DROP};

			assert_true(catalogue_add(catalogue, 0, 1, &row));
		}
	assert_true(catalogue_seal(catalogue, 1));
	novelty = novelty_create(before, catalogue, &config, now_ns);
	assert_non_null(novelty);
	catalogue_release(catalogue);
	free(before);
	return novelty;
}

static bool is_new(const struct novelty *novelty, char number)
{
	const struct service_key key = key_of((uint8_t)number);

	return novelty_is_new(novelty, &key);
}

static void test_what_may_act_is_new_for_an_hour(void **state)
{
	struct novelty *novelty = after(NULL, "b", "a", 10 * HOUR);

	(void)state;
	assert_true(is_new(novelty, 'b'));
	assert_false(is_new(novelty, 'a'));
	assert_false(is_new(novelty, 'z'));
	assert_false(is_new(NULL, 'b'));
	assert_int_equal(novelty_next_change_ns(novelty), 11 * HOUR);
	novelty = after(novelty, "abc", "", 11 * HOUR - 1);
	assert_true(is_new(novelty, 'a')); // alert until now
	assert_true(is_new(novelty, 'b'));
	assert_true(is_new(novelty, 'c'));
	novelty = after(novelty, "abc", "", 11 * HOUR);
	assert_true(is_new(novelty, 'a'));
	assert_false(is_new(novelty, 'b'));
	assert_int_equal(novelty_next_change_ns(novelty), 12 * HOUR - 1);
	novelty = after(novelty, "abc", "", 12 * HOUR);
	assert_int_equal(novelty_next_change_ns(novelty), 0);
	free(novelty);
}

// From 22:00 on it does, every night.
static void test_what_acts_at_night_is_not_new_every_evening(void **state)
{
	const uint64_t noon_ns = 12 * HOUR;
	struct novelty *novelty;

	(void)state;
	entries[4 - 1].window = (struct day_window){22 * 60, 6 * 60, DAY_WINDOW_ALL};
	novelty = after(NULL, "a", "", noon_ns);
	assert_true(is_new(novelty, 'a'));
	for (int hour = 1; hour <= 24; hour++) {
		novelty = after(novelty, "a", "", noon_ns + (uint64_t)hour * HOUR);
		assert_false(is_new(novelty, 'a'));
	}
	free(novelty);
	entries[4 - 1].window = (struct day_window){0};
}

static void test_what_comes_back_is_new_again(void **state)
{
	struct novelty *novelty = after(NULL, "ab", "", HOUR);

	(void)state;
	novelty = after(novelty, "b", "a", 5 * HOUR);
	novelty = after(novelty, "ab", "", 6 * HOUR);
	assert_true(is_new(novelty, 'a'));
	assert_false(is_new(novelty, 'b'));
	free(novelty);
}

static void test_what_a_person_knows_is_not_new(void **state)
{
	struct novelty *novelty = after(NULL, "ab", "", HOUR);
	const struct service_key a = key_of('a'), z = key_of('z');

	(void)state;
	novelty_settle(novelty, &a);
	novelty_settle(novelty, &z);
	assert_false(is_new(novelty, 'a'));
	assert_true(is_new(novelty, 'b'));
	novelty = after(novelty, "ab", "", HOUR + 1);
	assert_false(is_new(novelty, 'a'));
	free(novelty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_may_act_is_new_for_an_hour),
		cmocka_unit_test(test_what_acts_at_night_is_not_new_every_evening),
		cmocka_unit_test(test_what_comes_back_is_new_again),
		cmocka_unit_test(test_what_a_person_knows_is_not_new),
	};

	config.policy = level_policy(entries, (enum action[CONFIG_LEVELS]){[4] = ACTION_DROP});
	return cmocka_run_group_tests(tests, NULL, NULL);
}
