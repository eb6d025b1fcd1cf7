// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/feed_outcome.h"

static const struct example rows[] = {
	{"192.0.2.1,1,127", ACCEPTED, NULL},
	{"192.0.2.1/32,60,1", ACCEPTED, NULL},
	{"2001:db8::1, 7, 100", ACCEPTED, NULL},
	{"2001:db8::1/128,7,100", ACCEPTED, NULL},
	{"192.0.2.0/24,1,100", FEED_PREFIX, "192.0.2.0/24"},
	{"192.0.2.1/24,1,100", FEED_BAD_ADDRESS, "192.0.2.1/24"},
	{"192.0.2.1,8,100", FEED_NOT_CC, "192.0.2.1"},
	{"192.0.2.0/24,8,100", FEED_NOT_CC, "192.0.2.0/24"},
	{"192.0.2.1,1,0", FEED_NOT_CC, "192.0.2.1"},
	{"192.0.2.1,0,100", FEED_BAD_ROW, "0"},
	{"192.0.2.1,61,100", FEED_BAD_ROW, "61"},
	{"192.0.2.1,1,128", FEED_BAD_ROW, "128"},
	{"192.0.2.1,1,", FEED_BAD_ROW, ""},
	{"192.0.2.1,1", FEED_BAD_ROW, "192.0.2.1"},
	{"192.0.2.1,1,1,1", FEED_BAD_ROW, "192.0.2.1"},
	{"x,1,1", FEED_BAD_ADDRESS, "x"},
};

static void row_by_row(void **state)
{
	(void)state;
	const struct feed_options options = {.format = FEED_IPREP,
		.level = 2,
		.categories = 1u << 1 | 1u << 7 | UINT64_C(1) << 60};
	CHECK_ROWS_AS(&options, "", "192.0.2.9,1,100", rows);
}

static void attributes(void **state)
{
	(void)state;
	static const struct {
		unsigned score, confidence, level, limit;
	} examples[] = {{127, 100, 4, 4}, {126, 99, 3, 4}, {96, 75, 3, 4}, {95, 74, 2, 4},
		{1, 0, 1, 4}, {127, 100, 2, 2}};
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		const struct feed_options options = {
			.format = FEED_DETECT, .level = (uint8_t)examples[i].limit};
		char text[64];
		snprintf(
			text, sizeof(text), "#8.8.8.8,10,100\n192.0.2.1,8,%u\n", examples[i].score);
		struct outcome outcome = read_text_as(text, &options);
		assert_int_equal(outcome.format, FEED_IPREP);
		assert_int_equal(outcome.accepted, 1);
		assert_int_equal(outcome.line, 2);
		assert_int_equal(outcome.row.port, 0);
		assert_int_equal(outcome.row.transport, TRANSPORT_ANY);
		assert_int_equal(outcome.row.confidence, examples[i].confidence);
		assert_int_equal(outcome.row.level, examples[i].level);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_by_row),
		cmocka_unit_test(attributes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
