// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A table in a text file: CSV (control/feed/record.h) with a header row, columns by name in any
// order, `#` comments.
//
// Unlike a list of C&C servers, a table whose header has a column that is not known is not used at
// all: a misspelt `flags` would in silence touch the traffic of people who said no. A row that
// cannot be used is the reader's to reject, with its line; it costs nothing but itself.
//
// One thread; blocking.

#include "control/feed/line.h"
#include "control/feed/record.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>

#define TABLE_COLUMNS_MAX  16
#define TABLE_PROBLEM_SIZE 384
#define TABLE_REASON_SIZE  256

// Rows that one file may hold: a bound on memory.
#define TABLE_ROWS_MAX 4000000u

// A row that was not accepted. Valid during the call.
struct table_refusal {
	const char *path;
	uint32_t line;
	const char *value;  // what is wrong, as text_show makes it
	const char *reason; // why, and what would be right
};

// Who is told of rows that are not accepted. `refused` may be NULL: they are only counted.
struct table_listener {
	void (*refused)(void *context, const struct table_refusal *refusal);
	void *context;
};

struct table {
	const char *path;
	const char *const *columns;
	size_t column_count;
	const struct table_listener *listener;
	struct line_reader *lines;
	int fields;                   // of every row
	int index[TABLE_COLUMNS_MAX]; // where a column is; -1: nowhere
	uint32_t accepted, rejected;
	char *error;
	size_t error_size;
	char *cells[RECORD_FIELDS_MAX];
};

// The row at hand: `values` in the order of the columns, "" where the table has no such column;
// they may be written into until the next row.
struct table_row {
	uint32_t line;
	char *values[TABLE_COLUMNS_MAX];
};

// Opens the file and reads its header. The first `required` of `columns` have to be there. All
// pointers must outlive the table. false: closed, with one line in `error`.
bool table_open(struct table *table, const char *path, const char *const columns[],
	size_t column_count, size_t required, const struct table_listener *listener, char *error,
	size_t error_size);
void table_close(struct table *table);

// The next row that has as many fields as the header, in valid UTF-8; others are rejected on the
// way. 1: `row` is filled; 0: the end; -1: failed, with one line in the error.
int table_next(struct table *table, struct table_row *row);

// Counts the row as rejected, and tells the listener. false, for callers to return.
bool table_reject(struct table *table, uint32_t line, const char *value, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
