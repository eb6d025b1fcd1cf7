// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct example {
	const char *text;
	int64_t seconds; // 0: refused
};

static void check(
	bool (*parse)(const char *, int64_t *), const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t seconds = 0;
		bool parsed = parse(examples[i].text, &seconds);
		if (parsed != (examples[i].seconds != 0) ||
			(parsed && seconds != examples[i].seconds))
			fail_msg("'%s': %d, %lld", examples[i].text, parsed, (long long)seconds);
	}
}

#define CHECK(parse, examples) check(parse, examples, sizeof(examples) / sizeof((examples)[0]))

static void rfc3339(void **state)
{
	(void)state;
	static const struct example examples[] = {
		{"1970-01-01T00:00:01Z", 1},
		{"2026-11-22T06:30:00Z", 1795329000},
		{"2026-11-22t06:30:00z", 1795329000},
		{"2026-11-22T06:30:00.999999Z", 1795329000},
		{"2026-11-22T06:30:00+00:00", 1795329000},
		{"2026-11-22T06:30:00-00:00", 1795329000},
		{"2024-02-29T23:59:59Z", 1709251199},
		{"2016-12-31T23:59:60Z", 1483228800},
		{"2016-12-31T22:59:60Z", 0},
		{"1970-01-01T00:00:00Z", 0},
		{"1969-12-31T23:59:59Z", 0},
		{"2026-02-29T00:00:00Z", 0},
		{"2026-13-01T00:00:00Z", 0},
		{"2026-00-01T00:00:00Z", 0},
		{"2026-01-00T00:00:00Z", 0},
		{"2026-01-32T00:00:00Z", 0},
		{"2026-01-01T24:00:00Z", 0},
		{"2026-01-01T00:60:00Z", 0},
		{"2026-01-01T00:00:61Z", 0},
		{"2026-11-22T06:30:00+09:00", 0},
		{"2026-11-22T06:30:00", 0},
		{"2026-11-22T06:30Z", 0},
		{"2026-11-22T06:30:00.Z", 0},
		{"2026-11-22T06:30:00Z ", 0},
		{" 2026-11-22T06:30:00Z", 0},
		{"2026-11-22 06:30:00Z", 0},
		{"2026-11-22", 0},
		{"26-11-22T06:30:00Z", 0},
		{"+026-11-22T06:30:00Z", 0},
		{"2026-1-22T06:30:00Z", 0},
		{"1795329000", 0},
		{"", 0},
	};
	CHECK(timestamp_parse, examples);
}

static void spaced(void **state)
{
	(void)state;
	static const struct example examples[] = {
		{"2023-05-23 17:51:44", 1684864304},
		{"2023-05-23T17:51:44", 0},
		{"2023-05-23 17:51:44Z", 0},
		{"2023-05-23 17:51", 0},
		{"21/01/17 07:30", 0},
		{"2023-02-30 00:00:00", 0},
		{"", 0},
	};
	CHECK(timestamp_parse_spaced, examples);
}

static void date(void **state)
{
	(void)state;
	static const struct example examples[] = {
		{"2024-04-01", 1711929600},
		{"2024-4-1", 0},
		{"2024-04-31", 0},
		{"24/04/01", 0},
		{"2024-04-01 ", 0},
		{"1970-01-01", 0},
	};
	CHECK(timestamp_parse_date, examples);
}

static void by_pattern(void **state)
{
	(void)state;
	static const struct {
		const char *text, *pattern;
		int64_t seconds; // 0: refused
	} examples[] = {
		{"2021/04/15", "YYYY/MM/DD", 1618444800},
		{"15.04.2021 01:02:03", "DD.MM.YYYY hh:mm:ss", 1618448523},
		{"20210415", "YYYYMMDD", 1618444800},
		{"2021-04-15T00:00Z", "YYYY-MM-DDThh:mmZ", 1618444800},
		{"2021/04/1", "YYYY/MM/DD", 0},
		{"2021/04/15 ", "YYYY/MM/DD", 0},
		{"2021/04/15", "YYYY/MM/DD ", 0},
		{"2021-04-15", "YYYY/MM/DD", 0},
		{"2021/02/29", "YYYY/MM/DD", 0},
		{"2021/13/01", "YYYY/MM/DD", 0},
		{"2021/04/00", "YYYY/MM/DD", 0},
		{"1970/01/01", "YYYY/MM/DD", 0},
		{"", "YYYY/MM/DD", 0},
		{"2021/04", "YYYY/MM", 0},
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		int64_t seconds = -1;
		bool parsed =
			timestamp_parse_pattern(examples[i].text, examples[i].pattern, &seconds);
		if (parsed != (examples[i].seconds != 0))
			fail_msg("'%s' '%s'", examples[i].text, examples[i].pattern);
		if (parsed)
			assert_int_equal(seconds, examples[i].seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3339),
		cmocka_unit_test(spaced),
		cmocka_unit_test(date),
		cmocka_unit_test(by_pattern),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
