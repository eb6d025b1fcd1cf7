// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/timestamp.h"

#include <string.h>
#include <time.h>

// Exactly `digits` decimal digits; moves `text` behind them.
static bool take_number(const char **text, int digits, int *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		*value = *value * 10 + (**text - '0');
	}
	return true;
}

static bool take_character(const char **text, const char *allowed)
{
	if (**text == '\0' || !strchr(allowed, **text))
		return false;
	(*text)++;
	return true;
}

static bool take_date(const char **text, struct tm *tm)
{
	int year, month, day;
	if (!take_number(text, 4, &year) || !take_character(text, "-") ||
		!take_number(text, 2, &month) || !take_character(text, "-") ||
		!take_number(text, 2, &day))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

static bool take_time(const char **text, struct tm *tm)
{
	return take_number(text, 2, &tm->tm_hour) && take_character(text, ":") &&
	       take_number(text, 2, &tm->tm_min) && take_character(text, ":") &&
	       take_number(text, 2, &tm->tm_sec);
}

static bool to_seconds(const struct tm *parsed, int64_t *seconds)
{
	// timegm carries what is out of range into the next field; a time it had to change was
	// none. A leap second is the one exception.
	struct tm tm = *parsed;
	bool leap = tm.tm_sec == 60 && tm.tm_min == 59 && tm.tm_hour == 23;
	if (leap)
		tm.tm_sec = 59;
	struct tm normal = tm;
	*seconds = timegm(&normal) + leap;
	return normal.tm_year == tm.tm_year && normal.tm_mon == tm.tm_mon &&
	       normal.tm_mday == tm.tm_mday && normal.tm_hour == tm.tm_hour &&
	       normal.tm_min == tm.tm_min && normal.tm_sec == tm.tm_sec && *seconds > 0;
}

bool timestamp_parse(const char *text, int64_t *seconds)
{
	struct tm tm = {0};
	if (!take_date(&text, &tm) || !take_character(&text, "Tt") || !take_time(&text, &tm))
		return false;
	if (take_character(&text, ".")) {
		size_t digits = strspn(text, "0123456789");
		if (digits == 0)
			return false;
		text += digits;
	}
	// RFC 3339 section 4.3: "-00:00" is UTC of a place whose local offset is not known.
	if (strcmp(text, "Z") != 0 && strcmp(text, "z") != 0 && strcmp(text, "+00:00") != 0 &&
		strcmp(text, "-00:00") != 0)
		return false;
	return to_seconds(&tm, seconds);
}

bool timestamp_parse_spaced(const char *text, int64_t *seconds)
{
	struct tm tm = {0};
	return take_date(&text, &tm) && take_character(&text, " ") && take_time(&text, &tm) &&
	       *text == '\0' && to_seconds(&tm, seconds);
}

bool timestamp_parse_date(const char *text, int64_t *seconds)
{
	struct tm tm = {0};
	return take_date(&text, &tm) && *text == '\0' && to_seconds(&tm, seconds);
}

bool timestamp_parse_pattern(const char *text, const char *pattern, int64_t *seconds)
{
	struct tm tm = {.tm_year = -1, .tm_mon = -1};
	const struct {
		const char *word;
		int digits, less;
		int *value;
	} words[] = {{"YYYY", 4, 1900, &tm.tm_year}, {"MM", 2, 1, &tm.tm_mon},
		{"DD", 2, 0, &tm.tm_mday}, {"hh", 2, 0, &tm.tm_hour}, {"mm", 2, 0, &tm.tm_min},
		{"ss", 2, 0, &tm.tm_sec}};
	while (*pattern) {
		size_t i = 0;
		while (i < sizeof(words) / sizeof(*words) &&
			strncmp(pattern, words[i].word, (size_t)words[i].digits) != 0)
			i++;
		if (i == sizeof(words) / sizeof(*words)) {
			if (*text++ != *pattern++)
				return false;
			continue;
		}
		if (!take_number(&text, words[i].digits, words[i].value))
			return false;
		*words[i].value -= words[i].less;
		pattern += words[i].digits;
	}
	return *text == '\0' && to_seconds(&tm, seconds);
}
