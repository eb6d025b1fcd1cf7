// SPDX-License-Identifier: BSD-3-Clause
// abuse.ch SSLBL, sslipblacklist.csv (https://sslbl.abuse.ch/blacklist/): `#
// Firstseen,DstIP,DstPort` among the comments, rows without quotes. Its servers speak TLS over TCP.
// An empty list is legitimate.
#include "config/transport.h"
#include "control/feed/endpoint.h"
#include "control/feed/header.h"
#include "control/feed/timestamp.h"

#include <stdio.h>
#include <string.h>

enum column { FIRST_SEEN, ADDRESS, PORT, COLUMN_COUNT };

static const char *const columns[COLUMN_COUNT] = {"Firstseen", "DstIP", "DstPort"};
static const struct record_dialect dialect = {.separator = ','};

static bool is_header(char *const fields[], int count)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (count != COLUMN_COUNT || strcmp(fields[i], columns[i]) != 0)
			return false;
	return true;
}

// Returns the offending field, NULL if the row is right.
static const char *parse_row(char *const fields[], struct feed_row *row, enum feed_reason *reason)
{
	*reason = FEED_BAD_TIME;
	if (!timestamp_parse_spaced(fields[FIRST_SEEN], &row->first_seen_s))
		return fields[FIRST_SEEN];
	*reason = FEED_BAD_ADDRESS;
	if (!address_parse(fields[ADDRESS], strlen(fields[ADDRESS]), &row->address))
		return fields[ADDRESS];
	*reason = FEED_BAD_PORT;
	if (!endpoint_parse_port(fields[PORT], &row->port))
		return fields[PORT];
	row->transport = TRANSPORT_TCP;
	row->source = "abuse.ch SSLBL";
	return NULL;
}

int reader_sslbl(const struct reader *reader)
{
	char *fields[RECORD_FIELDS_MAX];
	struct line line;
	int status = header_in_comment(reader, &dialect, columns[FIRST_SEEN], fields);
	if (status < 0)
		return -1;
	if (!is_header(fields, status)) {
		snprintf(reader->error, reader->error_size,
			"%s: no SSLBL list: its header # Firstseen,DstIP,DstPort is missing",
			reader->path);
		return -1;
	}
	while ((status = reader_next(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		enum feed_reason reason = FEED_BAD_ROW;
		int count = record_split_as(line.text, &dialect, fields);
		const char *offending =
			count == COLUMN_COUNT ? parse_row(fields, &row, &reason) : fields[0];
		reader_deliver(reader, line.number, &row, offending, reason);
	}
	return status;
}
