// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

static const struct example rows[] = {
	{"192.0.2.0/24 ; SBL256894", FEED_NOT_CC, "192.0.2.0/24"},
	{"2001:db8::/32 ; SBL1", FEED_NOT_CC, "2001:db8::/32"},
	{"192.0.2.1/32 ; SBL1", FEED_NOT_CC, "192.0.2.1/32"},
	{"192.0.2.1", FEED_NOT_CC, NULL},
	{"192.0.2.1/24 ; SBL1", FEED_BAD_ADDRESS, "192.0.2.1/24"},
	{"not-a-network ; SBL1", FEED_BAD_ADDRESS, "not-a-network"},
	{"{\"cidr\":\"192.0.2.0/24\",\"sblid\":\"SBL256894\",\"rir\":\"apnic\"}", FEED_NOT_CC,
		"192.0.2.0/24"},
	{"{\"cidr\":\"192.0.2.0\\/33\"}", FEED_BAD_ADDRESS, "192.0.2.0/33"},
	{"{\"cidr\":\"192.0.2.0/24\"", FEED_BAD_ROW, NULL},
	{"{\"cidr\":1}", FEED_BAD_ROW, NULL},
	{"{\"type\":\"other\"}", FEED_BAD_ROW, NULL},
};

// Nothing of it is ever an indicator.
static void row_by_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct outcome outcome = read_text(rows[i].row, FEED_DROP);
		assert_int_equal(outcome.status, 0);
		assert_int_equal(outcome.accepted, 0);
		assert_int_equal(outcome.last, rows[i].reason);
		assert_string_equal(outcome.last_text, rows[i].text ? rows[i].text : rows[i].row);
	}
}

static void whole_files(void **state)
{
	(void)state;
	struct outcome outcome = read_text("; Spamhaus DROP List 2026/04/24 - (c) 2026\n"
					   "; Last-Modified: Thu, 24 Apr 2026 14:32:55 GMT\n"
					   "192.0.2.0/24 ; SBL1\n\n198.51.100.0/24 ; SBL2\n",
		FEED_DETECT);
	assert_int_equal(outcome.format, FEED_DROP);
	assert_int_equal(outcome.reasons[FEED_NOT_CC], 2);
	assert_int_equal(outcome.line, 5);
	outcome = read_text("{\"cidr\":\"192.0.2.0/24\",\"sblid\":\"SBL1\",\"rir\":\"apnic\"}\n"
			    "{\"type\":\"metadata\",\"timestamp\":1791393242,\"records\":1}\n",
		FEED_DETECT);
	assert_int_equal(outcome.format, FEED_DROP);
	assert_int_equal(outcome.reasons[FEED_NOT_CC], 1);
	assert_int_equal(outcome.reasons[FEED_BAD_ROW], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_by_row),
		cmocka_unit_test(whole_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
