// SPDX-License-Identifier: BSD-3-Clause
// abuse.ch Feodo Tracker, ipblocklist.csv: a banner and a trailer of `#` lines around CSV. An empty
// list is legitimate: since the takedowns of 2024 it often is.
#include "control/feed/feodo_row.h"
#include "control/feed/reader.h"
#include "control/feed/record.h"

#include <stdio.h>
#include <string.h>

static const char *const columns[FEODO_VALUE_COUNT] = {
	[FEODO_FIRST_SEEN] = "first_seen_utc",
	[FEODO_ADDRESS] = "dst_ip",
	[FEODO_PORT] = "dst_port",
	[FEODO_STATUS] = "c2_status",
	[FEODO_LAST_ONLINE] = "last_online",
	[FEODO_MALWARE] = "malware",
};

static bool is_header(char *const fields[], int count)
{
	for (int i = 0; i < FEODO_VALUE_COUNT; i++)
		if (count != FEODO_VALUE_COUNT || strcmp(fields[i], columns[i]) != 0)
			return false;
	return true;
}

int reader_feodo(const struct reader *reader)
{
	struct line line;
	char *fields[RECORD_FIELDS_MAX];
	int status = reader_next(reader, "#", &line);
	if (status == 0 || (status > 0 && !is_header(fields, record_split(line.text, fields)))) {
		snprintf(reader->error, reader->error_size,
			"%s: no Feodo Tracker list: its header first_seen_utc,dst_ip,dst_port,"
			"c2_status,last_online,malware is missing",
			reader->path);
		return -1;
	}
	while (status >= 0 && (status = reader_next(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		enum feed_reason reason = FEED_BAD_ROW;
		const char *offending;
		int count = record_split(line.text, fields);
		if (count == FEODO_VALUE_COUNT)
			offending = feodo_row_parse((const char *const *)fields, &row, &reason);
		else
			offending = fields[0];
		reader_deliver(reader, line.number, &row, offending, reason);
	}
	return status;
}
