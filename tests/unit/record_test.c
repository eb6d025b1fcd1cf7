// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static const struct {
	const char *text;
	int count;
	const char *fields[4]; // of a malformed record: where it is
} examples[] = {
	{"", 1, {""}},
	{"a", 1, {"a"}},
	{"a,b,c", 3, {"a", "b", "c"}},
	{",,", 3, {"", "", ""}},
	{" a , b ", 2, {" a ", " b "}},
	{"\"a\",\"\",\"c\"", 3, {"a", "", "c"}},
	{"\"a,b\",c", 2, {"a,b", "c"}},
	{"\"say \"\"x\"\"\",c", 2, {"say \"x\"", "c"}},
	{"\"\"\"\"", 1, {"\""}},
	{"\"\"\"\"\"\"", 1, {"\"\""}},
	{"a,\"b", -1, {"\"b"}},
	{"a,\"b,c", -1, {"\"b,c"}},
	{"a,\"b\"\"", -1, {"\"b\"\""}},
	{"\"a\"b,c", -1, {"\"a\"b,c"}},
	{"\"a\" ,c", -1, {"\"a\" ,c"}},
	{"a,b\"c", -1, {"b\"c"}},
	{"\"", -1, {"\""}},
};

static void splits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		char text[64], *fields[RECORD_FIELDS_MAX];
		snprintf(text, sizeof(text), "%s", examples[i].text);
		int count = record_split(text, fields);
		if (count != examples[i].count)
			fail_msg("'%s': %d fields", examples[i].text, count);
		for (int j = 0; j < (count < 0 ? 1 : count); j++)
			assert_string_equal(fields[j], examples[i].fields[j]);
	}
}

static void fields_are_bounded(void **state)
{
	(void)state;
	char text[2 * RECORD_FIELDS_MAX], *fields[RECORD_FIELDS_MAX];
	memset(text, ',', RECORD_FIELDS_MAX);
	text[RECORD_FIELDS_MAX - 1] = '\0';
	assert_int_equal(record_split(text, fields), RECORD_FIELDS_MAX);
	memset(text, ',', RECORD_FIELDS_MAX);
	text[RECORD_FIELDS_MAX] = '\0';
	assert_int_equal(record_split(text, fields), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits),
		cmocka_unit_test(fields_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
