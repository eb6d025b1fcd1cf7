// SPDX-License-Identifier: BSD-3-Clause
// abuse.ch ThreatFox, CSV exports (https://threatfox.abuse.ch/export/): the header is itself a
// comment, `# "first_seen_utc","ioc_id",...`; in rows a blank follows each comma, before the quote.
// Columns go by name: is_compromised was added between others later.
#include "control/feed/header.h"
#include "control/feed/threatfox_row.h"

#include <stdio.h>

static const char *const columns[THREATFOX_VALUE_COUNT] = {
	[THREATFOX_VALUE] = "ioc_value",
	[THREATFOX_TYPE] = "ioc_type",
	[THREATFOX_THREAT] = "threat_type",
	[THREATFOX_CONFIDENCE] = "confidence_level",
	[THREATFOX_FIRST_SEEN] = "first_seen_utc",
	[THREATFOX_LAST_SEEN] = "last_seen_utc",
	[THREATFOX_COMPROMISED] = "is_compromised",
	[THREATFOX_FAMILY] = "malware_printable",
	[THREATFOX_REFERENCE] = "reference",
};

static const struct record_dialect dialect = {.separator = ',', .quotes = true, .blanks = true};

struct header {
	int fields; // of every row
	int index[THREATFOX_VALUE_COUNT];
};

static int read_header(const struct reader *reader, struct header *header)
{
	char *fields[RECORD_FIELDS_MAX];
	header->fields = header_in_comment(reader, &dialect, columns[THREATFOX_FIRST_SEEN], fields);
	if (header->fields < 0)
		return -1;
	for (int i = 0; i < THREATFOX_VALUE_COUNT; i++) {
		header->index[i] = header_find(fields, header->fields, columns[i]);
		if (header->index[i] == HEADER_TWICE ||
			(header->index[i] == HEADER_ABSENT && i < THREATFOX_REQUIRED)) {
			snprintf(reader->error, reader->error_size,
				"%s: no ThreatFox CSV: a header line # \"first_seen_utc\",... with "
				"one column \"%s\" is missing",
				reader->path, columns[i]);
			return -1;
		}
	}
	return 0;
}

int reader_threatfox(const struct reader *reader)
{
	char *fields[RECORD_FIELDS_MAX], domain[DOMAIN_SIZE];
	struct header header;
	struct line line;
	int status;
	if (read_header(reader, &header) < 0)
		return -1;
	while ((status = reader_next(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		struct threatfox_values values;
		enum feed_reason reason = FEED_BAD_ROW;
		const char *offending;
		int count = record_split_as(line.text, &dialect, fields);
		if (count == header.fields) {
			for (int i = 0; i < THREATFOX_VALUE_COUNT; i++)
				values.of[i] = header.index[i] < 0 ? "" : fields[header.index[i]];
			offending = threatfox_row_parse(reader, &values, &row, domain, &reason);
		} else {
			offending = fields[0];
		}
		reader_deliver(reader, line.number, &row, offending, reason);
	}
	return status;
}
