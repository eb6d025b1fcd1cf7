// SPDX-License-Identifier: BSD-3-Clause
#include "control/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/catalogue_row.h"
#include "tests/unit/list_file.h"

#include <stdlib.h>

#define NOW_S 1795305600 // 2026-11-22T00:00:00Z

#define REAL_LISTS "../shared/data/lists/"
#define REAL_ALLOW "../shared/data/allow/"

struct seen {
	unsigned refused, noticed;
	struct list_refusal last;
	char value[512], protected_by[GUARD_TEXT_SIZE];
};

static void see_refused(void *context, const struct list_refusal *refusal)
{
	struct seen *seen = context;
	seen->refused++;
	seen->last = *refusal;
	snprintf(seen->value, sizeof(seen->value), "%s", refusal->value);
	snprintf(seen->protected_by, sizeof(seen->protected_by), "%s",
		refusal->protected_by ? refusal->protected_by : "-");
}

static void see_noticed(void *context, const char *path, uint32_t line, const char *text)
{
	struct seen *seen = context;
	(void)path;
	(void)line;
	(void)text;
	seen->noticed++;
}

static struct guard *make_guard(void)
{
	char error[CONFIG_ERROR_SIZE];
	struct config config = {0};
	struct guard *guard = guard_create(&config, error, sizeof(error));
	assert_non_null(guard);
	return guard;
}

static struct list_options make_options(struct seen *seen)
{
	return (struct list_options){
		.feed = {.level = 3},
		.number = 5,
		.now_s = NOW_S,
		.refused = see_refused,
		.noticed = see_noticed,
		.context = seen,
	};
}

static void every_row_is_accounted_for(void **state)
{
	(void)state;
	struct list_file file = list_file_make(
		"ip,transport,port,level,valid_until,domain,extra\n"
		"192.0.2.1,tcp,80,4,,,\n"
		"192.0.2.1,tcp,80,3,2026-11-22T00:00:01Z,,\n"
		"192.0.2.2,tcp,80,3,2026-11-22T00:00:00Z,,\n"
		"# comment\n"
		"\n"
		"10.0.0.1,tcp,80,3,,,\n"
		"224.0.0.1,tcp,80,3,2020-01-01T00:00:00Z,,\n"
		"192.0.2.3,tcp,70000,3,,,\n"
		"192.0.2.3,tcp,\x1b,3,,,\n"
		",,,4,,a-name-that-is-longer-than-any-address-can-be-written.cnc.example,\n"
		",,,4,2026-01-01T00:00:00Z,"
		"a-name-that-is-longer-than-any-address-can-be-written.cnc.example,\n");
	struct seen seen = {0};
	struct list_options options = make_options(&seen);
	struct guard *guard = make_guard();
	struct catalogue *catalogue = catalogue_create();
	struct list_report report;
	char error[256];
	assert_int_equal(
		list_load(file.path, &options, guard, catalogue, &report, error, sizeof(error)), 0);
	assert_int_equal(report.format, FEED_CSV);
	assert_int_equal(report.accepted, 3);
	assert_int_equal(report.rejected, 4);
	assert_int_equal(report.quarantined, 2);
	assert_int_equal(report.reasons[FEED_EXPIRED], 2);
	assert_int_equal(report.reasons[FEED_SPECIAL_USE], 2);
	assert_int_equal(report.reasons[FEED_BAD_PORT], 1);
	assert_int_equal(report.reasons[FEED_BAD_ROW], 1);
	assert_int_equal(seen.refused, 6);
	assert_int_equal(seen.noticed, 1);
	assert_int_equal(seen.last.line, 12);
	assert_string_equal(
		seen.value, "a-name-that-is-longer-than-any-address-can-be-written.cnc.example");

	assert_true(catalogue_seal(catalogue, NOW_S));
	assert_int_equal(catalogue_count(catalogue), 2);
	assert_int_equal(catalogue_at(catalogue, 0)->source_count, 2);
	assert_int_equal(catalogue_at(catalogue, 0)->sources[0].feed, 5);
	assert_int_equal(catalogue_at(catalogue, 0)->sources[0].line, 2);
	catalogue_release(catalogue);
	guard_free(guard);
	list_file_remove(&file);
}

static void refusals_can_be_shown(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum feed_reason reason;
		const char *value, *protected_by;
	} examples[] = {
		{"192.0.2.1:70000\n", FEED_BAD_PORT, "192.0.2.1:70000", "-"},
		{"10.0.0.1:80\n", FEED_SPECIAL_USE, "10.0.0.1", "10.0.0.0/8"},
		{"[fe80::1]:80\n", FEED_SPECIAL_USE, "fe80::1", "8000::/1"},
		{"192.0.2.1\x1b[31m\n", FEED_BAD_ADDRESS, "192.0.2.1\\x1b[31m", "-"},
	};
	struct guard *guard = make_guard();
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct list_file file = list_file_make(examples[i].text);
		struct seen seen = {0};
		struct list_options options = make_options(&seen);
		struct catalogue *catalogue = catalogue_create();
		struct list_report report;
		char error[256];
		options.feed.format = FEED_PLAIN;
		assert_int_equal(list_load(file.path, &options, guard, catalogue, &report, error,
					 sizeof(error)),
			0);
		assert_int_equal(seen.refused, 1);
		assert_int_equal(seen.last.line, 1);
		assert_int_equal(seen.last.reason, examples[i].reason);
		assert_string_equal(seen.value, examples[i].value);
		assert_string_equal(seen.protected_by, examples[i].protected_by);
		catalogue_release(catalogue);
		list_file_remove(&file);
	}
	guard_free(guard);
}

static void without_guard_or_clock(void **state)
{
	(void)state;
	struct list_file file = list_file_make("ip,transport,port,level,valid_until\n"
					       "10.0.0.1,tcp,80,4,2001-01-01T00:00:00Z\n"
					       "bad,tcp,80,4,\n");
	struct list_options options = {.feed.level = 1};
	struct catalogue *catalogue = catalogue_create();
	struct list_report report;
	char error[256];
	assert_int_equal(
		list_load(file.path, &options, NULL, catalogue, &report, error, sizeof(error)), 0);
	assert_int_equal(report.accepted, 1);
	assert_int_equal(report.rejected, 1);
	assert_true(catalogue_seal(catalogue, 0));
	assert_int_equal(catalogue_count(catalogue), 1);
	catalogue_release(catalogue);
	list_file_remove(&file);
}

static void failed_file_leaves_nothing(void **state)
{
	(void)state;
	enum { SIZE = 600000 };
	char *text = malloc(SIZE);
	assert_non_null(text);
	for (size_t i = 0; i < SIZE; i += 10)
		memcpy(text + i, "192.0.2.1\n", 10);
	text[SIZE - 1] = '\0'; // far behind the first rows
	struct list_file good = list_file_make("192.0.2.9\n");
	struct list_file bad = list_file_make_bytes(text, SIZE);
	free(text);
	struct list_options options = {.feed.level = 1};
	struct catalogue *catalogue = catalogue_create();
	struct list_report report;
	char error[256];
	assert_int_equal(
		list_load(good.path, &options, NULL, catalogue, &report, error, sizeof(error)), 0);
	assert_int_equal(
		list_load(bad.path, &options, NULL, catalogue, &report, error, sizeof(error)), -1);
	assert_true(catalogue_seal(catalogue, 0));
	assert_int_equal(catalogue_count(catalogue), 1);
	assert_int_equal(catalogue_at(catalogue, 0)->address.bytes[15], 9);
	catalogue_release(catalogue);
	list_file_remove(&good);
	list_file_remove(&bad);
}

// What its own list calls compromised is withheld like what the guard protects.
static void compromised(void **state)
{
	(void)state;
	char error[512] = "";
	struct list_file file = list_file_make(
		"{\"1\":[{\"ioc_value\":\"192.0.2.1:80\",\"ioc_type\":\"ip:port\",\"threat_type\":"
		"\"botnet_cc\",\"confidence_level\":100,\"is_compromised\":true}]}");
	struct list_options options = {.feed.level = 3, .now_s = NOW_S};
	struct list_report report;
	struct catalogue *catalogue = catalogue_create();
	assert_int_equal(
		list_load(file.path, &options, NULL, catalogue, &report, error, sizeof(error)), 0);
	assert_int_equal(report.quarantined, 1);
	assert_int_equal(report.rejected, 0);
	const struct quarantined *row = quarantine_at(catalogue_withheld(catalogue), 0);
	assert_int_equal(row->reason, FEED_COMPROMISED);
	assert_string_equal(row->value, "192.0.2.1:80");
	assert_string_equal(row->protected_by, "the list itself");
	catalogue_release(catalogue);
	list_file_remove(&file);
}

static void classes_of_reasons(void **state)
{
	(void)state;
	assert_true(list_quarantines(FEED_SPECIAL_USE));
	assert_true(list_quarantines(FEED_OWN_PREFIX));
	assert_true(list_quarantines(FEED_NEVER_BLOCK));
	assert_true(list_quarantines(FEED_COMPROMISED));
	assert_false(list_quarantines(FEED_EXPIRED));
	assert_true(list_expects(FEED_NOT_ENDPOINT));
	assert_true(list_expects(FEED_NOT_CC));
	assert_false(list_expects(FEED_NO_PORT));
	assert_false(list_expects(FEED_PREFIX));
}

// The seven files hold 44,087 different ip:port lines, four of them with a port above 65535; the
// others are on 10,427 addresses (counted with grep and sort).
static void real_maltrail(void **state)
{
	(void)state;
	static const char *const names[] = {
		"gafgyt", "generic", "kaiten", "mirai", "moobot", "torii", "xorddos"};
	if (access(REAL_LISTS "elf_mirai.txt", R_OK) != 0)
		skip();
	struct catalogue *catalogue = catalogue_create();
	uint32_t bad_ports = 0, urls = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[128], error[256];
		struct list_options options = {.feed.level = 3, .number = (uint16_t)i};
		struct list_report report;
		snprintf(path, sizeof(path), REAL_LISTS "elf_%s.txt", names[i]);
		assert_int_equal(
			list_load(path, &options, NULL, catalogue, &report, error, sizeof(error)),
			0);
		assert_int_equal(report.format, FEED_MALTRAIL);
		assert_int_equal(report.rejected,
			report.reasons[FEED_BAD_PORT] + report.reasons[FEED_NOT_ENDPOINT]);
		bad_ports += report.reasons[FEED_BAD_PORT];
		urls += report.reasons[FEED_NOT_ENDPOINT];
	}
	assert_int_equal(bad_ports, 4);
	assert_int_equal(urls, 55902);
	assert_true(catalogue_seal(catalogue, NOW_S));
	uint32_t endpoints = 0, addresses = 0;
	const struct address *last = NULL;
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);
		if (indicator->is_domain)
			break;
		endpoints++;
		addresses += !last || address_compare(last, &indicator->address) != 0;
		last = &indicator->address;
		assert_non_null(indicator->family);
	}
	assert_int_equal(endpoints, 44083);
	assert_int_equal(addresses, 10427);
	catalogue_release(catalogue);
}

static const struct {
	const char *name;
	enum feed_format format; // FEED_DETECT: not recognised
	uint32_t accepted, rejected, quarantined;
	enum feed_reason reason; // of all that were refused
} real_lists[] = {
	{"feodo_ipblocklist_2024-04-04.csv", FEED_FEODO, 28, 0, 0, 0},
	{"feodo_ipblocklist_2021-03-21_reformatted.csv", FEED_FEODO, 0, 203, 0, FEED_BAD_TIME},
	{"threatfox_ips_2026-08-22.txt", FEED_PLAIN, 19856, 0, 7, FEED_SPECIAL_USE},
	{"sinkhole_unknown.txt", FEED_MALTRAIL, 0, 43, 0, FEED_NO_PORT},
	{"dacls_202211.tsv", FEED_DETECT, 0, 0, 0, 0},
	{"winnti40_202210.tsv", FEED_DETECT, 0, 0, 0, 0},
};

static void real_others(void **state)
{
	(void)state;
	if (access(REAL_LISTS "elf_mirai.txt", R_OK) != 0)
		skip();
	struct guard *guard = make_guard();
	for (size_t i = 0; i < sizeof(real_lists) / sizeof(*real_lists); i++) {
		char path[128], error[512] = "";
		struct list_options options = {.feed.level = 3, .now_s = NOW_S};
		struct list_report report;
		struct catalogue *catalogue = catalogue_create();
		snprintf(path, sizeof(path), REAL_LISTS "%s", real_lists[i].name);
		int status =
			list_load(path, &options, guard, catalogue, &report, error, sizeof(error));
		catalogue_release(catalogue);
		if (real_lists[i].format == FEED_DETECT) {
			assert_int_equal(status, -1);
			assert_non_null(strstr(error, "not recognised"));
			continue;
		}
		assert_int_equal(status, 0);
		assert_int_equal(report.format, real_lists[i].format);
		assert_int_equal(report.accepted, real_lists[i].accepted);
		assert_int_equal(report.rejected, real_lists[i].rejected);
		assert_int_equal(report.quarantined, real_lists[i].quarantined);
		assert_int_equal(
			report.reasons[real_lists[i].reason], report.rejected + report.quarantined);
	}
	guard_free(guard);
}

// What a list names and a warninglist protects, by the name of the warninglist.
struct protected
{
	const char *name;
	unsigned rows;
};

static void count_protected(void *context, const struct list_refusal *refusal)
{
	struct protected *protected = context;
	if (refusal->reason != FEED_NEVER_BLOCK)
		return;
	while (protected->name && !strstr(refusal->protected_by, protected->name)) {
		protected++;
	}
	protected->rows++;
}

// The snapshot holds 19,863 addresses. How many of them each warninglist protects was counted with
// Python's ipaddress over the same files.
static void real_warninglists(void **state)
{
	(void)state;
	static char paths[][64] = {REAL_ALLOW "akamai.json", REAL_ALLOW "amazon-aws.json",
		REAL_ALLOW "cloudflare.json", REAL_ALLOW "fastly.json",
		REAL_ALLOW "ipv6-linklocal.json", REAL_ALLOW "multicast.json",
		REAL_ALLOW "public-dns-v4.json", REAL_ALLOW "public-dns-v6.json",
		REAL_ALLOW "rfc1918.json", REAL_ALLOW "rfc3849.json", REAL_ALLOW "rfc5735.json",
		REAL_ALLOW "rfc6598.json", REAL_ALLOW "sinkholes.json"};
	enum { PATHS = sizeof(paths) / sizeof(*paths) };
	char *never_block[PATHS], error[CONFIG_ERROR_SIZE] = "";
	struct config config = {.never_block = never_block, .never_block_count = PATHS};
	struct protected protected[] = {
		{"(List of known Akamai IP ranges)", 0},
		{"(List of known Amazon AWS IP address ranges)", 0},
		{"(List of known Cloudflare IP ranges)", 0},
		{"(List of known Fastly IP address ranges)", 0},
		{"(List of known IPv4 public DNS resolvers)", 0},
		{"(List of known sinkholes)", 0},
		{NULL, 0},
	};
	static const unsigned expected[] = {255, 699, 71, 1, 3, 1, 0};
	struct list_options options = {
		.feed.level = 3, .refused = count_protected, .context = protected};
	if (access(paths[0], R_OK) != 0)
		skip();
	for (size_t i = 0; i < PATHS; i++)
		never_block[i] = paths[i];
	struct guard *guard = guard_create(&config, error, sizeof(error));
	if (!guard)
		fail_msg("%s", error);
	struct guard_summary summary;
	guard_summarize(guard, &summary);
	assert_int_equal(summary.files, PATHS);
	assert_int_equal(summary.prefixes, 67316);

	struct catalogue *catalogue = catalogue_create();
	struct list_report report;
	assert_int_equal(list_load(REAL_LISTS "threatfox_ips_2026-08-22.txt", &options, guard,
				 catalogue, &report, error, sizeof(error)),
		0);
	assert_int_equal(report.accepted, 18826);
	assert_int_equal(report.quarantined, 1037);
	assert_int_equal(report.reasons[FEED_SPECIAL_USE], 7);
	assert_int_equal(report.reasons[FEED_NEVER_BLOCK], 1030);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		assert_int_equal(protected[i].rows, expected[i]);
	assert_int_equal(quarantine_count(catalogue_withheld(catalogue)), 1037);
	catalogue_release(catalogue);
	guard_free(guard);
}

static void domains_are_guarded(void **state)
{
	(void)state;
	struct list_file never = list_file_make("portal.example.net\n");
	struct list_file file = list_file_make("ip,transport,port,level,domain\n"
					       ",,,4,www.portal.example.net\n"
					       ",,,4,cnc.example.net\n");
	char *paths[] = {never.path}, error[CONFIG_ERROR_SIZE], expected[GUARD_TEXT_SIZE];
	struct config config = {.never_block = paths, .never_block_count = 1};
	struct guard *guard = guard_create(&config, error, sizeof(error));
	struct seen seen = {0};
	struct list_options options = make_options(&seen);
	struct catalogue *catalogue = catalogue_create();
	struct list_report report;
	assert_int_equal(
		list_load(file.path, &options, guard, catalogue, &report, error, sizeof(error)), 0);
	assert_int_equal(report.accepted, 1);
	assert_int_equal(report.reasons[FEED_NEVER_BLOCK], 1);
	snprintf(expected, sizeof(expected), "%s:1 portal.example.net", never.path);
	assert_string_equal(seen.protected_by, expected);
	assert_string_equal(seen.value, "www.portal.example.net");
	const struct quarantined *row = quarantine_at(catalogue_withheld(catalogue), 0);
	assert_int_equal(row->feed, 5);
	assert_int_equal(row->line, 2);
	assert_string_equal(row->value, "www.portal.example.net");
	assert_string_equal(row->protected_by, expected);
	catalogue_release(catalogue);
	guard_free(guard);
	list_file_remove(&never);
	list_file_remove(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_accounted_for),
		cmocka_unit_test(refusals_can_be_shown),
		cmocka_unit_test(without_guard_or_clock),
		cmocka_unit_test(failed_file_leaves_nothing),
		cmocka_unit_test(compromised),
		cmocka_unit_test(classes_of_reasons),
		cmocka_unit_test(real_maltrail),
		cmocka_unit_test(real_others),
		cmocka_unit_test(real_warninglists),
		cmocka_unit_test(domains_are_guarded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
