// SPDX-License-Identifier: BSD-3-Clause
#include "config/mode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void words_name_the_modes(void **state)
{
	static const char *const words[MODE_COUNT] = {"alert", "shadow", "enforce"};

	(void)state;
	for (unsigned int i = 0; i < MODE_COUNT; i++) {
		enum mode mode;

		assert_string_equal(mode_name((enum mode)i), words[i]);
		assert_true(mode_parse(words[i], &mode));
		assert_int_equal(mode, i);
	}
	assert_string_equal(mode_name((enum mode)MODE_COUNT), "?");
}

static void other_words_are_refused(void **state)
{
	enum mode mode = MODE_SHADOW;

	(void)state;
	assert_false(mode_parse("", &mode));
	assert_false(mode_parse("ENFORCE", &mode));
	assert_false(mode_parse("drop", &mode));
	assert_int_equal(mode, MODE_SHADOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_name_the_modes),
		cmocka_unit_test(other_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
