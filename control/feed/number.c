// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/number.h"

#include <stddef.h>
#include <string.h>

// So many digits fit 32 bits, whatever they are.
#define DIGITS_MAX 9

bool number_parse(const char *text, uint32_t maximum, uint32_t *value)
{
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > DIGITS_MAX || text[digits] != '\0' ||
		(text[0] == '0' && digits > 1))
		return false;
	*value = 0;
	for (; *text; text++)
		*value = *value * 10 + (uint32_t)(*text - '0');
	return *value <= maximum;
}
