// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/config_text.h"

static void limits_have_defaults(void **state)
{
	struct config *config = loaded("");

	(void)state;
	assert_int_equal(config->guard.subscribers, 100);
	assert_int_equal(config->guard.subscriber_share, 50);
	assert_int_equal(config->guard.share, 50);
	assert_int_equal(config->guard.packets, 10000);
	assert_int_equal(config->guard.new_subscribers, 500);
	assert_int_equal(config->subscribers.total, 0);
	config_free(config);
}

static void every_limit_is_read(void **state)
{
	struct config *config = loaded(
		"subscribers = { total = 9; };\n"
		"guard = { subscribers = 0; subscriber_share = 1000; share = 1; packets = 2;\n"
		"  new_subscribers = 100000; };");

	(void)state;
	assert_int_equal(config->guard.subscribers, 0);
	assert_int_equal(config->guard.subscriber_share, 1000);
	assert_int_equal(config->guard.share, 1);
	assert_int_equal(config->guard.packets, 2);
	assert_int_equal(config->guard.new_subscribers, 100000);
	assert_int_equal(config->subscribers.total, 9);
	config_free(config);
}

static void one_line_says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"guard = { subscribers = 100001; };",
			":1: guard.subscribers: out of range (\"100001\"); write 0 to 100000"},
		{"guard = { share = 1001; };",
			":1: guard.share: out of range (\"1001\"); write 0 to 1000"},
		{"guard = { subscriber = 1; };",
			":1: guard.subscriber: unknown setting (\"1\"); did you mean "
			"subscribers?"},
		{"subscribers = { total = 0; };",
			":1: subscribers.total: out of range (\"0\"); write 1 to 4294967295"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].text, strlen(cases[i].text), cases[i].error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_have_defaults),
		cmocka_unit_test(every_limit_is_read),
		cmocka_unit_test(one_line_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
