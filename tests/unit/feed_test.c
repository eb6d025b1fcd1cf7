// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

#include <stdlib.h>
#include <sys/stat.h>

static const struct example maltrail_rows[] = {
	{"192.0.2.1:23", ACCEPTED, NULL},
	{" 192.0.2.1:23\t", ACCEPTED, NULL},
	{"192.0.2.1:23 # note", ACCEPTED, NULL},
	{"[2001:db8::1]:23", ACCEPTED, NULL},
	{"cnc.example", ACCEPTED, NULL},
	{"bot_1.cnc.example.", ACCEPTED, NULL},
	{"192.0.2.1", FEED_NO_PORT, NULL},
	{"2001:db8::1", FEED_NO_PORT, NULL},
	{"192.0.2.1:79548", FEED_BAD_PORT, NULL},
	{"192.0.2.1:0", FEED_BAD_PORT, NULL},
	{"192.0.2.256:23", FEED_BAD_ADDRESS, NULL},
	{"192.0.2.256", FEED_BAD_ADDRESS, NULL},
	{"/bins/mirai.arm", FEED_NOT_ENDPOINT, NULL},
	{"192.0.2.1/bins", FEED_NOT_ENDPOINT, NULL},
	{"http://192.0.2.1", FEED_NOT_ENDPOINT, NULL},
	{"http://192.0.2.1:80/x#y", FEED_NOT_ENDPOINT, NULL},
	{"cnc.example/panel", FEED_NOT_ENDPOINT, NULL},
	{"cnc.example:8080", FEED_NOT_ENDPOINT, NULL},
	{"-cnc.example", FEED_BAD_DOMAIN, NULL},
	{"c&c.example", FEED_BAD_DOMAIN, NULL},
	{"nonsense", FEED_BAD_ROW, NULL},
};

static void maltrail_row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS(FEED_MALTRAIL, "", "192.0.2.9:9", maltrail_rows);
}

static void maltrail_attributes(void **state)
{
	(void)state;
	char path[64];
	snprintf(path, sizeof(path), "/tmp/%d", getpid());
	assert_int_equal(mkdir(path, 0700), 0);
	static const struct {
		const char *name, *family;
	} names[] = {{"elf_mirai.txt", "mirai"}, {"apt_x.txt", "apt_x"}, {"osx_a.b.txt", "a"},
		{"plainname", "plainname"}, {"elf_.txt", "-"}, {"elf_\xff.txt", "-"}};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char name[96];
		snprintf(name, sizeof(name), "%s/%s", path, names[i].name);
		FILE *file = fopen(name, "w");
		assert_non_null(file);
		fputs("# Reference: https://example/1\n\n192.0.2.1:23\n", file);
		fclose(file);
		struct outcome outcome = read_path(name, FEED_DETECT);
		unlink(name);
		assert_int_equal(outcome.format, FEED_MALTRAIL);
		assert_string_equal(outcome.family, names[i].family);
		assert_string_equal(outcome.reference, "https://example/1");
		assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
		assert_int_equal(outcome.row.level, 2);
		assert_int_equal(outcome.row.confidence, 50);
		assert_int_equal(outcome.row.port, 23);
	}
	rmdir(path);

	struct outcome outcome =
		read_text("# Reference: https://example/1\n192.0.2.1:23\n# Generic\ncnc.example\n",
			FEED_DETECT);
	assert_string_equal(outcome.reference, "-");
	assert_true(outcome.row.is_domain);
}

static const char feodo_header[] =
	"\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\",\"malware\"\n";

static const struct example feodo_rows[] = {
	{"\"2023-05-23 17:51:44\",\"192.0.2.1\",\"1194\",\"online\",\"2024-04-01\",\"Pikabot\"",
		ACCEPTED, NULL},
	{"2023-05-23 17:51:44,192.0.2.1,1194,offline,,", ACCEPTED, NULL},
	{"21/01/17 07:30,192.0.2.1,443,offline,21/03/18,Dridex", FEED_BAD_TIME, "21/01/17 07:30"},
	{"2023-05-23 17:51:44,192.0.2.1,1194,offline,21/03/18,X", FEED_BAD_TIME, "21/03/18"},
	{"2023-05-23 17:51:44,192.0.2.1,1194,gone,2024-04-01,X", FEED_BAD_ROW, "gone"},
	{"2023-05-23 17:51:44,x,1194,online,2024-04-01,X", FEED_BAD_ADDRESS, "x"},
	{"2023-05-23 17:51:44,192.0.2.1,,online,2024-04-01,X", FEED_BAD_PORT, ""},
	{"2023-05-23 17:51:44,192.0.2.1,70000,online,2024-04-01,X", FEED_BAD_PORT, "70000"},
	{"2023-05-23 17:51:44,192.0.2.1,1194,online,2024-04-01", FEED_BAD_ROW,
		"2023-05-23 17:51:44"},
	{"2023-05-23 17:51:44,192.0.2.1,1194,online,2024-04-01,\x01", FEED_BAD_ROW, "\x01"},
	{"2023-05-23 17:51:44,192.0.2.1,1194,online,\"2024-04-01,X", FEED_BAD_ROW,
		"\"2024-04-01,X"},
};

static void feodo_row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS(
		FEED_FEODO, feodo_header, "2023-05-23 17:51:44,192.0.2.9,9,online,,X", feodo_rows);
}

static void feodo_attributes(void **state)
{
	(void)state;
	char text[1024];
	snprintf(text, sizeof(text),
		"######\n# abuse.ch #\n#\n%s"
		"\"2023-05-23 17:51:44\",\"192.0.2.1\",\"1194\",\"online\",\"2024-04-01\","
		"\"Pikabot\"\r\n# END 1 entries",
		feodo_header);
	struct outcome outcome = read_text(text, FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_FEODO);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.line, 5);
	assert_int_equal(outcome.row.transport, TRANSPORT_TCP);
	assert_int_equal(outcome.row.port, 1194);
	assert_int_equal(outcome.row.first_seen_s, 1684864304);
	assert_int_equal(outcome.row.last_seen_s, 1711929600);
	assert_int_equal(outcome.row.valid_until_s, 0);
	assert_string_equal(outcome.family, "Pikabot");

	// An empty list is legitimate.
	outcome = read_text(feodo_header, FEED_DETECT);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.format, FEED_FEODO);
	assert_int_equal(outcome.accepted, 0);

	outcome = read_text("192.0.2.1:80\n", FEED_FEODO);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "no Feodo Tracker list"));
}

static const struct example plain_rows[] = {
	{"192.0.2.1", ACCEPTED, NULL},
	{"192.0.2.1:80", ACCEPTED, NULL},
	{"[2001:db8::1]:80", ACCEPTED, NULL},
	{"2001:db8::1 ; note", ACCEPTED, NULL},
	{"192.0.2.1:80 # note", ACCEPTED, NULL},
	{"192.0.2.1 192.0.2.2", FEED_BAD_ADDRESS, NULL},
	{"192.0.2.1,192.0.2.2", FEED_BAD_ADDRESS, NULL},
	{"192.0.2.0/24", FEED_BAD_ADDRESS, NULL},
	{"192.0.2.1:0", FEED_BAD_PORT, NULL},
	{"cnc.example", FEED_BAD_ADDRESS, NULL},
};

static void plain_row_by_row(void **state)
{
	(void)state;
	CHECK_ROWS(FEED_PLAIN, "", "192.0.2.9:9", plain_rows);
	struct outcome outcome = read_text("; list\n# list\n\n192.0.2.1\n", FEED_DETECT);
	assert_int_equal(outcome.format, FEED_PLAIN);
	assert_int_equal(outcome.row.port, 0);
	assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
	assert_int_equal(outcome.row.level, 2);
	assert_string_equal(outcome.family, "-");
}

static const struct {
	const char *text;
	enum feed_format format; // FEED_DETECT: none
} beginnings[] = {
	{"port,level,ip,transport\n", FEED_CSV},
	{"\xef\xbb\xbf\"ip\",\"transport\",\"port\",\"level\"\n", FEED_CSV},
	{"# banner\r\n\r\nip,transport,port,level\r\n", FEED_CSV},
	{"first_seen_utc,dst_ip,dst_port,c2_status,last_online,malware\n", FEED_FEODO},
	{"# Copyright (c) 2014-2026 Maltrail developers\n192.0.2.1\n", FEED_MALTRAIL},
	{"# Reference: https://example\n", FEED_MALTRAIL},
	{"192.0.2.1:80\ncnc.example\n", FEED_MALTRAIL},
	{"192.0.2.1:80\n/bins.sh\n", FEED_MALTRAIL},
	{"cafe.de\nfed.cc\n", FEED_MALTRAIL},
	{"192.0.2.1\n", FEED_PLAIN},
	{"192.0.2.1", FEED_PLAIN},
	{"192.0.2.1:80 # x\n[2001:db8::1]:80\n2001:db8::2\n", FEED_PLAIN},
	{"192.0.2.1:80\n192.0.2.999:80\n192.0.2.3:99999\noops\n", FEED_PLAIN},
	{"", FEED_DETECT},
	{"\n\n# only a comment\n", FEED_DETECT},
	{"c2_ip\tfirst_seen\tport\n192.0.2.1\t2021/04/15\t443\n", FEED_DETECT},
	{"192.0.2.0/24 ; SBL1\n198.51.100.0/24 ; SBL2\n", FEED_DROP},
	{"; Spamhaus DROP List 2026/04/24\n", FEED_DROP},
	{"192.0.2.0/24\n198.51.100.0/24\n", FEED_DETECT},
	{"{\"cidr\":\"192.0.2.0/24\",\"sblid\":\"SBL1\",\"rir\":\"arin\"}\n", FEED_DROP},
	{"#\n# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\","
	 "\"confidence_level\"\n",
		FEED_THREATFOX},
	{"{\"query_status\": \"no_result\", \"data\": \"nothing\"}", FEED_THREATFOX_JSON},
	{"\n{\"1\":[{\"ioc_value\":\"192.0.2.1:80\"}]}", FEED_THREATFOX_JSON},
	{"[\n{\"ip_address\":\"192.0.2.1\"}]", FEED_FEODO_JSON},
	{"#\n# Firstseen,DstIP,DstPort\n", FEED_SSLBL},
	{"#fields\tindicator\tindicator_type\tmeta.source\n", FEED_ZEEK_INTEL},
	{"#8.8.8.8,10,100\n192.0.2.0/24,1,100\n2001:db8::1,1,100\noops\n", FEED_IPREP},
	{"[]", FEED_DETECT},
	{"{\"type\": \"nothing of ours\"}", FEED_DETECT},
	{"{\"list\": [\n\"192.0.2.1\"\n]}\n", FEED_DETECT},
	{"192.0.2.1,10,100\n", FEED_IPREP},
	{"the quick\nbrown fox\n192.0.2.1\n", FEED_DETECT},
};

static void detects(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		struct outcome outcome = read_text(beginnings[i].text, FEED_DETECT);
		if (outcome.format != beginnings[i].format)
			fail_msg("'%s': %s", beginnings[i].text, feed_format_name(outcome.format));
		if (outcome.format == FEED_DETECT) {
			assert_int_equal(outcome.status, -1);
			assert_non_null(strstr(outcome.error, "--list plain:FILE"));
			assert_int_equal(outcome.accepted, 0);
		}
	}
}

static void files_that_are_none(void **state)
{
	(void)state;
	struct outcome outcome = read_path("/nonexistent", FEED_DETECT);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "No such file"));

	// Beyond what is looked at for the format.
	char *text = malloc(400001);
	assert_non_null(text);
	for (size_t i = 0; i < 400000; i += 10)
		memcpy(text + i, "192.0.2.1\n", 10);
	struct list_file file = list_file_make_bytes(text, 400000);
	assert_int_equal(read_path(file.path, FEED_DETECT).accepted, 40000);
	list_file_remove(&file);
	text[399995] = '\0';
	file = list_file_make_bytes(text, 400000);
	outcome = read_path(file.path, FEED_DETECT);
	assert_int_equal(outcome.status, -1);
	assert_non_null(strstr(outcome.error, "NUL"));
	list_file_remove(&file);

	memset(text, '1', 100000);
	memcpy(text + 100000, "\n192.0.2.1\n", 12);
	outcome = read_text(text, FEED_PLAIN);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.reasons[FEED_BAD_ROW], 1);
	assert_int_equal(outcome.accepted, 1);
	assert_int_equal(outcome.line, 2);
	free(text);
}

static void names(void **state)
{
	(void)state;
	static const char *const formats[] = {"csv", "maltrail", "feodo", "plain", "threatfox",
		"threatfox-json", "feodo-json", "sslbl", "drop", "iprep", "zeek-intel",
		"delimited"};
	char text[FEED_FORMATS_SIZE];
	enum feed_format format;
	for (int i = 0; i < (int)(sizeof(formats) / sizeof(*formats)); i++) {
		assert_non_null(strstr(feed_formats(text), formats[i]));
		assert_true(feed_format_parse(formats[i], &format));
		assert_int_equal(format, FEED_CSV + i);
		assert_string_equal(feed_format_name(format), formats[i]);
	}
	assert_false(feed_format_parse("detect", &format));
	assert_false(feed_format_parse("", &format));
	for (int i = 0; i < FEED_REASON_COUNT; i++) {
		assert_non_null(feed_reason_code((enum feed_reason)i));
		assert_non_null(feed_reason_text((enum feed_reason)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(feed_reason_code((enum feed_reason)i),
				feed_reason_code((enum feed_reason)j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maltrail_row_by_row),
		cmocka_unit_test(maltrail_attributes),
		cmocka_unit_test(feodo_row_by_row),
		cmocka_unit_test(feodo_attributes),
		cmocka_unit_test(plain_row_by_row),
		cmocka_unit_test(detects),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
