// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

#define GOOD \
	"{\"ip_address\":\"192.0.2.1\",\"port\":443,\"status\":\"online\",\"hostname\":null," \
	"\"as_number\":64500,\"as_name\":\"EXAMPLE\",\"country\":\"US\"," \
	"\"first_seen\":\"2021-01-17 07:44:46\",\"last_online\":\"2024-04-01\"," \
	"\"malware\":\"Dridex\"}"

static void attributes(void **state)
{
	(void)state;
	struct outcome outcome = read_text("[\n" GOOD ",\n" GOOD "\n]\n", FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_FEODO_JSON);
	assert_int_equal(outcome.accepted, 2);
	assert_int_equal(outcome.line, 3);
	assert_int_equal(outcome.row.port, 443);
	assert_int_equal(outcome.row.transport, TRANSPORT_TCP);
	assert_int_equal(outcome.row.first_seen_s, 1610869486);
	assert_int_equal(outcome.row.last_seen_s, 1711929600);
	assert_string_equal(outcome.family, "Dridex");
	assert_string_equal(outcome.asn, "64500");
	assert_string_equal(outcome.country, "US");
	assert_string_equal(outcome.source, "abuse.ch Feodo Tracker");

	outcome = read_text("[{\"ip_address\":\"2001:db8::1\",\"port\":\"443\",\"status\":"
			    "\"offline\",\"first_seen\":\"2021-01-17 07:44:46\","
			    "\"last_online\":null}]",
		FEED_FEODO_JSON);
	assert_int_equal(outcome.accepted, 1);
	assert_string_equal(outcome.asn, "-");
	assert_string_equal(outcome.country, "-");
	assert_string_equal(outcome.family, "-");
}

#define SERVER(address, port, status, first, last) \
	"{\"ip_address\":" address ",\"port\":" port ",\"status\":" status \
	",\"first_seen\":" first ",\"last_online\":" last "}"
#define FIRST "\"2021-01-17 07:44:46\""

static const struct {
	const char *record;
	enum feed_reason reason;
	const char *text; // NULL: the record
} records[] = {
	{SERVER("\"192.0.2.1\"", "65536", "\"online\"", FIRST, "null"), FEED_BAD_PORT, "65536"},
	{SERVER("\"192.0.2.1\"", "0", "\"online\"", FIRST, "null"), FEED_BAD_PORT, "0"},
	{SERVER("\"192.0.2.1\"", "null", "\"online\"", FIRST, "null"), FEED_BAD_PORT, ""},
	{SERVER("\"192.0.2.1\"", "80.5", "\"online\"", FIRST, "null"), FEED_BAD_ROW, NULL},
	{SERVER("\"192.0.2.1/32\"", "80", "\"online\"", FIRST, "null"), FEED_BAD_ADDRESS,
		"192.0.2.1/32"},
	{SERVER("\"192.0.2.1\"", "80", "\"gone\"", FIRST, "null"), FEED_BAD_ROW, "gone"},
	{SERVER("\"192.0.2.1\"", "80", "\"online\"", "\"21/01/17 07:44\"", "null"), FEED_BAD_TIME,
		"21/01/17 07:44"},
	{SERVER("\"192.0.2.1\"", "80", "\"online\"", FIRST, "\"soon\""), FEED_BAD_TIME, "soon"},
	{SERVER("\"192.0.2.1\"", "80", "\"online\"", FIRST, "[1]"), FEED_BAD_ROW, NULL},
	{SERVER("\"192.0.2.1\"", "80", "\"online\"", FIRST, "\"\\u001b\""), FEED_BAD_ROW, NULL},
	{"7", FEED_BAD_ROW, NULL},
	{"{\"ip_address\"}", FEED_BAD_ROW, NULL},
};

static void a_record_costs_a_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
		char text[2048];
		const char *offending = records[i].text ? records[i].text : records[i].record;
		snprintf(text, sizeof(text), "[" GOOD ",%s]", records[i].record);
		struct outcome outcome = read_text(text, FEED_FEODO_JSON);
		assert_int_equal(outcome.status, 0);
		assert_int_equal(outcome.accepted, 1);
		if (outcome.last != records[i].reason)
			fail_msg("%s: %s", records[i].record, feed_reason_code(outcome.last));
		assert_memory_equal(outcome.last_text, offending,
			strnlen(offending, sizeof(outcome.last_text) - 1));
	}
}

static void whole_files(void **state)
{
	(void)state;
	struct outcome outcome = read_text("[]", FEED_FEODO_JSON);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.accepted, 0);
	outcome = read_text("{\"servers\": [" GOOD "]}", FEED_FEODO_JSON);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "no Feodo Tracker list"));
	outcome = read_text("[" GOOD, FEED_FEODO_JSON);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "ends early"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes),
		cmocka_unit_test(a_record_costs_a_row),
		cmocka_unit_test(whole_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
