// SPDX-License-Identifier: BSD-3-Clause
#include "config/day_window.h"

#include <stdio.h>
#include <string.h>

static const char *const days[DAYS_PER_WEEK] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

// "HH:MM" → minutes, or -1.
static int parse_minute(const char *text)
{
	int values[5];

	for (int i = 0; i < 5; i++) {
		values[i] = i == 2 ? (text[i] == ':' ? 0 : -1) : digit(text[i]);
		if (values[i] < 0)
			return -1;
	}
	if (values[3] > 5)
		return -1;
	return (values[0] * 10 + values[1]) * 60 + values[3] * 10 + values[4];
}

bool day_window_parse_hours(const char *text, struct day_window *window)
{
	int from, to;

	if (strlen(text) != strlen("22:00-06:00") || text[5] != '-')
		return false;
	from = parse_minute(text);
	to = parse_minute(text + 6);
	if (from < 0 || from >= MINUTES_PER_DAY || to < 0 || to > MINUTES_PER_DAY)
		return false;
	if (to == 0)
		to = MINUTES_PER_DAY;
	if (from == to || to - from == MINUTES_PER_DAY)
		return false;
	window->from_minute = (uint16_t)from;
	window->to_minute = (uint16_t)to;
	return true;
}

int day_parse(const char *text)
{
	for (int day = 0; day < DAYS_PER_WEEK; day++) {
		if (strcmp(text, days[day]) == 0)
			return day;
	}
	return -1;
}

const char *day_name(unsigned day)
{
	return day < DAYS_PER_WEEK ? days[day] : "?";
}

static bool is_of(const struct day_window *window, unsigned day)
{
	return window->days >> day & 1;
}

bool day_window_contains(const struct day_window *window, unsigned day, unsigned minute)
{
	if (window->days == 0)
		return true;
	if (window->from_minute < window->to_minute)
		return is_of(window, day) && minute >= window->from_minute &&
		       minute < window->to_minute;
	return (is_of(window, day) && minute >= window->from_minute) ||
	       (is_of(window, (day + DAYS_PER_WEEK - 1) % DAYS_PER_WEEK) &&
		       minute < window->to_minute);
}

void day_window_format(const struct day_window *window, char text[DAY_WINDOW_TEXT])
{
	size_t used = 0;

	text[0] = '\0';
	if (window->days == 0)
		return;
	for (unsigned i = 1; window->days != DAY_WINDOW_ALL && i <= DAYS_PER_WEEK; i++) {
		const unsigned day = i % DAYS_PER_WEEK; // Monday first

		if (is_of(window, day))
			used += (size_t)snprintf(text + used, DAY_WINDOW_TEXT - used, "%s%s",
				used > 0 ? ", " : "", days[day]);
	}
	if (window->to_minute - window->from_minute != MINUTES_PER_DAY)
		snprintf(text + used, DAY_WINDOW_TEXT - used, "%s%02u:%02u-%02u:%02u",
			used > 0 ? " " : "", window->from_minute / 60u, window->from_minute % 60u,
			window->to_minute / 60u, window->to_minute % 60u);
}
