// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/table_text.h"

#include "tools/sekisho/shown_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX    16
#define CELL_COLUMNS   256 // a domain has up to 253
#define CELL_SIZE      (4 * CELL_COLUMNS + 1)
#define LINE_SIZE      (COLUMNS_MAX * (CELL_SIZE + GAP_COLUMNS))
#define GAP_COLUMNS    2
#define ROWS_FIRST     64
#define RIGHT_ALIGNED  '>'

struct table {
	size_t column_count;
	const char *titles[COLUMNS_MAX];
	bool right[COLUMNS_MAX];
	size_t widths[COLUMNS_MAX];
	char **cells; // row by row
	size_t row_count, row_room;
};

struct table *table_create(const char *const titles[])
{
	struct table *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return NULL;
	for (size_t i = 0; i < COLUMNS_MAX && titles[i] != NULL; i++) {
		table->right[i] = titles[i][0] == RIGHT_ALIGNED;
		table->titles[i] = titles[i] + table->right[i];
		table->widths[i] = strlen(table->titles[i]);
		table->column_count++;
	}
	return table;
}

static void free_row(struct table *table, size_t row)
{
	for (size_t i = 0; i < table->column_count; i++)
		free(table->cells[row * table->column_count + i]);
}

void table_free(struct table *table)
{
	if (table == NULL)
		return;
	for (size_t row = 0; row < table->row_count; row++)
		free_row(table, row);
	free(table->cells);
	free(table);
}

static bool make_room(struct table *table)
{
	const size_t room = table->row_room == 0 ? ROWS_FIRST : 2 * table->row_room;
	char **cells;

	if (table->row_count < table->row_room)
		return true;
	cells = reallocarray(table->cells, room * table->column_count, sizeof(*cells));
	if (cells == NULL)
		return false;
	table->cells = cells;
	table->row_room = room;
	return true;
}

void table_add(struct table *table, const char *const cells[])
{
	size_t widths[COLUMNS_MAX];
	char shown[CELL_SIZE];
	bool complete = true;
	char **row;

	if (table == NULL || !make_room(table))
		return;
	row = &table->cells[table->row_count * table->column_count];
	for (size_t i = 0; i < table->column_count; i++) {
		widths[i] = shown_text(
			cells[i] != NULL ? cells[i] : "-", CELL_COLUMNS, shown, sizeof(shown));
		row[i] = strdup(shown);
		complete &= row[i] != NULL;
	}
	if (!complete) {
		free_row(table, table->row_count);
		return;
	}
	table->row_count++;
	for (size_t i = 0; i < table->column_count; i++)
		if (widths[i] > table->widths[i])
			table->widths[i] = widths[i];
}

size_t table_rows(const struct table *table)
{
	return table == NULL ? 0 : table->row_count;
}

static size_t add_blanks(char *line, size_t used, size_t blanks)
{
	memset(line + used, ' ', blanks);
	line[used + blanks] = '\0';
	return used + blanks;
}

// `cells` holds as many as there are columns.
static void compose(const struct table *table, const char *const cells[], size_t columns,
	char *line, size_t size)
{
	char whole[LINE_SIZE] = "";
	size_t used = 0;

	for (size_t i = 0; i < table->column_count; i++) {
		const size_t blanks = table->widths[i] - shown_text_columns(cells[i]);
		const size_t length = strlen(cells[i]);

		if (i > 0)
			used = add_blanks(whole, used, GAP_COLUMNS);
		if (table->right[i])
			used = add_blanks(whole, used, blanks);
		memcpy(whole + used, cells[i], length + 1);
		used += length;
		if (!table->right[i] && i + 1 < table->column_count)
			used = add_blanks(whole, used, blanks);
	}
	shown_text(whole, columns, line, size);
}

void table_title_line(const struct table *table, size_t columns, char *line, size_t size)
{
	compose(table, table->titles, columns, line, size);
}

void table_line(const struct table *table, size_t row, size_t columns, char *line, size_t size)
{
	compose(table, (const char *const *)&table->cells[row * table->column_count], columns, line,
		size);
}

void table_print(const struct table *table, int indent, FILE *stream)
{
	char line[LINE_SIZE];

	if (table == NULL)
		return;
	table_title_line(table, LINE_SIZE, line, sizeof(line));
	fprintf(stream, "%*s%s\n", indent, "", line);
	for (size_t row = 0; row < table->row_count; row++) {
		table_line(table, row, LINE_SIZE, line, sizeof(line));
		fprintf(stream, "%*s%s\n", indent, "", line);
	}
}
