// SPDX-License-Identifier: BSD-3-Clause
// abuse.ch Feodo Tracker, ipblocklist.csv (https://feodotracker.abuse.ch/blocklist/): a banner and
// a trailer of `#` lines around CSV. Its servers speak TCP. An empty list is legitimate: since the
// takedowns of 2024 it often is.
#include "config/transport.h"
#include "control/feed/endpoint.h"
#include "control/feed/reader.h"
#include "control/feed/record.h"
#include "control/feed/text.h"
#include "control/feed/timestamp.h"

#include <stdio.h>
#include <string.h>

enum column { FIRST_SEEN, ADDRESS, PORT, STATUS, LAST_ONLINE, MALWARE, COLUMN_COUNT };

static const char *const columns[COLUMN_COUNT] = {
	"first_seen_utc", "dst_ip", "dst_port", "c2_status", "last_online", "malware"};

static bool is_header(char *const fields[], int count)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (count != COLUMN_COUNT || strcmp(fields[i], columns[i]) != 0)
			return false;
	return true;
}

// Returns the offending field, NULL if the row is right.
static const char *parse_row(
	char *const fields[], int count, struct feed_row *row, enum feed_reason *reason)
{
	*reason = FEED_BAD_ROW;
	if (count != COLUMN_COUNT)
		return fields[0];
	if (strcmp(fields[STATUS], "online") != 0 && strcmp(fields[STATUS], "offline") != 0)
		return fields[STATUS];
	if (!text_valid(fields[MALWARE]))
		return fields[MALWARE];

	*reason = FEED_BAD_TIME;
	if (!timestamp_parse_spaced(fields[FIRST_SEEN], &row->first_seen_s))
		return fields[FIRST_SEEN];
	if (fields[LAST_ONLINE][0] && !timestamp_parse_date(fields[LAST_ONLINE], &row->last_seen_s))
		return fields[LAST_ONLINE];

	*reason = FEED_BAD_ADDRESS;
	if (!address_parse(fields[ADDRESS], strlen(fields[ADDRESS]), &row->address))
		return fields[ADDRESS];
	*reason = FEED_BAD_PORT;
	if (!endpoint_parse_port(fields[PORT], &row->port))
		return fields[PORT];
	if (fields[MALWARE][0])
		row->family = fields[MALWARE];
	return NULL;
}

int reader_feodo(const struct reader *reader)
{
	const struct feed_sink *sink = reader->sink;
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
		row.transport = TRANSPORT_TCP;
		row.source = "abuse.ch Feodo Tracker";
		int count = record_split(line.text, fields);
		const char *offending =
			count < 0 ? fields[0] : parse_row(fields, count, &row, &reason);
		if (offending)
			sink->reject(sink->context, line.number, reason, offending);
		else
			sink->accept(sink->context, line.number, &row);
	}
	return status;
}
