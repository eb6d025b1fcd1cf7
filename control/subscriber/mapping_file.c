// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/mapping_file.h"

#include "control/string_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 256

static struct mapping_file *create(const char *path)
{
	struct mapping_file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return NULL;
	atomic_init(&file->holders, 1);
	file->path = strdup(path);
	file->names = string_pool_create();
	if (file->path != NULL && file->names != NULL)
		return file;
	mapping_file_release(file);
	return NULL;
}

static bool add(struct mapping_file *file, size_t *room, const struct mapping_row *row,
	const char *subscriber)
{
	if (file->count == *room) {
		const size_t larger = *room == 0 ? ROOM_FIRST : *room + *room / 2;
		struct mapping_row *rows = realloc(file->rows, larger * sizeof(*rows));

		if (rows == NULL)
			return false;
		file->rows = rows;
		*room = larger;
	}
	file->rows[file->count] = *row;
	file->rows[file->count].subscriber = string_pool_add(file->names, subscriber);
	return file->rows[file->count++].subscriber != NULL;
}

// -1 with one line in the table's error.
static int read_rows(struct mapping_file *file, struct table *table, const struct config *config)
{
	struct table_row values;
	struct mapping_fault fault;
	struct mapping_row row;
	size_t room = 0;
	int status;

	while ((status = table_next(table, &values)) > 0) {
		if (!mapping_row_parse(values.values, config, &row, &fault)) {
			table_reject(table, values.line, fault.value, "%s", fault.reason);
			continue;
		}
		row.line = values.line;
		if (!add(file, &room, &row, values.values[MAPPING_SUBSCRIBER])) {
			snprintf(table->error, table->error_size, "%s: no memory", table->path);
			return -1;
		}
	}
	return status;
}

static int compare(const void *a, const void *b)
{
	return mapping_row_compare(a, b);
}

struct mapping_file *mapping_file_read(const char *path, const struct config *config,
	const struct table_listener *listener, char *error, size_t error_size)
{
	struct mapping_file *file = create(path);
	struct mapping_row *fitted;
	struct table table;
	int status;

	if (file == NULL) {
		snprintf(error, error_size, "%s: no memory", path);
		return NULL;
	}
	if (!table_open(&table, path, mapping_columns, MAPPING_COLUMN_COUNT, 1, listener, error,
		    error_size))
		goto fail;
	status = read_rows(file, &table, config);
	file->rejected = table.rejected;
	table_close(&table);
	if (status < 0)
		goto fail;
	fitted = realloc(file->rows, (file->count + 1) * sizeof(*fitted));
	if (fitted != NULL)
		file->rows = fitted;
	if (file->count > 1)
		qsort(file->rows, file->count, sizeof(*file->rows), compare);
	return file;
fail:
	mapping_file_release(file);
	return NULL;
}

struct mapping_file *mapping_file_hold(struct mapping_file *file)
{
	atomic_fetch_add(&file->holders, 1);
	return file;
}

void mapping_file_release(struct mapping_file *file)
{
	if (file == NULL || atomic_fetch_sub(&file->holders, 1) > 1)
		return;
	string_pool_free(file->names);
	free(file->rows);
	free(file->path);
	free(file);
}
