// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

static const char header[] = "# Firstseen,DstIP,DstPort\n";

static const struct example rows[] = {
	{"2026-07-01 10:00:00,192.0.2.1,443", ACCEPTED, NULL},
	{"2026-07-01 10:00:00,2001:db8::1,443", ACCEPTED, NULL},
	{"01/07/2026 10:00,192.0.2.1,443", FEED_BAD_TIME, "01/07/2026 10:00"},
	{"2026-07-01 10:00:00,192.0.2.300,443", FEED_BAD_ADDRESS, "192.0.2.300"},
	{"2026-07-01 10:00:00,192.0.2.1,0", FEED_BAD_PORT, "0"},
	{"2026-07-01 10:00:00,192.0.2.1", FEED_BAD_ROW, "2026-07-01 10:00:00"},
	{"2026-07-01 10:00:00,192.0.2.1,443,Dridex", FEED_BAD_ROW, "2026-07-01 10:00:00"},
};

static void row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS(FEED_SSLBL, header, "2026-07-01 10:00:00,192.0.2.9,9", rows);
}

static void attributes(void **state)
{
	(void)state;
	struct outcome outcome =
		read_text("####\n# abuse.ch SSLBL #\n#\n# Firstseen,DstIP,DstPort\r\n"
			  "2026-07-01 10:00:00,192.0.2.1,443\r\n# END (1) entries",
			FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_SSLBL);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.line, 5);
	assert_int_equal(outcome.row.transport, TRANSPORT_TCP);
	assert_int_equal(outcome.row.port, 443);
	assert_int_equal(outcome.row.first_seen_s, 1782900000);
	assert_int_equal(outcome.row.confidence, 50);
	assert_string_equal(outcome.source, "abuse.ch SSLBL");
	assert_string_equal(outcome.family, "-");
}

static void whole_files(void **state)
{
	(void)state;
	struct outcome outcome = read_text(header, FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.accepted, 0);
	static const char *const others[] = {"2026-07-01 10:00:00,192.0.2.1,443\n", "",
		"# Firstseen,DstIP,DstPort,Malware\n", "# Listingdate,SHA1,Listingreason\n"};
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		outcome = read_text(others[i], FEED_SSLBL);
		assert_int_equal(outcome.status, -1);
		assert_non_null(strstr(outcome.error, "no SSLBL list"));
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
