// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/error.h"

#include <stdarg.h>
#include <stdio.h>

json_t *error_json(const char *format, ...)
{
	char text[768];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return json_pack("{s:s}", "error", text);
}
