// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

static char ip[] = "c2_ip", port[] = "port", protocol[] = "protocol", first[] = "first_seen",
	    last[] = "last_seen", level[] = "trust", slashed[] = "YYYY/MM/DD";
static const struct list_table probed = {.separator = '\t',
	.header = true,
	.time_format = slashed,
	.columns = {[LIST_IP] = ip,
		[LIST_PORT] = port,
		[LIST_TRANSPORT] = protocol,
		[LIST_FIRST_SEEN] = first,
		[LIST_LAST_SEEN] = last,
		[LIST_LEVEL] = level}};

static const struct feed_options options = {.format = FEED_DELIMITED, .level = 3, .table = &probed};

static const char header[] = "c2_ip\tfirst_seen\tlast_seen\tnote\tprotocol\tport\ttrust\n";

static const struct example rows[] = {
	{"192.0.2.1\t2021/04/15\t2021/08/30\tx\tTLS\t443\t", ACCEPTED, NULL},
	{"192.0.2.1\t2021/04/15\t2021/08/30\tx\tHTTPS\t443\t1", ACCEPTED, NULL},
	{"2001:db8::1\t\t\t\t\t443\t", ACCEPTED, NULL},
	{"192.0.2.1\t\t\t\tUDP\t53\t", ACCEPTED, NULL},
	{"192.0.2.1\t\t\t\"a\tb\"\tUDP\t53\t", ACCEPTED, NULL},
	{"192.0.2.1\t\t\t\tTCP\t\t4", ACCEPTED, NULL},
	{"192.0.2.1\t\t\t\tTCP\t\t", FEED_ANY_PORT_LEVEL, "3"},
	{"192.0.2.1\t2021-04-15\t\t\tTLS\t443\t", FEED_BAD_TIME, "2021-04-15"},
	{"192.0.2.1\t2021/4/15\t\t\tTLS\t443\t", FEED_BAD_TIME, "2021/4/15"},
	{"192.0.2.1\t2021/04/31\t\t\tTLS\t443\t", FEED_BAD_TIME, "2021/04/31"},
	{"192.0.2.1\t\t2021/04/15 \t\tTLS\t443\t", FEED_BAD_TIME, "2021/04/15 "},
	{"192.0.2.1\t\t\t\tQUIC\t443\t", FEED_BAD_TRANSPORT, "QUIC"},
	{"192.0.2.1\t\t\t\tTLS\t65536\t", FEED_BAD_PORT, "65536"},
	{"192.0.2\t\t\t\tTLS\t1\t", FEED_BAD_ADDRESS, "192.0.2"},
	{"\t\t\t\tTLS\t1\t", FEED_BAD_ADDRESS, ""},
	{"192.0.2.1\t\t\t\tTLS\t1\t5", FEED_BAD_LEVEL, "5"},
	{"192.0.2.1\t\t\t\tTLS\t1", FEED_BAD_ROW, "192.0.2.1"},
	{"192.0.2.1,443", FEED_BAD_ROW, NULL},
	{"192.0.2.1\t\t\t\"a\tTLS\t1\t", FEED_BAD_ROW, "\"a\tTLS\t1\t"},
};

static void row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS_AS(&options, header, "192.0.2.9\t\t\t\t\t9\t", rows);
}

static void attributes(void **state)
{
	(void)state;
	struct outcome outcome =
		read_text_as("c2_ip\tfirst_seen\tlast_seen\tprotocol\tport\ttrust\r\n"
			     "192.0.2.1\t2021/04/15\t2021/08/30\thttp\t80\t\r\n",
			&options);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.row.transport, TRANSPORT_TCP);
	assert_int_equal(outcome.row.port, 80);
	assert_int_equal(outcome.row.level, 3);
	assert_int_equal(outcome.row.confidence, 75);
	assert_int_equal(outcome.row.first_seen_s, 1618444800);
	assert_int_equal(outcome.row.last_seen_s, 1630281600);
	outcome = read_text_as(
		"c2_ip\tfirst_seen\tlast_seen\tprotocol\tport\ttrust\n192.0.2.1\t\t\t\t80\t1\n",
		&options);
	assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
	assert_int_equal(outcome.row.level, 1);
	assert_int_equal(outcome.row.confidence, 30);
}

static void columns_that_are_not_there(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error;
	} files[] = {
		{"c2_ip\tfirst_seen\tlast_seen\tprotocol\tdst_port\ttrust\n",
			"column 'port' is missing: the header names c2_ip, first_seen, last_seen, "
			"protocol, dst_port, trust"},
		{"c2_ip,first_seen,last_seen,protocol,port,trust\n",
			"column 'c2_ip' is missing: the header names c2_ip,first_seen,"},
		{"c2_ip\tc2_ip\n", "column 'c2_ip' is there twice"},
		{"", "column 'c2_ip' is missing: the header names nothing"},
		{"\"c2_ip\n", "column 'c2_ip' is missing: the header names nothing"},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct outcome outcome = read_text_as(files[i].text, &options);
		assert_int_equal(outcome.status, -1);
		if (!strstr(outcome.error, files[i].error))
			fail_msg("%s", outcome.error);
	}
	// Without a table nothing can be said of the columns.
	struct outcome outcome = read_text("ip,port\n", FEED_DELIMITED);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "--config"));
}

static void without_header(void **state)
{
	(void)state;
	static char one[] = "1", three[] = "3";
	const struct list_table table = {
		.separator = ';', .columns = {[LIST_IP] = three, [LIST_PORT] = one}};
	const struct feed_options numbered = {
		.format = FEED_DELIMITED, .level = 3, .table = &table};
	struct outcome outcome = read_text_as("# note\n23;x;192.0.2.1\n80;x;192.0.2.2\n"
					      "80;x\n80;x;192.0.2.3;y\n",
		&numbered);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.accepted, 2);
	assert_int_equal(outcome.row.port, 80);
	assert_int_equal(outcome.reasons[FEED_BAD_ROW], 2);
	// A first row that lacks a column does not say how many there are.
	outcome = read_text_as("80;x\n80;x;192.0.2.3\n", &numbered);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.reasons[FEED_BAD_ROW], 1);
}

static void domains(void **state)
{
	(void)state;
	static char host[] = "host";
	const struct list_table table = {
		.separator = ',', .header = true, .columns = {[LIST_DOMAIN] = host}};
	const struct feed_options named = {.format = FEED_DELIMITED, .level = 1, .table = &table};
	struct outcome outcome = read_text_as("host\nCNC.example\nx y\n", &named);
	assert_int_equal(outcome.accepted, 1);
	assert_true(outcome.row.is_domain);
	assert_string_equal(outcome.domain, "cnc.example");
	assert_int_equal(outcome.reasons[FEED_BAD_DOMAIN], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_by_row),
		cmocka_unit_test(attributes),
		cmocka_unit_test(columns_that_are_not_there),
		cmocka_unit_test(without_header),
		cmocka_unit_test(domains),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
