// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

static const char header[] =
	"#fields\tindicator\tindicator_type\tmeta.source\tmeta.do_notice\tmeta.url\n";

static const struct example rows[] = {
	{"192.0.2.1\tIntel::ADDR\tx\tT\t-", ACCEPTED, NULL},
	{"2001:db8::1\tIntel::ADDR\tx\tT\t", ACCEPTED, NULL},
	{"cnc.example\tIntel::DOMAIN\t-\t-\t-", ACCEPTED, NULL},
	{"192.0.2.1/32\tIntel::SUBNET\tx\tT\t-", ACCEPTED, NULL},
	{"192.0.2.0/24\tIntel::SUBNET\tx\tT\t-", FEED_PREFIX, "192.0.2.0/24"},
	{"192.0.2.1/24\tIntel::SUBNET\tx\tT\t-", FEED_BAD_ADDRESS, "192.0.2.1/24"},
	{"192.0.2.1/32\tIntel::ADDR\tx\tT\t-", FEED_BAD_ADDRESS, "192.0.2.1/32"},
	{"cnc.example/x\tIntel::URL\tx\tT\t-", FEED_NOT_ENDPOINT, "cnc.example/x"},
	{"00ff\tIntel::FILE_HASH\tx\tT\t-", FEED_NOT_ENDPOINT, "00ff"},
	{"a@b.example\tIntel::EMAIL\tx\tT\t-", FEED_NOT_ENDPOINT, "a@b.example"},
	{"192.0.2.1\tIntel::DOMAIN\tx\tT\t-", FEED_BAD_DOMAIN, "192.0.2.1"},
	{"192.0.2.1\tADDR\tx\tT\t-", FEED_BAD_ROW, "ADDR"},
	{"192.0.2.1\t\tx\tT\t-", FEED_BAD_ROW, ""},
	{"192.0.2.1\tIntel::ADDR\tx\tT", FEED_BAD_ROW, "192.0.2.1"},
	{"192.0.2.1 Intel::ADDR x T -", FEED_BAD_ROW, NULL},
	{"192.0.2.1\tIntel::ADDR\t\x01\tT\t-", FEED_BAD_ROW, "\x01"},
};

static void row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS(FEED_ZEEK_INTEL, header, "192.0.2.9\tIntel::ADDR\tx\tT\t-", rows);
}

static void attributes(void **state)
{
	(void)state;
	struct outcome outcome = read_text(
		"#separator \\x09\n#fields\tindicator\tindicator_type\tmeta.desc\tmeta.url\t"
		"meta.source\r\n# note\n192.0.2.1\tIntel::ADDR\tsays \"Mirai\"\thttps://x.example\t"
		"CERT\r\n",
		FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_ZEEK_INTEL);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.line, 4);
	assert_int_equal(outcome.row.port, 0);
	assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
	assert_int_equal(outcome.row.level, 2);
	assert_int_equal(outcome.row.confidence, 50);
	assert_string_equal(outcome.source, "CERT");
	assert_string_equal(outcome.reference, "https://x.example");
	assert_string_equal(outcome.family, "-");
}

static void whole_files(void **state)
{
	(void)state;
	static const char *const others[] = {"", "192.0.2.1\tIntel::ADDR\n",
		"#fields indicator indicator_type\n", "#fields\tindicator\n",
		"#fields\tindicator\tindicator_type\tindicator\n"};
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct outcome outcome = read_text(others[i], FEED_ZEEK_INTEL);
		assert_int_equal(outcome.status, -1);
		assert_non_null(strstr(outcome.error, "no Zeek intelligence file"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_by_row),
		cmocka_unit_test(attributes),
		cmocka_unit_test(whole_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
