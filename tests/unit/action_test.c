// SPDX-License-Identifier: BSD-3-Clause
#include "config/action.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void words_are_those_of_the_lists(void **state)
{
	static const char *const words[ACTION_COUNT] = {
		"alert", "police", "drop", "reset", "sinkhole"};

	(void)state;
	for (unsigned int i = 0; i < ACTION_COUNT; i++) {
		enum action action;

		assert_string_equal(action_name((enum action)i), words[i]);
		assert_true(action_parse(words[i], &action));
		assert_int_equal(action, i);
	}
	assert_string_equal(action_name((enum action)ACTION_COUNT), "?");
}

static void other_words_are_refused(void **state)
{
	enum action action = ACTION_ALERT;

	(void)state;
	assert_false(action_parse("", &action));
	assert_false(action_parse("Drop", &action));
	assert_false(action_parse("drop ", &action));
	assert_false(action_parse("?", &action));
	assert_int_equal(action, ACTION_ALERT);
}

static void severity_orders_what_hits_harder(void **state)
{
	(void)state;
	assert_int_equal(action_severity(ACTION_ALERT), 0);
	assert_int_equal(action_severity(ACTION_POLICE), 1);
	assert_int_equal(action_severity(ACTION_DROP), 2);
	assert_int_equal(action_severity(ACTION_RESET), 2);
	assert_int_equal(action_severity(ACTION_SINKHOLE), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_those_of_the_lists),
		cmocka_unit_test(other_words_are_refused),
		cmocka_unit_test(severity_orders_what_hits_harder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
