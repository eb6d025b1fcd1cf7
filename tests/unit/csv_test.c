// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

static const char csv_header[] =
	"ip,transport,port,level,confidence,first_seen,valid_until,family,domain,max_action\n";

static const struct example csv_rows[] = {
	{"192.0.2.1,tcp,23,3,,,,,,", ACCEPTED, NULL},
	{"192.0.2.1,TCP,23,3,,,,,,", ACCEPTED, NULL},
	{"192.0.2.1,udp,23,1,0,,,,,", ACCEPTED, NULL},
	{"192.0.2.1,any,23,1,100,,,,,", ACCEPTED, NULL},
	{"2001:db8::1,tcp,23,3,,,,,,", ACCEPTED, NULL},
	{"192.0.2.1,tcp,,4,,,,,,", ACCEPTED, NULL},
	{"\"192.0.2.1\",\"tcp\",\"23\",\"3\",,,,\"a \"\"b\"\", c\",,", ACCEPTED, NULL},
	{",,,3,,,,,cnc.example,", ACCEPTED, NULL},
	{",tcp,80,3,,,,,cnc.example,", ACCEPTED, NULL},
	{"192.0.2.1,tcp,23,3,,2026-11-22T00:00:00Z,2026-11-23T00:00:00Z,mirai,cnc.example,drop",
		ACCEPTED, NULL},
	{"192.0.2.1,tcp,23,3,,,,,,alert", ACCEPTED, NULL},
	{"192.0.2.1,tcp,23,3,,,,関所,,", ACCEPTED, NULL},
	{",tcp,23,3,,,,,,", FEED_BAD_ADDRESS, ""},
	{"192.0.2.256,tcp,23,3,,,,,,", FEED_BAD_ADDRESS, "192.0.2.256"},
	{"192.0.2.0/24,tcp,23,3,,,,,,", FEED_BAD_ADDRESS, "192.0.2.0/24"},
	{" 192.0.2.1,tcp,23,3,,,,,,", ACCEPTED, NULL}, // blanks around a line are cut
	{"192.0.2.1, tcp,23,3,,,,,,", FEED_BAD_TRANSPORT, " tcp"},
	{"192.0.2.1,,23,3,,,,,,", FEED_BAD_TRANSPORT, ""},
	{"192.0.2.1,sctp,23,3,,,,,,", FEED_BAD_TRANSPORT, "sctp"},
	{"192.0.2.1,tcp,0,4,,,,,,", FEED_BAD_PORT, "0"},
	{"192.0.2.1,tcp,65536,3,,,,,,", FEED_BAD_PORT, "65536"},
	{"192.0.2.1,tcp,-1,3,,,,,,", FEED_BAD_PORT, "-1"},
	{"192.0.2.1,tcp,any,4,,,,,,", FEED_BAD_PORT, "any"},
	{",,x,3,,,,,cnc.example,", FEED_BAD_PORT, "x"},
	{"192.0.2.1,tcp,23,0,,,,,,", FEED_BAD_LEVEL, "0"},
	{"192.0.2.1,tcp,23,5,,,,,,", FEED_BAD_LEVEL, "5"},
	{"192.0.2.1,tcp,23,33,,,,,,", FEED_BAD_LEVEL, "33"},
	{"192.0.2.1,tcp,23,,,,,,,", FEED_BAD_LEVEL, ""},
	{"192.0.2.1,tcp,,3,,,,,,", FEED_ANY_PORT_LEVEL, "3"},
	{"192.0.2.1,tcp,23,3,101,,,,,", FEED_BAD_CONFIDENCE, "101"},
	{"192.0.2.1,tcp,23,3,-1,,,,,", FEED_BAD_CONFIDENCE, "-1"},
	{"192.0.2.1,tcp,23,3,0256,,,,,", FEED_BAD_CONFIDENCE, "0256"},
	{"192.0.2.1,tcp,23,3,high,,,,,", FEED_BAD_CONFIDENCE, "high"},
	{"192.0.2.1,tcp,23,3,,2026-11-22,,,,", FEED_BAD_TIME, "2026-11-22"},
	{"192.0.2.1,tcp,23,3,,,1970-01-01T00:00:00Z,,,", FEED_BAD_TIME, "1970-01-01T00:00:00Z"},
	{"192.0.2.1,tcp,23,3,,,,,bad name,", FEED_BAD_DOMAIN, "bad name"},
	{"192.0.2.1,tcp,23,3,,,,,,block", FEED_BAD_ACTION, "block"},
	{"192.0.2.1,tcp,23,3", FEED_BAD_ROW, "192.0.2.1"},
	{"192.0.2.1,tcp,23,3,,,,,,,", FEED_BAD_ROW, "192.0.2.1"},
	{"192.0.2.1,tcp,23,3,,,,\"mirai,,", FEED_BAD_ROW, "\"mirai,,"},
	{"192.0.2.1,tcp,23,3,,,,\x1b[31m,,", FEED_BAD_ROW, "\x1b[31m"},
	{"192.0.2.1,tcp,23,3,,,,\xe9t\xe9,,", FEED_BAD_ROW, "\xe9t\xe9"},
};

static void csv_row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS(FEED_CSV, csv_header, "192.0.2.9,tcp,9,3,,,,,,", csv_rows);
}

static void csv_columns(void **state)
{
	(void)state;
	struct outcome outcome =
		read_text("# shared by the centre\r\n"
			  "max_action,source,reference,level,port,ip,transport,asn,"
			  "country,last_seen,valid_until,first_seen,confidence,"
			  "family,domain\r\n"
			  "\r\n"
			  "police,centre,https://example/1,4,6667,192.0.2.1,tcp,"
			  "AS64500,JP,2026-11-22T00:00:02Z,2026-11-22T00:00:03Z,"
			  "2026-11-22T00:00:01Z,7,mirai,CNC.example\r\n",
			FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_CSV);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.line, 4);
	assert_int_equal(outcome.row.port, 6667);
	assert_int_equal(outcome.row.transport, TRANSPORT_TCP);
	assert_int_equal(outcome.row.level, 4);
	assert_int_equal(outcome.row.confidence, 7);
	assert_int_equal(outcome.row.max_action, ACTION_POLICE);
	assert_int_equal(outcome.row.first_seen_s, 1795305601);
	assert_int_equal(outcome.row.last_seen_s, 1795305602);
	assert_int_equal(outcome.row.valid_until_s, 1795305603);
	assert_false(outcome.row.is_domain);
	assert_string_equal(outcome.family, "mirai");
	assert_string_equal(outcome.domain, "cnc.example");
	assert_string_equal(outcome.source, "centre");
	assert_string_equal(outcome.reference, "https://example/1");
	assert_string_equal(outcome.asn, "AS64500");
	assert_string_equal(outcome.country, "JP");
	assert_string_equal(outcome.notices, "");
}

static void csv_defaults(void **state)
{
	(void)state;
	static const uint8_t confidences[] = {0, 30, 50, 75, 100};
	for (unsigned level = 1; level <= 4; level++) {
		char text[128];
		snprintf(text, sizeof(text), "ip,transport,port,level\n192.0.2.1,any,80,%u\n",
			level);
		struct outcome outcome = read_text(text, FEED_DETECT);
		assert_int_equal(outcome.accepted, 1);
		assert_int_equal(outcome.row.level, level);
		assert_int_equal(outcome.row.confidence, confidences[level]);
		assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
		assert_int_equal(outcome.row.max_action, ACTION_SINKHOLE);
		assert_int_equal(outcome.row.valid_until_s, 0);
		assert_string_equal(outcome.family, "-");
	}
}

static void csv_domain_row(void **state)
{
	(void)state;
	struct outcome outcome =
		read_text("ip,transport,port,level,domain\n,,,2,cnc.example\n", FEED_DETECT);
	assert_int_equal(outcome.accepted, 1);
	assert_true(outcome.row.is_domain);
	assert_string_equal(outcome.domain, "cnc.example");
}

static void csv_headers(void **state)
{
	(void)state;
	struct outcome outcome = read_text("ip,transport,port\n192.0.2.1,tcp,80\n", FEED_DETECT);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "column 'level' is missing"));

	outcome = read_text("", FEED_CSV);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "column 'ip' is missing"));

	outcome = read_text("ip,transport,port,level,port\n", FEED_DETECT);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, ":1: column 'port' is there twice"));

	outcome = read_text("ip,transport,port,level,max_acton,\x1b[1m\n192.0.2.1,tcp,1,4,drop,\n",
		FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.accepted, 1);
	assert_string_equal(outcome.notices, "1: column 'max_acton' is not known and ignored\n"
					     "1: column '\\x1b[1m' is not known and ignored\n");

	outcome = read_text("ip,transport,port,level\n", FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.accepted, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_row_by_row),
		cmocka_unit_test(csv_columns),
		cmocka_unit_test(csv_defaults),
		cmocka_unit_test(csv_domain_row),
		cmocka_unit_test(csv_headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
