// SPDX-License-Identifier: BSD-3-Clause
#include "config/nearest_word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *nearest(const char *written)
{
	static const char *const words[] = {
		"mode", "mtu", "workers", "worker_cores", "feeds", "ip"};
	struct nearest_word found;

	nearest_word_begin(&found, written);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		nearest_word_offer(&found, words[i]);
	return found.word;
}

static void slips_are_recognised(void **state)
{
	(void)state;
	assert_string_equal(nearest("worker"), "workers");
	assert_string_equal(nearest("wrokers"), "workers");
	assert_string_equal(nearest("worker-core"), "worker_cores");
	assert_string_equal(nearest("Mode"), "mode");
	assert_string_equal(nearest("feed"), "feeds");
}

static void the_fewest_edits_win(void **state)
{
	(void)state;
	assert_string_equal(nearest("mtue"), "mtu");
	assert_string_equal(nearest("mode"), "mode");
}

static void far_words_suggest_nothing(void **state)
{
	(void)state;
	assert_null(nearest("colour"));
	assert_null(nearest("wrokres_x"));
	assert_null(nearest("xx")); // two edits away from "ip", and nothing like it
	assert_null(nearest(""));
	assert_null(
		nearest("workersworkersworkersworkersworkersworkersworkersworkersworkersworkers"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_are_recognised),
		cmocka_unit_test(the_fewest_edits_win),
		cmocka_unit_test(far_words_suggest_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
