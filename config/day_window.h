// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Hours of some days of the week, in local time: "22:00-06:00" on Fridays is the night that begins
// then. What is after midnight belongs to the day on which the window opened. Where clocks are set,
// the wall decides: an hour that is skipped is not there, one that comes twice counts twice.
//
// Pure.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MINUTES_PER_DAY 1440
#define DAYS_PER_WEEK   7
#define DAY_WINDOW_ALL  0x7fu // days
#define DAY_WINDOW_TEXT 64

struct day_window {
	uint16_t from_minute; // since midnight
	uint16_t to_minute;   // exclusive, 1..1440; before from_minute: of the next day
	uint8_t days;         // bit 0 Sunday, as tm_wday; 0: always open, and the above unused
};

// "HH:MM-HH:MM"; 24:00 may end it. false: it is not, or both are the same.
bool day_window_parse_hours(const char *text, struct day_window *window);

// "sun" to "sat" → 0..6, or -1.
int day_parse(const char *text);
const char *day_name(unsigned day); // "?" for a value out of range

// `minute` since midnight of a day of the week.
bool day_window_contains(const struct day_window *window, unsigned day, unsigned minute);

// "mon, tue 22:00-06:00"; "" if always open.
void day_window_format(const struct day_window *window, char text[DAY_WINDOW_TEXT]);
