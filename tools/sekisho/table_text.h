// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rows of cells → lines with aligned columns, two blanks apart, as wide as the widest cell.
//
// Cells are shown by columns of the terminal, not bytes, and made harmless on their way in
// (tools/sekisho/shown_text.h). Where memory is out a row is missing. One thread.

#include <stddef.h>
#include <stdio.h>

struct table;

// `titles`: one word a column, a constant array ended by NULL; a title that begins with '>' (which
// is not shown) is that of a column of numbers, aligned to the right. NULL: no memory.
struct table *table_create(const char *const titles[]);
void table_free(struct table *table); // NULL is allowed

// One cell for each column, copied. NULL stands for "-".
void table_add(struct table *table, const char *const cells[]);

size_t table_rows(const struct table *table);

// The line of the titles, or of row `row`, without newline, cut to `columns` columns.
void table_title_line(const struct table *table, size_t columns, char *line, size_t size);
void table_line(const struct table *table, size_t row, size_t columns, char *line, size_t size);

// All lines, each after `indent` blanks.
void table_print(const struct table *table, int indent, FILE *stream);
