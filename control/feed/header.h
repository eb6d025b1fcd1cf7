// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Headers: which field of a row is the column of a name.

#include "control/feed/reader.h"
#include "control/feed/record.h"

#define HEADER_ABSENT (-1)
#define HEADER_TWICE  (-2)

// The number of the field that has the name.
int header_find(char *const fields[], int count, const char *name);

// The header of a list in which it is a comment, "# first,second": reads comments up to the one
// whose first field is `first`. Returns its number of fields, which are valid until the next line;
// 0: a row or the end of the file came before it; -1: failed, with one line in the reader's error.
int header_in_comment(const struct reader *reader, const struct record_dialect *dialect,
	const char *first, char *fields[RECORD_FIELDS_MAX]);
