// SPDX-License-Identifier: BSD-3-Clause
// Real lists that need a feed's word for how they are to be read; where they are.
#include "config/transport.h"
#include "control/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#define REAL_LISTS "../shared/data/lists/"
#define NOW_S      INT64_C(1790000000)

// Servers found by probing, with tables whose columns somebody has to name: 176 rows, each an
// endpoint of its own, most of which speak HTTP or TLS and three UDP.
static void real_tables(void **state)
{
	(void)state;
	static const char *const names[] = {"dacls_202211.tsv", "winnti40_202210.tsv"};
	static char ip[] = "c2_ip", port[] = "port", protocol[] = "protocol",
		    first[] = "first_seen", last[] = "last_seen", slashed[] = "YYYY/MM/DD";
	struct config_feed feed = {.format = (char[]){"delimited"},
		.level = 4,
		.table = {.separator = '\t',
			.header = true,
			.time_format = slashed,
			.columns = {[LIST_IP] = ip,
				[LIST_PORT] = port,
				[LIST_TRANSPORT] = protocol,
				[LIST_FIRST_SEEN] = first,
				[LIST_LAST_SEEN] = last}}};
	if (access(REAL_LISTS "elf_mirai.txt", R_OK) != 0)
		skip();
	struct catalogue *catalogue = catalogue_create();
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[128], error[512] = "";
		struct list_options options = {.number = (uint16_t)i, .now_s = NOW_S};
		struct list_report report;
		assert_true(list_feed_options(&feed, &options.feed));
		snprintf(path, sizeof(path), REAL_LISTS "%s", names[i]);
		assert_int_equal(
			list_load(path, &options, NULL, catalogue, &report, error, sizeof(error)),
			0);
		assert_int_equal(report.accepted, i ? 55 : 121);
		assert_int_equal(report.rejected, 0);
	}
	assert_true(catalogue_seal(catalogue, NOW_S));
	uint32_t udp = 0;
	for (size_t i = 0; i < catalogue_count(catalogue); i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);
		udp += indicator->transport == TRANSPORT_UDP;
		assert_true(indicator->sources->first_seen_s > 0);
		assert_true(indicator->sources->last_seen_s >= indicator->sources->first_seen_s);
	}
	assert_int_equal(udp, 3);
	assert_int_equal(catalogue_count(catalogue), 176);
	catalogue_release(catalogue);
}

// As on the command line, where a format can be named but no columns.
static void no_table_is_no_empty_table(void **state)
{
	(void)state;
	char format[] = "delimited";
	const struct config_feed feed = {.format = format, .level = 3};
	struct feed_options options;
	assert_true(list_feed_options(&feed, &options));
	assert_int_equal(options.format, FEED_DELIMITED);
	assert_null(options.table);
}

static void real_reputation(void **state)
{
	(void)state;
	const char *path = "../shared/data/ti/iprep-02__scirius-iprep.list";
	char error[512] = "";
	struct list_options options = {
		.feed = {.level = 3, .categories = 1u << 7 | 1u << 8 | 1u << 9}, .now_s = NOW_S};
	struct list_report report;
	if (access(path, R_OK) != 0)
		skip();
	struct catalogue *catalogue = catalogue_create();
	assert_int_equal(
		list_load(path, &options, NULL, catalogue, &report, error, sizeof(error)), 0);
	assert_int_equal(report.format, FEED_IPREP);
	assert_int_equal(report.accepted + report.rejected, 27533);
	assert_int_equal(report.accepted, 378);
	assert_int_equal(report.reasons[FEED_NOT_CC], 27152);
	assert_int_equal(report.reasons[FEED_BAD_ADDRESS], 3);
	catalogue_release(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_tables),
		cmocka_unit_test(no_table_is_no_empty_table),
		cmocka_unit_test(real_reputation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
