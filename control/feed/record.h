// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One CSV record → its fields, by RFC 4180, with one restriction: a record ends with its line. A
// quote that is never closed then costs one row and not the rest of the file, and every row has one
// line number. (libcsv stops at the first malformed quote, which is why it is not used here.)
//
// Blanks belong to a field (RFC 4180 section 2.4); quotes inside an unquoted field are malformed.
// Lists that are separated otherwise name their dialect. Pure.

#include <stdbool.h>
#include <stddef.h>

#define RECORD_FIELDS_MAX 64

// Splits `text` in place; the fields point into it. Returns their number, or -1: malformed quotes
// or more than RECORD_FIELDS_MAX fields; fields[0] is then what begins with the offending field.
int record_split(char *text, char *fields[RECORD_FIELDS_MAX]);

struct record_dialect {
	char separator;
	bool quotes; // fields may be quoted; false: a quote is a character like any other
	bool blanks; // blanks around a field, outside its quotes, are not part of it
};

// record_split is this with a comma, quotes and no blanks.
int record_split_as(
	char *text, const struct record_dialect *dialect, char *fields[RECORD_FIELDS_MAX]);
