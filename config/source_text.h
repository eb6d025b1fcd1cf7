// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A configuration file → its text, with what libconfig would not tell us found beforehand:
// its scanner ends the process when an included file cannot be read (so @include is refused), and
// takes a zero byte for the end.

#include <stddef.h>

// Terminated, with a newline at its end; the caller frees it. NULL with one line in `error`: the
// file cannot be read, is larger than 16 MiB, or is no such text.
char *source_text_read(const char *path, char *error, size_t error_size);

// A copy of line `number` (from 1), or of the last one before it that is not blank, into `line`,
// without indent, cut to size. Returns the number of the line copied.
int source_text_line(const char *text, int number, char *line, size_t line_size);
