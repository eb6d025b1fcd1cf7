// SPDX-License-Identifier: BSD-3-Clause
#include "control/string_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void same_text_same_pointer(void **state)
{
	(void)state;
	enum { TEXTS = 20000 };
	struct string_pool *pool = string_pool_create();
	const char **kept = calloc(TEXTS, sizeof(*kept));
	assert_non_null(pool);
	assert_non_null(kept);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < TEXTS; i++) {
			char text[32];
			snprintf(text, sizeof(text), "family %d", i);
			const char *copy = string_pool_add(pool, text);
			assert_string_equal(copy, text);
			assert_ptr_not_equal(copy, text);
			if (round == 1)
				assert_ptr_equal(copy, kept[i]);
			kept[i] = copy;
		}
	}
	free(kept);
	string_pool_free(pool);
}

static void empty_and_long(void **state)
{
	(void)state;
	struct string_pool *pool = string_pool_create();
	char *text = malloc(200001);
	assert_non_null(pool);
	assert_non_null(text);
	memset(text, 'x', 200000);
	text[200000] = '\0';
	const char *empty = string_pool_add(pool, "");
	const char *copy = string_pool_add(pool, text);
	assert_string_equal(copy, text);
	assert_string_equal(string_pool_add(pool, "short"), "short");
	assert_ptr_equal(string_pool_add(pool, text), copy);
	assert_ptr_equal(string_pool_add(pool, ""), empty);
	free(text);
	string_pool_free(pool);
	string_pool_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_text_same_pointer),
		cmocka_unit_test(empty_and_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
