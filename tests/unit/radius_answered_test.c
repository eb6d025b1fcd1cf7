// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/answered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct answered *answered;

static int set_up(void **state)
{
	(void)state;
	answered = answered_create();
	return answered == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	answered_free(answered);
	return 0;
}

static struct answered_key make_key(uint32_t number)
{
	struct answered_key key = {.identifier = (uint8_t)number};

	// Many share a bucket.
	memcpy(key.authenticator + 4, &number, sizeof(number));
	key.authenticator[0] = (uint8_t)(number % 251);
	return key;
}

static void kinds_follow_age(void **state)
{
	const struct answered_key key = make_key(1);

	(void)state;
	assert_int_equal(answered_find(answered, &key, 1000), ANSWERED_NEVER);
	answered_add(answered, &key, 1000);
	assert_int_equal(answered_find(answered, &key, 1000), ANSWERED_REPEATED);
	assert_int_equal(
		answered_find(answered, &key, 1000 + ANSWERED_WINDOW_MS), ANSWERED_REPEATED);
	assert_int_equal(
		answered_find(answered, &key, 1001 + ANSWERED_WINDOW_MS), ANSWERED_REPLAYED);
	assert_int_equal(
		answered_find(answered, &key, 1000 + ANSWERED_MEMORY_MS), ANSWERED_REPLAYED);
	assert_int_equal(answered_find(answered, &key, 1001 + ANSWERED_MEMORY_MS), ANSWERED_NEVER);
}

static void every_part_of_a_key_counts(void **state)
{
	struct answered_key key = make_key(7);

	(void)state;
	answered_add(answered, &key, 1);
	key.client.bytes[15] = 1;
	assert_int_equal(answered_find(answered, &key, 1), ANSWERED_NEVER);
	key = make_key(7);
	key.identifier++;
	assert_int_equal(answered_find(answered, &key, 1), ANSWERED_NEVER);
	key = make_key(7);
	key.authenticator[15]++;
	assert_int_equal(answered_find(answered, &key, 1), ANSWERED_NEVER);
}

static void the_oldest_give_way(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < ANSWERED_MAX + 10; i++) {
		const struct answered_key key = make_key(i);

		answered_add(answered, &key, i);
	}
	for (uint32_t i = 0; i < ANSWERED_MAX + 10; i += 5) {
		const struct answered_key key = make_key(i);

		assert_int_equal(
			answered_find(answered, &key, ANSWERED_MAX) != ANSWERED_NEVER, i >= 10);
	}
}

static void what_is_taken_back_was_never_there(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 600; i++) {
		const struct answered_key key = make_key(i);

		answered_add(answered, &key, 1);
	}
	answered_take_back(answered, 100);
	for (uint32_t i = 0; i < 600; i++) {
		const struct answered_key key = make_key(i);

		assert_int_equal(answered_find(answered, &key, 1),
			i < 500 ? ANSWERED_REPEATED : ANSWERED_NEVER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kinds_follow_age, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_part_of_a_key_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_oldest_give_way, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_taken_back_was_never_there, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
