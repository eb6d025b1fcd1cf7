// SPDX-License-Identifier: BSD-3-Clause
// What a feed may say of its own format: tables, categories, files of sinkholes.
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/config_text.h"

#define TABLE "feeds = ( { name = \"a\"; path = \"a\"; format = \"delimited\"; "

static void tables_and_categories(void **state)
{
	struct config *config = loaded(
		"feeds = ( { name = \"a\"; path = \"a\"; format = \"delimited\"; separator = "
		"\"\\t\"; time_format = \"YYYY/MM/DD\";\n columns = { ip = \"c2_ip\"; port = "
		"\"port\"; }; },\n"
		"{ name = \"b\"; path = \"b\"; format = \"delimited\"; header = false; columns = "
		"{ domain = \"64\"; }; },\n"
		"{ name = \"c\"; path = \"c\"; format = \"iprep\"; categories = ( 1, 60 ); } );");

	(void)state;
	assert_int_equal(config->feeds[0].table.separator, '\t');
	assert_true(config->feeds[0].table.header);
	assert_string_equal(config->feeds[0].table.time_format, "YYYY/MM/DD");
	assert_string_equal(config->feeds[0].table.columns[LIST_IP], "c2_ip");
	assert_string_equal(config->feeds[0].table.columns[LIST_PORT], "port");
	assert_null(config->feeds[0].table.columns[LIST_DOMAIN]);
	assert_int_equal(config->feeds[1].table.separator, ',');
	assert_false(config->feeds[1].table.header);
	assert_null(config->feeds[1].table.time_format);
	assert_string_equal(config->feeds[1].table.columns[LIST_DOMAIN], "64");
	assert_true(config->feeds[2].categories == (UINT64_C(1) << 1 | UINT64_C(1) << 60));
	config_free(config);
}

static void one_line_says_what_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *text, *expected;
	} examples[] = {
		{TABLE "} );", ":1: feeds[0]: incomplete (\"{ ... }\"); add columns = { ip = "
			       "\"...\"; port = \"...\"; };"},
		{TABLE "columns = { port = \"p\"; }; } );",
			":1: feeds[0].columns: incomplete (\"{ ... }\"); add ip = ...; or domain "
			"= ...;"},
		{TABLE "columns = { ipp = \"p\"; }; } );",
			":1: feeds[0].columns.ipp: unknown setting (\"p\"); did you mean ip?"},
		{TABLE "columns = { ip = \"p\"; }; header = false; } );",
			":1: feeds[0].columns.ip: no column (\"p\"); without a header, write its "
			"number, \"1\" to \"64\""},
		{TABLE "columns = { ip = \"65\"; }; header = false; } );",
			":1: feeds[0].columns.ip: no column (\"65\"); without a header, write its "
			"number, \"1\" to \"64\""},
		{TABLE "columns = { ip = \"p\"; }; separator = \"ab\"; } );",
			":1: feeds[0].separator: no separator (\"ab\"); write one of \",\", \";\", "
			"\":\", \"|\", \" \" and \"\\t\""},
		{TABLE "columns = { ip = \"p\"; }; time_format = \"YYYY\"; } );",
			":1: feeds[0].time_format: no form of a time (\"YYYY\"); write it with "
			"YYYY, MM and DD, and hh, mm, ss if it has them, such as \"YYYY/MM/DD "
			"hh:mm\""},
		{"feeds = ( { name = \"a\"; path = \"a\"; header = true; } );",
			":1: feeds[0].header: no setting of this format (\"true\"); add format = "
			"\"delimited\"; or leave it out"},
		{"feeds = ( { name = \"a\"; path = \"a\"; categories = ( 7 ); } );",
			":1: feeds[0].categories: no setting of this format (\"( ... )\"); add "
			"format = \"iprep\"; or leave it out"},
		{"feeds = ( { name = \"a\"; path = \"a\"; format = \"iprep\"; categories = ( "
		 "61 ); } );",
			":1: feeds[0].categories[0]: out of range (\"61\"); write 1 to 60"},
		{"sinkholes = \"n.txt\";",
			":1: sinkholes: not a list (\"n.txt\"); write ( ... ) with a file name as "
			"each element"},
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		assert_refused(examples[i].text, strlen(examples[i].text), examples[i].expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_and_categories),
		cmocka_unit_test(one_line_says_what_is_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
