// SPDX-License-Identifier: BSD-3-Clause
#include "config/utc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect_text(uint64_t ns, unsigned digits, const char *expected)
{
	char text[UTC_TEXT_SIZE];

	utc_format(ns, digits, text);
	assert_string_equal(text, expected);
}

static void test_format(void **state)
{
	(void)state;
	expect_text(0, 0, "1970-01-01T00:00:00Z");
	expect_text(UINT64_C(1700000000123456789), 0, "2023-11-14T22:13:20Z");
	expect_text(UINT64_C(1700000000123456789), 3, "2023-11-14T22:13:20.123Z");
	expect_text(UINT64_C(1700000000123456789), 6, "2023-11-14T22:13:20.123456Z");
	expect_text(UINT64_C(1700000000000000009), 9, "2023-11-14T22:13:20.000000009Z");
	expect_text(UINT64_C(1709164800000000000), 0, "2024-02-29T00:00:00Z");
	expect_text(UINT64_C(1700000000999999999), 3, "2023-11-14T22:13:20.999Z");
	expect_text(UINT64_MAX, 9, "2554-07-21T23:34:33.709551615Z");
}

static void test_now_is_after_this_was_written(void **state)
{
	(void)state;
	assert_true(utc_now_ns() > UINT64_C(1700000000) * UTC_NS_PER_S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_now_is_after_this_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
