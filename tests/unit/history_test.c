// SPDX-License-Identifier: BSD-3-Clause
#include "control/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

static struct history *history;

static int set_up(void **state)
{
	(void)state;
	history = history_create();
	return history == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	history_free(history);
	return 0;
}

static void add(uint64_t at_ms, uint8_t instance)
{
	struct message_status status = {.instance = {instance}, .contacts = at_ms};

	history_add(history, at_ms * MS, &status);
}

static void test_empty(void **state)
{
	(void)state;
	assert_null(history_now(history));
	assert_null(history_second(history));
	assert_null(history_minute(history));
}

static void test_one_sample_gives_no_rate(void **state)
{
	(void)state;
	add(500, 1);
	assert_int_equal(history_now(history)->status.contacts, 500);
	assert_null(history_second(history));
}

static void test_second(void **state)
{
	(void)state;
	for (uint64_t at_ms = 500; at_ms <= 20000; at_ms += 500)
		add(at_ms, 1);
	assert_int_equal(history_now(history)->at_ns, 20000 * MS);
	assert_int_equal(history_second(history)->at_ns, 19000 * MS);
}

static void test_minute_stays_between_half_and_one(void **state)
{
	(void)state;
	for (uint64_t at_ms = 0; at_ms <= 600000; at_ms += 500) {
		add(at_ms, 1);
		const uint64_t age = history_now(history)->at_ns - history_minute(history)->at_ns;

		assert_true(age <= 60000 * MS);
		assert_true(age >= 30000 * MS || at_ms < 30000);
	}
}

static void test_other_instance_begins_anew(void **state)
{
	(void)state;
	for (uint64_t at_ms = 0; at_ms <= 60000; at_ms += 500)
		add(at_ms, 1);
	add(60500, 2);
	assert_null(history_second(history));
	assert_int_equal(history_minute(history)->at_ns, 60500 * MS);
	history_clear(history);
	assert_null(history_now(history));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_empty, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_sample_gives_no_rate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_second, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_minute_stays_between_half_and_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_instance_begins_anew, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
