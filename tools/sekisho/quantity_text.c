// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/quantity_text.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

void quantity_text_rate(double per_second, const char *unit, char text[QUANTITY_TEXT_SIZE])
{
	static const char *const prefixes[] = {"", "k", "M", "G", "T"};
	const size_t last = sizeof(prefixes) / sizeof(prefixes[0]) - 1;
	double value = per_second > 0 ? per_second : 0;
	size_t prefix = 0;

	// 999.5 would be rounded to 1000, four digits.
	while (value >= 999.5 && prefix < last) {
		value /= 1000;
		prefix++;
	}
	snprintf(text, QUANTITY_TEXT_SIZE, "%.*f %s%s",
		prefix == 0       ? 0
		: value >= 99.95  ? 0
		: value >= 9.995  ? 1
				  : 2,
		value, prefixes[prefix], unit);
}

void quantity_text_count(uint64_t count, char text[QUANTITY_TEXT_SIZE])
{
	char digits[QUANTITY_TEXT_SIZE];
	const int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*text++ = ',';
		*text++ = digits[i];
	}
	*text = '\0';
}

void quantity_text_duration(uint64_t seconds, char text[QUANTITY_TEXT_SIZE])
{
	const uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

	if (days > 0)
		snprintf(text, QUANTITY_TEXT_SIZE, "%" PRIu64 " d %" PRIu64 " h", days, hours % 24);
	else if (hours > 0)
		snprintf(text, QUANTITY_TEXT_SIZE, "%" PRIu64 " h %" PRIu64 " min", hours,
			minutes % 60);
	else if (minutes > 0)
		snprintf(text, QUANTITY_TEXT_SIZE, "%" PRIu64 " min %" PRIu64 " s", minutes,
			seconds % 60);
	else
		snprintf(text, QUANTITY_TEXT_SIZE, "%" PRIu64 " s", seconds);
}
