// SPDX-License-Identifier: BSD-3-Clause
#include "config/day_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE(hour, minute) ((hour)*60 + (minute))
enum { SUN, MON, TUE, WED, THU, FRI, SAT };

static struct day_window window_of(const char *hours, uint8_t days)
{
	struct day_window window = {.days = days};

	assert_true(day_window_parse_hours(hours, &window));
	return window;
}

static void hours_are_strict(void **state)
{
	static const char *const wrong[] = {"", "22:00", "22:00-6:00", "2200-0600", "22:00-06:0x",
		"24:00-06:00", "22:60-06:00", "22:00-24:01", "22:00-22:00", "00:00-24:00",
		"00:00-00:00", "22:00-06:000", "22:00 06:00", "-1:00-06:00", "22.00-06.00"};
	struct day_window window = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (day_window_parse_hours(wrong[i], &window))
			fail_msg("accepted: %s", wrong[i]);
	window = window_of("22:05-06:59", 0);
	assert_int_equal(window.from_minute, MINUTE(22, 5));
	assert_int_equal(window.to_minute, MINUTE(6, 59));
	assert_int_equal(window_of("08:00-24:00", 0).to_minute, MINUTES_PER_DAY);
	assert_int_equal(window_of("08:00-00:00", 0).to_minute, MINUTES_PER_DAY);
}

static void a_day_is_a_day(void **state)
{
	const struct day_window work = window_of("09:00-17:00", 1u << MON | 1u << FRI);

	(void)state;
	assert_true(day_window_contains(&work, MON, MINUTE(9, 0)));
	assert_true(day_window_contains(&work, FRI, MINUTE(16, 59)));
	assert_false(day_window_contains(&work, MON, MINUTE(8, 59)));
	assert_false(day_window_contains(&work, MON, MINUTE(17, 0)));
	assert_false(day_window_contains(&work, TUE, MINUTE(12, 0)));
}

static void a_night_belongs_to_the_day_it_begins_on(void **state)
{
	const struct day_window night = window_of("22:00-06:00", 1u << SAT);

	(void)state;
	assert_true(day_window_contains(&night, SAT, MINUTE(22, 0)));
	assert_true(day_window_contains(&night, SUN, MINUTE(5, 59)));
	assert_false(day_window_contains(&night, SUN, MINUTE(6, 0)));
	assert_false(day_window_contains(&night, SAT, MINUTE(5, 0)));
	assert_false(day_window_contains(&night, SUN, MINUTE(23, 0)));
	assert_false(day_window_contains(&night, SAT, MINUTE(21, 59)));
}

static void none_is_always(void **state)
{
	const struct day_window none = {0};

	(void)state;
	for (unsigned day = 0; day < DAYS_PER_WEEK; day++)
		for (unsigned minute = 0; minute < MINUTES_PER_DAY; minute++)
			assert_true(day_window_contains(&none, day, minute));
}

static void assert_text(struct day_window window, const char *expected)
{
	char text[DAY_WINDOW_TEXT];

	day_window_format(&window, text);
	assert_string_equal(text, expected);
}

static void texts(void **state)
{
	(void)state;
	assert_text((struct day_window){0}, "");
	assert_text(window_of("22:00-06:00", DAY_WINDOW_ALL), "22:00-06:00");
	assert_text(window_of("22:00-06:00", 1u << SUN | 1u << MON), "mon, sun 22:00-06:00");
	assert_text((struct day_window){.to_minute = MINUTES_PER_DAY, .days = 0x3e},
		"mon, tue, wed, thu, fri");
	// The longest there is.
	assert_text(window_of("22:00-06:00", 0x7e), "mon, tue, wed, thu, fri, sat 22:00-06:00");
	for (int day = 0; day < DAYS_PER_WEEK; day++)
		assert_int_equal(day_parse(day_name((unsigned)day)), day);
	assert_int_equal(day_parse("monday"), -1);
	assert_string_equal(day_name(7), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_are_strict),
		cmocka_unit_test(a_day_is_a_day),
		cmocka_unit_test(a_night_belongs_to_the_day_it_begins_on),
		cmocka_unit_test(none_is_always),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
