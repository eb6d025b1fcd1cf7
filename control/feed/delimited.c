// SPDX-License-Identifier: BSD-3-Clause
// A table of somebody else's: the options name its separator, which column means what, and how it
// writes times (config/list_table.h). Rows are those of the native list otherwise, with what such
// tables leave out filled in: no level is the feed's, no transport is any, and the transport may be
// named by what speaks over it: http, https, tls and ssl are tcp.
#include "control/feed/header.h"
#include "control/feed/native_row.h"
#include "control/feed/number.h"
#include "control/feed/text.h"
#include "control/feed/timestamp.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

_Static_assert(LIST_TABLE_COLUMNS_MAX == RECORD_FIELDS_MAX, "columns by number are those of a row");

struct layout {
	const struct list_table *table;
	struct record_dialect dialect;
	int fields; // of every row; 0: not known yet
	int index[LIST_COLUMN_COUNT];
};

static const enum list_column times[] = {LIST_FIRST_SEEN, LIST_LAST_SEEN, LIST_VALID_UNTIL};

static int fail_column(
	const struct reader *reader, char *const fields[], int count, const char *name, int found)
{
	char shown[160] = "", field[48];
	size_t used = 0;
	for (int i = 0; i < count && used < sizeof(shown); i++)
		used += (size_t)snprintf(shown + used, sizeof(shown) - used, "%s%s", i ? ", " : "",
			text_show(fields[i], field, sizeof(field)));
	snprintf(reader->error, reader->error_size, "%s: column '%s' is %s: the header names %s",
		reader->path, text_show(name, field, sizeof(field)),
		found == HEADER_TWICE ? "there twice" : "missing",
		count > 0 ? shown : "nothing that is separated so");
	return -1;
}

static int read_header(const struct reader *reader, struct layout *layout)
{
	char *fields[RECORD_FIELDS_MAX];
	struct line line;
	int status = reader_next_row(reader, "#", &line);
	if (status < 0)
		return -1;
	layout->fields = status > 0 ? record_split_as(line.text, &layout->dialect, fields) : 0;
	for (int i = 0; i < LIST_COLUMN_COUNT; i++) {
		const char *name = layout->table->columns[i];
		layout->index[i] = name ? header_find(fields, layout->fields, name) : HEADER_ABSENT;
		if (name && layout->index[i] < 0)
			return fail_column(reader, fields, layout->fields, name, layout->index[i]);
	}
	return 0;
}

static void number_columns(struct layout *layout)
{
	for (int i = 0; i < LIST_COLUMN_COUNT; i++) {
		const char *number = layout->table->columns[i];
		uint32_t value = 0;
		if (number)
			number_parse(number, LIST_TABLE_COLUMNS_MAX, &value);
		layout->index[i] = (int)value - 1; // HEADER_ABSENT: none
	}
}

static const char *transport_of(const char *text)
{
	static const char *const over_tcp[] = {"http", "https", "ssl", "tls"};
	for (size_t i = 0; i < sizeof(over_tcp) / sizeof(*over_tcp); i++)
		if (strcasecmp(text, over_tcp[i]) == 0)
			return "tcp";
	return text[0] ? text : "any";
}

// Returns the offending value, NULL if the row is right.
static const char *parse_row(const struct reader *reader, const struct layout *layout,
	char *const fields[], struct feed_row *row, char domain[DOMAIN_SIZE],
	enum feed_reason *reason)
{
	static const char *const levels[] = {"", "1", "2", "3", "4"};
	const char *format = layout->table->time_format, *time;
	int64_t *const targets[] = {&row->first_seen_s, &row->last_seen_s, &row->valid_until_s};
	struct native_values values;
	for (int i = 0; i < LIST_COLUMN_COUNT; i++)
		values.of[i] = layout->index[i] < 0 ? "" : fields[layout->index[i]];
	values.of[LIST_TRANSPORT] = transport_of(values.of[LIST_TRANSPORT]);
	if (values.of[LIST_LEVEL][0] == '\0')
		values.of[LIST_LEVEL] = levels[reader->options->level];
	*reason = FEED_BAD_TIME;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times) && format; i++) {
		time = values.of[times[i]];
		if (time[0] && !timestamp_parse_pattern(time, format, targets[i]))
			return time;
		values.of[times[i]] = "";
	}
	return native_row_parse(&values, row, domain, reason);
}

// Without a header the first row says how many columns there are; named ones have to be among them.
static bool fits(struct layout *layout, int count)
{
	if (layout->fields == 0 && count > 0) {
		for (int i = 0; i < LIST_COLUMN_COUNT; i++)
			if (layout->index[i] >= count)
				return false;
		layout->fields = count;
	}
	return count == layout->fields;
}

int reader_delimited(const struct reader *reader)
{
	char *fields[RECORD_FIELDS_MAX], domain[DOMAIN_SIZE];
	struct layout layout = {.table = reader->options->table};
	struct line line;
	int status;
	if (!layout.table) {
		snprintf(reader->error, reader->error_size,
			"%s: what do its columns mean? Name them in a feed of a configuration, "
			"with separator, header and columns, and use that with --config",
			reader->path);
		return -1;
	}
	layout.dialect =
		(struct record_dialect){.separator = layout.table->separator, .quotes = true};
	if (!layout.table->header)
		number_columns(&layout);
	else if (read_header(reader, &layout) < 0)
		return -1;
	while ((status = reader_next_row(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		enum feed_reason reason = FEED_BAD_ROW;
		int count = record_split_as(line.text, &layout.dialect, fields);
		const char *offending = fields[0];
		if (fits(&layout, count))
			offending = parse_row(reader, &layout, fields, &row, domain, &reason);
		reader_deliver(reader, line.number, &row, offending, reason);
	}
	return status;
}
