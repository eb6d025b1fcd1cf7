// SPDX-License-Identifier: BSD-3-Clause
#include "config/mac.h"

#include <ctype.h>
#include <stddef.h>

static uint8_t digit(char character)
{
	return (uint8_t)(isdigit((unsigned char)character)
				 ? character - '0'
				 : tolower((unsigned char)character) - 'a' + 10);
}

bool mac_parse(const char *text, uint8_t mac[MAC_SIZE])
{
	uint8_t any = 0;

	for (size_t i = 0; i < MAC_SIZE; i++, text += 3) {
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
			text[2] != (i + 1 < MAC_SIZE ? ':' : '\0'))
			return false;
		mac[i] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
		any |= mac[i];
	}
	return any != 0 && (mac[0] & 1) == 0;
}
