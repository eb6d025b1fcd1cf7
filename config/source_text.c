// SPDX-License-Identifier: BSD-3-Clause
#include "config/source_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// 65,536 subscriber prefixes take a tenth of it.
#define TEXT_SIZE_MAX (16u << 20)

static int line_number(const char *text, const char *position)
{
	int number = 1;

	for (; text < position; text++)
		number += *text == '\n';
	return number;
}

static bool text_check(
	const char *path, const char *text, size_t size, char *error, size_t error_size)
{
	const char *zero = memchr(text, '\0', size);

	if (zero) {
		snprintf(error, error_size, "%.256s:%d: a zero byte; write plain UTF-8 text", path,
			line_number(text, zero));
		return false;
	}
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0) {
		snprintf(error, error_size,
			"%.256s:1: begins with a byte order mark; save it as plain UTF-8", path);
		return false;
	}
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += strspn(line, " \t\r\n");
		if (strncmp(line, "@include", strlen("@include")) == 0) {
			snprintf(error, error_size,
				"%.256s:%d: @include: not supported; write all settings into one "
				"file",
				path, line_number(text, line));
			return false;
		}
	}
	return true;
}

// Reads to the end, with room for two bytes more. NULL with errno: EFBIG past TEXT_SIZE_MAX.
static char *stream_read(FILE *file, size_t *size)
{
	size_t room = 8192;
	char *text = NULL;

	for (*size = 0;; room *= 2) {
		char *larger = realloc(text, room + 2);

		if (!larger)
			break;
		text = larger;
		*size += fread(text + *size, 1, room - *size, file);
		if (ferror(file))
			break;
		if (*size < room)
			return text;
		if (room >= TEXT_SIZE_MAX) {
			errno = EFBIG;
			break;
		}
	}
	free(text);
	return NULL;
}

char *source_text_read(const char *path, char *error, size_t error_size)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t size;

	if (!file) {
		snprintf(error, error_size, "%.256s: cannot be opened: %s", path, strerror(errno));
		return NULL;
	}
	text = stream_read(file, &size);
	if (!text) {
		snprintf(error, error_size, "%.256s: cannot be read: %s", path, strerror(errno));
		goto close_file;
	}
	text[size] = '\0';
	if (!text_check(path, text, size, error, error_size))
		goto free_text;
	text[size] = '\n';
	text[size + 1] = '\0';
	fclose(file);
	return text;

free_text:
	free(text);
close_file:
	fclose(file);
	return NULL;
}

int source_text_line(const char *text, int number, char *line, size_t line_size)
{
	const char *begin = text;
	int found = 1, current = 1;
	size_t length;

	for (; current <= number && *text; current++) {
		const char *words = text + strspn(text, " \t\r");

		if (*words && *words != '\n') {
			begin = words;
			found = current;
		}
		text = strchrnul(text, '\n');
		text += *text == '\n';
	}
	length = strcspn(begin, "\r\n");
	snprintf(line, line_size, "%.*s", (int)length, begin);
	return found;
}
