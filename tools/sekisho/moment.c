// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/moment.h"

#include "control/feed/timestamp.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Seconds; 0: no unit.
static uint64_t unit_length(const char *unit)
{
	static const struct {
		char name;
		uint32_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (unit[0] == units[i].name && unit[1] == '\0')
			return units[i].seconds;
	return 0;
}

static bool parse_ago(const char *typed, uint64_t now_s, uint64_t *seconds)
{
	const size_t digits = strspn(typed, "0123456789");
	const uint64_t unit = unit_length(typed + digits);
	uint64_t count;

	// Ten digits of seconds are more than there have been since 1970.
	if (digits == 0 || digits > 10 || unit == 0)
		return false;
	count = strtoull(typed, NULL, 10);
	if (count * unit >= now_s)
		return false;
	*seconds = now_s - count * unit;
	return true;
}

bool moment_parse(const char *typed, uint64_t now_ns, char text[UTC_TEXT_SIZE])
{
	uint64_t seconds;
	int64_t said;

	if (timestamp_parse(typed, &said))
		seconds = (uint64_t)said;
	else if (!parse_ago(typed, now_ns / UTC_NS_PER_S, &seconds))
		return false;
	if (seconds > INT64_MAX / UTC_NS_PER_S)
		return false;
	utc_format(seconds * UTC_NS_PER_S, 0, text);
	return true;
}
