// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

#include <stdlib.h>

#define GOOD \
	"{\"id\":\"115772\",\"ioc\":\"192.0.2.1:53822\",\"threat_type\":\"botnet_cc\"," \
	"\"ioc_type\":\"ip:port\",\"malware\":\"elf.mozi\",\"malware_printable\":\"Mozi\"," \
	"\"malware_alias\":null,\"confidence_level\":75,\"first_seen\":\"2021-06-15 08:22:52 " \
	"UTC\"," \
	"\"last_seen\":null,\"reference\":\"https://x.example/{[\\\"\",\"reporter\":\"x\"," \
	"\"tags\":[\"Mozi\",{\"a\":\"]\"}]}"

static void api_answer(void **state)
{
	(void)state;
	struct outcome outcome =
		read_text("{\"query_status\": \"ok\",\n \"data\": [\n" GOOD ",\n  " GOOD "\n]}\n",
			FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_THREATFOX_JSON);
	assert_int_equal(outcome.accepted, 2);
	assert_int_equal(outcome.line, 4);
	assert_int_equal(outcome.row.port, 53822);
	assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
	assert_int_equal(outcome.row.confidence, 75);
	assert_int_equal(outcome.row.level, 2); // the feed's: 75 alone is level 3
	assert_int_equal(outcome.row.first_seen_s, 1623745372);
	assert_int_equal(outcome.row.last_seen_s, 0);
	assert_string_equal(outcome.family, "Mozi");
	assert_string_equal(outcome.reference, "https://x.example/{[\"");
}

static void export(void **state)
{
	(void)state;
	struct outcome outcome = read_text(
		"{\"1\":[{\"ioc_value\":\"192.0.2.1:80\",\"ioc_type\":\"ip:port\",\"threat_type\":"
		"\"botnet_cc\",\"malware_printable\":\"Remcos\",\"first_seen_utc\":\"2026-09-24 "
		"09:11:10\",\"last_seen_utc\":\"2026-09-25 00:00:00\",\"confidence_level\":100,"
		"\"is_compromised\":false,\"tags\":\"c2\"}],\n"
		"\"2\":[{\"ioc_value\":\"192.0.2.2:80\",\"ioc_type\":\"ip:port\",\"threat_type\":"
		"\"botnet_cc\",\"confidence_level\":100,\"is_compromised\":true}],"
		"\"3\":[{\"ioc_value\":\"00\",\"ioc_type\":\"sha256_hash\",\"threat_type\":"
		"\"payload\",\"confidence_level\":100}],\"4\":[],"
		"\"5\":[{\"ioc_value\":\"x.example\",\"ioc_type\":\"domain\",\"threat_type\":"
		"\"payload_delivery\",\"confidence_level\":100}]}",
		FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_THREATFOX_JSON);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.row.last_seen_s, 1790294400);
	assert_int_equal(outcome.reasons[FEED_COMPROMISED], 1);
	assert_int_equal(outcome.reasons[FEED_NOT_ENDPOINT], 1);
	assert_int_equal(outcome.reasons[FEED_NOT_CC], 1);
}

// Each in front of a good one, which must still be read.
static const struct {
	const char *record;
	enum feed_reason reason;
} records[] = {
	{"{}", FEED_BAD_ROW},
	{"1", FEED_BAD_ROW},
	{"\"]\"", FEED_BAD_ROW},
	{"null", FEED_BAD_ROW},
	{"[[]]", FEED_BAD_ROW},
	{"{\"ioc\":\"\\q\"}", FEED_BAD_ROW},
	{"{\"ioc\":\"\\u0000\"}", FEED_BAD_ROW},
	{"{\"ioc\":\"\xff\"}", FEED_BAD_ROW},
	{"{\"ioc\":{}}", FEED_BAD_ROW},
	{"{\"ioc\":\"192.0.2.1:1\",\"ioc\":\"192.0.2.1:2\"}", FEED_BAD_ROW},
	{"{\"ioc\":\"192.0.2.1:1\",\"ioc_type\":\"ip:port\",\"threat_type\":\"botnet_cc\","
	 "\"confidence_level\":1.5}",
		FEED_BAD_ROW},
	{"{\"ioc\":\"192.0.2.1:1\",\"ioc_type\":\"ip:port\",\"threat_type\":\"botnet_cc\","
	 "\"confidence_level\":-1}",
		FEED_BAD_CONFIDENCE},
	{"{\"ioc\":\"192.0.2.1:1\",\"ioc_type\":\"ip:port\",\"threat_type\":\"botnet_cc\","
	 "\"confidence_level\":5,\"first_seen\":\"2021-06-15 08:22:52 JST\"}",
		FEED_BAD_TIME},
	{"{\"ioc\":\"192.0.2.1:1\",\"ioc_type\":\"ip:port\",\"threat_type\":\"botnet_cc\","
	 "\"confidence_level\":5,\"first_seen\":\" UTC\"}",
		FEED_BAD_TIME},
};

static void a_record_costs_a_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++) {
		char text[4096];
		snprintf(text, sizeof(text), "{\"query_status\":\"ok\",\"data\":[%s,\n" GOOD "]}",
			records[i].record);
		struct outcome outcome = read_text(text, FEED_THREATFOX_JSON);
		if (outcome.status < 0 || outcome.reasons[records[i].reason] != 1)
			fail_msg("%s: %s", records[i].record, outcome.error);
		assert_int_equal(outcome.accepted, 1);
		assert_int_equal(outcome.line, 2);
	}
}

// Larger than a record may be, in a file far larger than what is held of it.
static void large(void **state)
{
	(void)state;
	const size_t size = 4u << 20;
	char *text = malloc(size + 1024);
	assert_non_null(text);
	size_t used = (size_t)snprintf(text, size, "{\"data\":[{\"ioc\":\"");
	memset(text + used, 'x', 100000);
	used += 100000;
	used += (size_t)snprintf(text + used, size - used, "]}\"}");
	unsigned count = 0;
	for (; used < size - 1024; count++)
		used += (size_t)snprintf(text + used, size - used, ",\n%s", GOOD);
	snprintf(text + used, size - used, "]}");
	struct outcome outcome = read_text(text, FEED_THREATFOX_JSON);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.reasons[FEED_BAD_ROW], 1);
	assert_int_equal(outcome.accepted, count);
	assert_int_equal(outcome.line, count + 1);
	free(text);
}

static const struct {
	const char *text, *error; // NULL: an empty list
} files[] = {
	{"{\"query_status\": \"no_result\", \"data\": \"Your search did not yield any results\"}",
		NULL},
	{"{\"query_status\": \"ok\", \"data\": []}", NULL},
	{"{}", NULL},
	{"[]\n", NULL},
	{"{\"query_status\": \"illegal_days\"}", ":1: ThreatFox answered \"illegal_days\""},
	{"{\"query_status\": \"ok\", \"data\": [", ":1: the file ends early: a comma or bracket"},
	{"{\"query_status\": \"ok\", \"data\": [{\"ioc\":\n\"x",
		":2: the file ends early: a closing"},
	{"{\"query_status\": \"ok\", \"data\": [{\"ioc\":\"x\"", ":1: the file ends early"},
	{"{\"query_status\": \"ok\"} x", ":1: malformed JSON: the end of the file is missing"},
	{"{\"query_status\": \"ok\" \"data\": 1}",
		":1: malformed JSON: a comma or brace is missing"},
	{"{\"query_status\" \"ok\"}", ":1: malformed JSON: a colon is missing"},
	{"{1: 2}", ":1: malformed JSON: a member's name is missing"},
	{"[1 2]", ":1: malformed JSON: a comma or bracket is missing"},
	{"\n\nioc", ":3: malformed JSON: an object or array is missing"},
	{"", ":1: the file ends early: an object or array is missing"},
};

static void whole_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct outcome outcome = read_text(files[i].text, FEED_THREATFOX_JSON);
		assert_int_equal(outcome.accepted, 0);
		if (outcome.status != (files[i].error ? -1 : 0) ||
			(files[i].error && !strstr(outcome.error, files[i].error)))
			fail_msg("%s: %s", files[i].text, outcome.error);
		if (!files[i].error)
			assert_int_equal(outcome.reasons[FEED_BAD_ROW], 0);
	}
	// A member that is none of its own is a row that is not understood.
	struct outcome outcome =
		read_text("{\"query_status\": \"ok\", \"data\": \"x\"}", FEED_THREATFOX_JSON);
	assert_int_equal(outcome.reasons[FEED_BAD_ROW], 1);
	assert_string_equal(outcome.last_text, "\"x\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(api_answer),
		cmocka_unit_test(export),
		cmocka_unit_test(a_record_costs_a_row),
		cmocka_unit_test(large),
		cmocka_unit_test(whole_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
