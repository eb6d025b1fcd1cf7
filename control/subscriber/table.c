// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/table.h"

#include "control/feed/text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define VALUE_SIZE 128
#define NO_COLUMN  (-1)

bool table_reject(struct table *table, uint32_t line, const char *value, const char *format, ...)
{
	char reason[TABLE_REASON_SIZE], shown[VALUE_SIZE];
	const struct table_refusal refusal = {.path = table->path,
		.line = line,
		.value = text_show(value, shown, sizeof(shown)),
		.reason = reason};
	va_list arguments;

	table->rejected++;
	if (table->listener == NULL || table->listener->refused == NULL)
		return false;
	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	table->listener->refused(table->listener->context, &refusal);
	return false;
}

// The next line that says something. Returns as line_next.
static int next_line(struct table *table, struct line *line)
{
	int status;

	while ((status = line_next(table->lines, line, table->error, table->error_size)) > 0) {
		line_trim(line);
		if (line->too_long)
			table_reject(table, line->number, line->text,
				"longer than %u bytes: a row ends with its line", LINE_SIZE_MAX);
		else if (line->length > 0 && line->text[0] != '#')
			return 1;
	}
	return status;
}

// "subscriber, prefix, ..."
static void name_columns(const struct table *table, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < table->column_count && used < size; i++)
		used += (size_t)snprintf(
			text + used, size - used, "%s%s", i > 0 ? ", " : "", table->columns[i]);
}

static bool header_field(struct table *table, uint32_t line, int field)
{
	char shown[64], known[256];
	size_t column = 0;

	while (column < table->column_count &&
		strcmp(table->cells[field], table->columns[column]) != 0)
		column++;
	text_show(table->cells[field], shown, sizeof(shown));
	if (column == table->column_count) {
		name_columns(table, known, sizeof(known));
		snprintf(table->error, table->error_size,
			"%s:%u: column '%s' is not known; those that are: %s", table->path, line,
			shown, known);
		return false;
	}
	if (table->index[column] != NO_COLUMN) {
		snprintf(table->error, table->error_size,
			"%s:%u: column '%s' is there twice: once is right", table->path, line,
			shown);
		return false;
	}
	table->index[column] = field;
	return true;
}

static bool read_header(struct table *table, size_t required)
{
	struct line line;
	const int status = next_line(table, &line);

	if (status < 0)
		return false;
	table->fields = status > 0 ? record_split(line.text, table->cells) : 0;
	for (size_t i = 0; i < table->column_count; i++)
		table->index[i] = NO_COLUMN;
	for (int i = 0; i < table->fields; i++)
		if (!header_field(table, line.number, i))
			return false;
	for (size_t i = 0; i < required; i++) {
		if (table->index[i] != NO_COLUMN)
			continue;
		snprintf(table->error, table->error_size,
			"%s: column '%s' is missing: the first row names the columns", table->path,
			table->columns[i]);
		return false;
	}
	return true;
}

bool table_open(struct table *table, const char *path, const char *const columns[],
	size_t column_count, size_t required, const struct table_listener *listener, char *error,
	size_t error_size)
{
	assert(column_count <= TABLE_COLUMNS_MAX);
	*table = (struct table){.path = path,
		.columns = columns,
		.column_count = column_count,
		.listener = listener,
		.error = error,
		.error_size = error_size};
	table->lines = line_reader_open(path, error, error_size);
	if (table->lines == NULL)
		return false;
	if (read_header(table, required))
		return true;
	table_close(table);
	return false;
}

void table_close(struct table *table)
{
	line_reader_close(table->lines);
	table->lines = NULL;
}

static bool take_row(struct table *table, struct line *line, struct table_row *row)
{
	static char nothing[] = "";
	const int count = record_split(line->text, table->cells);

	if (count < 0)
		return table_reject(table, line->number, table->cells[0],
			"quotes are not balanced, or too many fields");
	if (count != table->fields)
		return table_reject(table, line->number, table->cells[0],
			"%d fields, the header has %d", count, table->fields);
	for (int i = 0; i < count; i++)
		if (!text_valid(table->cells[i]))
			return table_reject(table, line->number, table->cells[i],
				"not UTF-8, or with control characters");
	row->line = line->number;
	for (size_t i = 0; i < table->column_count; i++)
		row->values[i] =
			table->index[i] == NO_COLUMN ? nothing : table->cells[table->index[i]];
	return true;
}

int table_next(struct table *table, struct table_row *row)
{
	struct line line;
	int status;

	while ((status = next_line(table, &line)) > 0) {
		if (!take_row(table, &line, row))
			continue;
		if (++table->accepted <= TABLE_ROWS_MAX)
			return 1;
		snprintf(table->error, table->error_size, "%s:%u: more than %u rows: part the file",
			table->path, line.number, TABLE_ROWS_MAX);
		return -1;
	}
	return status;
}
