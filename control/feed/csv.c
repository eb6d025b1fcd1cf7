// SPDX-License-Identifier: BSD-3-Clause
// The native list: CSV (record.h) with a header row, columns by name in any order. A line that
// begins with `#` is a comment. Columns that are not known are told as a notice and ignored: lists
// carry columns for other consumers, but a misspelt max_action must not pass in silence.
#include "control/feed/native_row.h"
#include "control/feed/reader.h"
#include "control/feed/record.h"
#include "control/feed/text.h"

#include <stdio.h>
#include <string.h>

#define NO_COLUMN (-1)

struct header {
	int fields;                   // of every row
	int index[LIST_COLUMN_COUNT]; // where a column is; NO_COLUMN: nowhere
};

static int read_header(const struct reader *reader, struct header *header)
{
	char *fields[RECORD_FIELDS_MAX], shown[64], notice[160];
	struct line line;
	int status = reader_next(reader, "#", &line);
	if (status < 0)
		return -1;
	header->fields = status > 0 ? record_split(line.text, fields) : 0;
	for (int i = 0; i < LIST_COLUMN_COUNT; i++)
		header->index[i] = NO_COLUMN;

	for (int i = 0; i < header->fields; i++) {
		enum list_column column = list_column_find(fields[i]);
		text_show(fields[i], shown, sizeof(shown));
		if (column == LIST_COLUMN_COUNT) {
			snprintf(notice, sizeof(notice), "column '%s' is not known and ignored",
				shown);
			if (reader->sink->notice)
				reader->sink->notice(reader->sink->context, line.number, notice);
		} else if (header->index[column] != NO_COLUMN) {
			snprintf(reader->error, reader->error_size,
				"%s:%u: column '%s' is there twice: once is right", reader->path,
				line.number, shown);
			return -1;
		} else {
			header->index[column] = i;
		}
	}
	for (int i = 0; i < LIST_REQUIRED_COUNT; i++) {
		if (header->index[i] == NO_COLUMN) {
			snprintf(reader->error, reader->error_size,
				"%s: no native list: column '%s' is missing from its header, "
				"which needs ip,transport,port,level",
				reader->path, list_column_name((enum list_column)i));
			return -1;
		}
	}
	return 0;
}

int reader_csv(const struct reader *reader)
{
	struct header header;
	if (read_header(reader, &header) < 0)
		return -1;

	char *fields[RECORD_FIELDS_MAX], domain[DOMAIN_SIZE];
	struct line line;
	int status;
	while ((status = reader_next(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		struct native_values values;
		enum feed_reason reason = FEED_BAD_ROW;
		int count = record_split(line.text, fields);
		for (int i = 0; i < LIST_COLUMN_COUNT && count == header.fields; i++)
			values.of[i] = header.index[i] == NO_COLUMN ? "" : fields[header.index[i]];
		const char *offending = count == header.fields
						? native_row_parse(&values, &row, domain, &reason)
						: fields[0];
		reader_deliver(reader, line.number, &row, offending, reason);
	}
	return status;
}
