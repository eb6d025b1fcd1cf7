// SPDX-License-Identifier: BSD-3-Clause
#include "config/log.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_SIZE 1024

static const char *const words[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_INFO] = "info",
};

void log_line(enum log_level level, const char *format, ...)
{
	va_list arguments;
	char line[LINE_SIZE];

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	for (char *c = line; *c; c++) {
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	}
	// One call, so that lines of several processes on one terminal do not mix.
	fprintf(stderr, "%s: %s\n", words[level], line);
}
