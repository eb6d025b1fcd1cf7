// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

#include <stdlib.h>

// As abuse.ch writes it: the header is a comment, a blank follows each comma of a row.
static const char header[] =
	"# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"fk_malware\","
	"\"malware_alias\",\"malware_printable\",\"last_seen_utc\",\"confidence_level\","
	"\"is_compromised\",\"reference\",\"tags\",\"anonymous\",\"reporter\"\n";

#define ROW(first, value, type, threat, last, confidence, compromised) \
	"\"" first "\", \"1932209\", \"" value "\", \"" type "\", \"" threat \
	"\", \"win.remcos\", \"None\", \"Remcos\", \"" last "\", \"" confidence \
	"\", \"" compromised "\", \"None\", \"c2,rat\", \"0\", \"Bitsight\""
#define TIME "2026-09-24 09:11:10"

static const struct example rows[] = {
	{ROW(TIME, "192.0.2.1:14643", "ip:port", "botnet_cc", "", "100", "False"), ACCEPTED, NULL},
	{ROW(TIME, "[2001:db8::7]:80", "ip:port", "botnet_cc", TIME, "0", "false"), ACCEPTED, NULL},
	{ROW(TIME, "cnc.example", "domain", "botnet_cc", "None", "75", "None"), ACCEPTED, NULL},
	{ROW("None", "192.0.2.1:1", "ip:port", "botnet_cc", "", "100", ""), ACCEPTED, NULL},
	{ROW(TIME, "http://192.0.2.1/x", "url", "payload_delivery", "", "100", "False"),
		FEED_NOT_ENDPOINT, "http://192.0.2.1/x"},
	{ROW(TIME, "0123abcd", "md5_hash", "payload", "", "100", "False"), FEED_NOT_ENDPOINT,
		"0123abcd"},
	{ROW(TIME, "0123abcd", "sha256_hash", "payload", "", "100", "False"), FEED_NOT_ENDPOINT,
		"0123abcd"},
	{ROW(TIME, "192.0.2.1:80", "ip:port", "payload_delivery", "", "100", "False"), FEED_NOT_CC,
		"192.0.2.1:80"},
	{ROW(TIME, "shop.example", "domain", "cc_skimming", "", "100", "False"), FEED_NOT_CC,
		"shop.example"},
	{ROW(TIME, "192.0.2.1:80", "ip:port", "botnet_cc", "", "100", "True"), FEED_COMPROMISED,
		"192.0.2.1:80"},
	{ROW(TIME, "blog.example", "domain", "botnet_cc", "", "100", "true"), FEED_COMPROMISED,
		"blog.example"},
	{ROW(TIME, "192.0.2.1:80", "ip:port", "botnet_cc", "", "100", "maybe"), FEED_BAD_ROW,
		"maybe"},
	{ROW(TIME, "192.0.2.1:80", "ipv4", "botnet_cc", "", "100", "False"), FEED_BAD_ROW, "ipv4"},
	{ROW(TIME, "192.0.2.1", "ip:port", "botnet_cc", "", "100", "False"), FEED_NO_PORT,
		"192.0.2.1"},
	{ROW(TIME, "192.0.2.1:65536", "ip:port", "botnet_cc", "", "100", "False"), FEED_BAD_PORT,
		"192.0.2.1:65536"},
	{ROW(TIME, "2001:db8::7:80", "ip:port", "botnet_cc", "", "100", "False"), FEED_NO_PORT,
		"2001:db8::7:80"},
	{ROW(TIME, "192.0.2.256:80", "ip:port", "botnet_cc", "", "100", "False"), FEED_BAD_ADDRESS,
		"192.0.2.256:80"},
	{ROW(TIME, "192.0.2.1", "domain", "botnet_cc", "", "100", "False"), FEED_BAD_DOMAIN,
		"192.0.2.1"},
	{ROW("24/09/2026 09:11", "192.0.2.1:80", "ip:port", "botnet_cc", "", "100", "False"),
		FEED_BAD_TIME, "24/09/2026 09:11"},
	{ROW(TIME, "192.0.2.1:80", "ip:port", "botnet_cc", "2026-09-24", "100", "False"),
		FEED_BAD_TIME, "2026-09-24"},
	{ROW(TIME, "192.0.2.1:80", "ip:port", "botnet_cc", "", "101", "False"), FEED_BAD_CONFIDENCE,
		"101"},
	{ROW(TIME, "192.0.2.1:80", "ip:port", "botnet_cc", "", "", "False"), FEED_BAD_CONFIDENCE,
		""},
	{"\"" TIME "\", \"1\", \"192.0.2.1:80\", \"ip:port\", \"botnet_cc\"", FEED_BAD_ROW, TIME},
	{"\"" TIME "\", \"1\" x, \"192.0.2.1:80\"", FEED_BAD_ROW, "\"1\" x, \"192.0.2.1:80\""},
	{ROW(TIME, "192.0.2.1:80", "ip:port", "botnet_cc", "", "100", "\x1b"), FEED_BAD_ROW,
		"\x1b"},
};

static void row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS(FEED_THREATFOX, header,
		ROW(TIME, "192.0.2.9:9", "ip:port", "botnet_cc", "", "50", "False"), rows);
}

static void attributes(void **state)
{
	(void)state;
	char text[2048];
	snprintf(text, sizeof(text),
		"####\n# abuse.ch ThreatFox #\n#\n%s%s\r\n# Number of entries: 1", header,
		ROW(TIME, "192.0.2.1:14643", "ip:port", "botnet_cc", "2026-09-25 00:00:00", "80",
			"False"));
	struct outcome outcome = read_text(text, FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_THREATFOX);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.line, 5);
	assert_int_equal(outcome.row.port, 14643);
	assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
	assert_int_equal(outcome.row.first_seen_s, 1790241070);
	assert_int_equal(outcome.row.last_seen_s, 1790294400);
	assert_int_equal(outcome.row.max_action, ACTION_SINKHOLE);
	assert_string_equal(outcome.family, "Remcos");
	assert_string_equal(outcome.source, "abuse.ch ThreatFox");
	assert_string_equal(outcome.reference, "-");
}

// By confidence, and never above the feed's.
static void levels(void **state)
{
	(void)state;
	static const struct {
		const char *confidence;
		uint8_t limit, level;
	} examples[] = {{"100", 4, 4}, {"99", 4, 3}, {"75", 4, 3}, {"74", 4, 2}, {"50", 4, 2},
		{"49", 4, 1}, {"30", 4, 1}, {"0", 4, 1}, {"100", 3, 3}, {"100", 1, 1},
		{"60", 3, 2}};
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		const struct feed_options options = {
			.format = FEED_THREATFOX, .level = examples[i].limit};
		char text[2048];
		snprintf(text, sizeof(text),
			"%s\"" TIME "\",\"1\",\"192.0.2.1:1\",\"ip:port\",\"botnet_cc\",\"\",\"\","
			"\"\",\"\",\"%s\",\"False\",\"\",\"\",\"0\",\"x\"\n",
			header, examples[i].confidence);
		struct outcome outcome = read_text_as(text, &options);
		assert_int_equal(outcome.accepted, 1);
		assert_int_equal(outcome.row.level, examples[i].level);
		assert_int_equal(outcome.row.confidence, strtol(examples[i].confidence, NULL, 10));
		assert_string_equal(outcome.family, "-");
	}
}

// Before is_compromised there were 14 columns; other orders are read by their names.
static void columns_by_name(void **state)
{
	(void)state;
	struct outcome outcome =
		read_text("# "
			  "\"first_seen_utc\",\"confidence_level\",\"threat_type\",\"ioc_type\","
			  "\"ioc_value\"\n"
			  "\"" TIME "\", \"50\", \"botnet_cc\", \"ip:port\", \"192.0.2.1:80\"\n",
			FEED_THREATFOX);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.row.port, 80);

	outcome = read_text(
		"# \"first_seen_utc\",\"ioc_type\",\"threat_type\",\"confidence_level\"\n",
		FEED_THREATFOX);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "\"ioc_value\""));
	outcome =
		read_text("# \"first_seen_utc\",\"ioc_type\",\"threat_type\",\"confidence_level\","
			  "\"ioc_value\",\"ioc_type\"\n",
			FEED_THREATFOX);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "\"ioc_type\""));
	// The header has to come first.
	outcome = read_text("\"" TIME "\", \"50\"\n", FEED_THREATFOX);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "no ThreatFox CSV"));
	outcome = read_text(header, FEED_THREATFOX);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.accepted, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_by_row),
		cmocka_unit_test(attributes),
		cmocka_unit_test(levels),
		cmocka_unit_test(columns_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
