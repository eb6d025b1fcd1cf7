// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A table of somebody else's as a list: how its rows are separated, and what its columns mean.

#include "config/list_column.h"

#include <stdbool.h>

#define LIST_TABLE_COLUMNS_MAX 64 // of a row

struct list_table {
	char separator;
	bool header;                      // the first row names the columns
	char *columns[LIST_COLUMN_COUNT]; // their names there, or without header their numbers
					  // from 1, as text; NULL: the table has no such column
	char *time_format;                // timestamp_parse_pattern; NULL: RFC 3339
};
