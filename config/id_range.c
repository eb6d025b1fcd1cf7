// SPDX-License-Identifier: BSD-3-Clause
#include "config/id_range.h"

#include <string.h>

// Enough for every id: more digits could only overflow.
#define DIGITS_MAX 7

static bool number_parse(const char *text, size_t length, uint32_t *number)
{
	if (length == 0 || length > DIGITS_MAX || (length > 1 && text[0] == '0'))
		return false;
	*number = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = *number * 10 + (uint32_t)(text[i] - '0');
	}
	return true;
}

bool id_range_parse(
	const char *text, size_t length, const struct id_range *limits, struct id_range *range)
{
	const char *dash = memchr(text, '-', length);
	size_t first_length = dash ? (size_t)(dash - text) : length;

	if (!number_parse(text, first_length, &range->first))
		return false;
	range->last = range->first;
	if (dash && !number_parse(dash + 1, length - first_length - 1, &range->last))
		return false;
	return limits->first <= range->first && range->first <= range->last &&
	       range->last <= limits->last;
}

bool label_range_parse(const char *text, struct id_range *range)
{
	static const struct id_range limits = {LABEL_FIRST, LABEL_LAST};

	return id_range_parse(text, strlen(text), &limits, range);
}

bool vlan_range_parse(const char *text, struct vlan_range *range)
{
	static const struct id_range limits = {VLAN_FIRST, VLAN_LAST};
	const char *dot = strchr(text, '.');

	range->inner = (struct id_range){0, VLAN_LAST};
	if (!id_range_parse(
		    text, dot ? (size_t)(dot - text) : strlen(text), &limits, &range->outer))
		return false;
	return !dot || id_range_parse(dot + 1, strlen(dot + 1), &limits, &range->inner);
}
