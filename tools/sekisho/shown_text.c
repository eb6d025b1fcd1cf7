// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/shown_text.h"

#include <langinfo.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define ESCAPED_SIZE 4 // "\xNN"

struct character {
	size_t bytes;   // of the text
	size_t columns; // 0: it must not be shown
};

bool shown_text_unicode(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static struct character next_character(const char *text, bool unicode)
{
	const uint8_t first = (uint8_t)text[0];
	mbstate_t state = {0};
	wchar_t wide;
	size_t bytes;
	int columns;

	if (first < 0x80)
		return (struct character){1, first >= 0x20 && first != 0x7f};
	if (!unicode)
		return (struct character){1, 0};
	bytes = mbrtowc(&wide, text, strlen(text), &state);
	if (bytes == (size_t)-1 || bytes == (size_t)-2)
		return (struct character){1, 0};
	columns = wcwidth(wide);
	return (struct character){bytes, columns > 0 ? (size_t)columns : 0};
}

size_t shown_text(const char *text, size_t columns, char *shown, size_t size)
{
	const bool unicode = shown_text_unicode();
	size_t used_bytes = 0, used_columns = 0;

	while (*text != '\0') {
		const struct character character = next_character(text, unicode);
		// What is hidden is escaped byte by byte; the rest of it is met again.
		const size_t bytes = character.columns > 0 ? character.bytes : ESCAPED_SIZE;
		const size_t width = character.columns > 0 ? character.columns : ESCAPED_SIZE;

		if (used_columns + width > columns || used_bytes + bytes >= size)
			break;
		if (character.columns > 0) {
			memcpy(shown + used_bytes, text, bytes);
			text += bytes;
		} else {
			snprintf(shown + used_bytes, ESCAPED_SIZE + 1, "\\x%02x", (uint8_t)*text);
			text++;
		}
		used_bytes += bytes;
		used_columns += width;
	}
	shown[used_bytes] = '\0';
	return used_columns;
}

size_t shown_text_columns(const char *shown)
{
	const bool unicode = shown_text_unicode();
	size_t columns = 0;

	while (*shown != '\0') {
		const struct character character = next_character(shown, unicode);

		columns += character.columns;
		shown += character.bytes;
	}
	return columns;
}
