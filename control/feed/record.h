// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One CSV record → its fields, by RFC 4180, with one restriction: a record ends with its line. A
// quote that is never closed then costs one row and not the rest of the file, and every row has one
// line number. (libcsv stops at the first malformed quote, which is why it is not used here.)
//
// Blanks belong to a field (RFC 4180 section 2.4); quotes inside an unquoted field are malformed.
// Pure.

#include <stddef.h>

#define RECORD_FIELDS_MAX 64

// Splits `text` in place; the fields point into it. Returns their number, or -1: malformed quotes
// or more than RECORD_FIELDS_MAX fields; fields[0] is then what begins with the offending field.
int record_split(char *text, char *fields[RECORD_FIELDS_MAX]);
