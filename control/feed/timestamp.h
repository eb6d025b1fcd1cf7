// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Times in lists → UTC seconds since the epoch. Strict: what is not exactly the form is refused,
// because a time that was guessed (day for month, local for UTC) silently keeps an entry too long
// or drops it too early. Moments before 1970-01-01T00:00:01Z are refused too: 0 means "not said".
// Pure.

#include <stdbool.h>
#include <stdint.h>

// RFC 3339 section 5.6, offset zero only: "2026-11-22T06:30:00Z", "...00.250+00:00". Fractions are
// cut off; a leap second counts as the second after it.
bool timestamp_parse(const char *text, int64_t *seconds);

// "2026-11-22 06:30:00", as abuse.ch writes UTC.
bool timestamp_parse_spaced(const char *text, int64_t *seconds);

// "2026-11-22": its first second.
bool timestamp_parse_date(const char *text, int64_t *seconds);

// By a pattern: YYYY, MM and DD, hh, mm and ss stand for so many digits each, all else for itself:
// "YYYY/MM/DD". What the pattern leaves out is zero.
bool timestamp_parse_pattern(const char *text, const char *pattern, int64_t *seconds);
