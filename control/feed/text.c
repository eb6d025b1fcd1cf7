// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

// Bytes of the character at `text`, 0 if it is none that may be shown.
static size_t text_character(const char *text)
{
	const uint8_t *byte = (const uint8_t *)text;
	if (byte[0] < 0x80)
		return byte[0] >= 0x20 && byte[0] != 0x7f;

	size_t length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
	uint32_t code = byte[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (byte[i] & 0x3fu);
	}
	// Overlong forms, C1 controls, surrogates and what lies beyond Unicode; continuation bytes
	// in front and 0xf8..0xff fall under these too, except 0x80..0xbf, caught by the first.
	static const uint32_t least[] = {0, 0, 0xa0, 0x800, 0x10000};
	if (byte[0] < 0xc0 || byte[0] > 0xf4 || code < least[length] || code > 0x10ffff ||
		(code >= 0xd800 && code <= 0xdfff))
		return 0;
	return length;
}

bool text_valid(const char *text)
{
	while (*text) {
		size_t length = text_character(text);
		if (length == 0)
			return false;
		text += length;
	}
	return true;
}

const char *text_show(const char *text, char *shown, size_t size)
{
	size_t used = 0;
	while (*text) {
		size_t length = text_character(text);
		if (used + (length ? length : 4) >= size)
			break;
		if (length) {
			memcpy(shown + used, text, length);
			used += length;
			text += length;
		} else {
			snprintf(shown + used, 5, "\\x%02x", (uint8_t)*text++);
			used += 4;
		}
	}
	shown[used] = '\0';
	return shown;
}
