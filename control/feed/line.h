// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A text file, line by line, with bounds: no line costs more than LINE_SIZE_MAX bytes, however long
// it is in the file.
//
// Lines end with LF or CR LF; the last may lack its end. A UTF-8 byte order mark in front of the
// first is taken away. A file with a NUL byte is not text. Works on pipes. One thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_SIZE_MAX 65536u

struct line_reader;

struct line {
	char *text; // zero-terminated; the caller may write into it until the next call
	size_t length;
	uint32_t number; // from 1
	bool too_long;   // `text` is only its beginning
};

// NULL with one line in `error`.
struct line_reader *line_reader_open(const char *path, char *error, size_t error_size);
void line_reader_close(struct line_reader *reader); // NULL is allowed

// What lies at the beginning of the file, up to LINE_SIZE_MAX bytes, without reading it: for
// telling a format by its content. Only before the first line_next.
const char *line_peek(const struct line_reader *reader, size_t *size);

// 1: `line` is filled; 0: the end; -1: failed, with one line in `error`.
int line_next(struct line_reader *reader, struct line *line, char *error, size_t error_size);

// For what is text but not lines: what comes next, as much as is at hand. Valid until the next
// call. 1: `*block` has `*size` bytes, at least one; 0 and -1 as line_next. Not to be mixed with
// it.
int line_next_block(struct line_reader *reader, const char **block, size_t *size, char *error,
	size_t error_size);

// Cuts blanks (space and tab) from both ends, in place.
void line_trim(struct line *line);
