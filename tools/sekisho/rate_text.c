// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/rate_text.h"

#include <stddef.h>
#include <stdio.h>

void rate_text(double per_second, const char *unit, char text[RATE_TEXT_SIZE])
{
	static const char *const prefixes[] = {"", "k", "M", "G", "T"};
	const size_t last = sizeof(prefixes) / sizeof(prefixes[0]) - 1;
	double value = per_second > 0 ? per_second : 0;
	size_t prefix = 0;
	int digits = 0;

	// 999.5 would be rounded to 1000, which has four digits; so below.
	while (value >= 999.5 && prefix < last) {
		value /= 1000;
		prefix++;
	}
	if (prefix > 0)
		digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	snprintf(text, RATE_TEXT_SIZE, "%.*f %s%s", digits, value, prefixes[prefix], unit);
}

void rate_text_member(
	const json_t *object, const char *member, const char *unit, char text[RATE_TEXT_SIZE])
{
	const json_t *rate = json_object_get(object, member);

	if (json_is_number(rate))
		rate_text(json_number_value(rate), unit, text);
	else
		snprintf(text, RATE_TEXT_SIZE, "-");
}
