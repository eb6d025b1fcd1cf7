// SPDX-License-Identifier: BSD-3-Clause
// The native list: CSV (record.h) with a header row, columns by name in any order. A line that
// begins with `#` is a comment. Columns that are not known are told as a notice and ignored: lists
// carry columns for other consumers, but a misspelt max_action must not pass in silence.
#include "config/transport.h"
#include "control/feed/domain.h"
#include "control/feed/endpoint.h"
#include "control/feed/reader.h"
#include "control/feed/record.h"
#include "control/feed/text.h"
#include "control/feed/timestamp.h"

#include <stdio.h>
#include <string.h>

enum column {
	IP,
	TRANSPORT,
	PORT,
	LEVEL,
	REQUIRED_COUNT,
	CONFIDENCE = REQUIRED_COUNT,
	FIRST_SEEN,
	LAST_SEEN,
	VALID_UNTIL,
	FAMILY,
	DOMAIN,
	ASN,
	COUNTRY,
	SOURCE,
	REFERENCE,
	MAX_ACTION,
	COLUMN_COUNT,
};

static const char *const columns[COLUMN_COUNT] = {
	[IP] = "ip",
	[TRANSPORT] = "transport",
	[PORT] = "port",
	[LEVEL] = "level",
	[CONFIDENCE] = "confidence",
	[FIRST_SEEN] = "first_seen",
	[LAST_SEEN] = "last_seen",
	[VALID_UNTIL] = "valid_until",
	[FAMILY] = "family",
	[DOMAIN] = "domain",
	[ASN] = "asn",
	[COUNTRY] = "country",
	[SOURCE] = "source",
	[REFERENCE] = "reference",
	[MAX_ACTION] = "max_action",
};

#define NO_COLUMN (-1)

struct header {
	int fields;              // of every row
	int index[COLUMN_COUNT]; // where a column is; NO_COLUMN: nowhere
};

static enum column find_column(const char *name)
{
	enum column column = 0;
	while (column < COLUMN_COUNT && strcmp(name, columns[column]) != 0)
		column++;
	return column;
}

static int read_header(const struct reader *reader, struct header *header)
{
	char *fields[RECORD_FIELDS_MAX], shown[64], notice[160];
	struct line line;
	int status = reader_next(reader, "#", &line);
	if (status < 0)
		return -1;
	header->fields = status > 0 ? record_split(line.text, fields) : 0;
	for (int i = 0; i < COLUMN_COUNT; i++)
		header->index[i] = NO_COLUMN;

	for (int i = 0; i < header->fields; i++) {
		enum column column = find_column(fields[i]);
		text_show(fields[i], shown, sizeof(shown));
		if (column == COLUMN_COUNT) {
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
	for (int i = 0; i < REQUIRED_COUNT; i++) {
		if (header->index[i] == NO_COLUMN) {
			snprintf(reader->error, reader->error_size,
				"%s: no native list: column '%s' is missing from its header, "
				"which needs ip,transport,port,level",
				reader->path, columns[i]);
			return -1;
		}
	}
	return 0;
}

static bool parse_time(const char *text, int64_t *seconds)
{
	return text[0] == '\0' || timestamp_parse(text, seconds);
}

static bool parse_level(const char *text, uint8_t *level)
{
	*level = (uint8_t)(text[0] - '0');
	return text[0] >= '1' && text[0] <= '4' && text[1] == '\0';
}

// Empty: by the level.
static bool parse_confidence(const char *text, uint8_t level, uint8_t *confidence)
{
	size_t digits = strspn(text, "0123456789");
	unsigned value = 0;
	*confidence = reader_confidence(level);
	if (text[0] == '\0')
		return true;
	if (digits > 3 || text[digits] != '\0' || digits == 0 || (digits > 1 && text[0] == '0'))
		return false;
	for (; *text; text++)
		value = value * 10 + (unsigned)(*text - '0');
	*confidence = (uint8_t)value;
	return value <= 100;
}

static const char *text_or_null(const char *text)
{
	return text[0] ? text : NULL;
}

// The columns of one row; "" where the list has no such column.
struct values {
	const char *of[COLUMN_COUNT];
};

// Each returns the offending value, NULL if all is right.
static const char *parse_endpoint(
	const struct values *values, struct feed_row *row, enum feed_reason *reason)
{
	const char *ip = values->of[IP], *transport = values->of[TRANSPORT];
	const char *port = values->of[PORT];

	row->is_domain = !ip[0] && row->domain;
	*reason = FEED_BAD_ADDRESS;
	if (!row->is_domain && !address_parse(ip, strlen(ip), &row->address))
		return ip;
	*reason = FEED_BAD_TRANSPORT;
	if (!(row->is_domain && !transport[0]) && !transport_parse(transport, &row->transport))
		return transport;
	*reason = FEED_BAD_PORT;
	if (port[0] && !endpoint_parse_port(port, &row->port))
		return port;
	*reason = FEED_BAD_LEVEL;
	if (!parse_level(values->of[LEVEL], &row->level))
		return values->of[LEVEL];
	*reason = FEED_ANY_PORT_LEVEL;
	if (!row->is_domain && row->port == 0 && row->level < 4)
		return values->of[LEVEL];
	return NULL;
}

static const char *parse_attributes(
	const struct values *values, struct feed_row *row, enum feed_reason *reason)
{
	*reason = FEED_BAD_CONFIDENCE;
	if (!parse_confidence(values->of[CONFIDENCE], row->level, &row->confidence))
		return values->of[CONFIDENCE];
	*reason = FEED_BAD_TIME;
	if (!parse_time(values->of[FIRST_SEEN], &row->first_seen_s))
		return values->of[FIRST_SEEN];
	if (!parse_time(values->of[LAST_SEEN], &row->last_seen_s))
		return values->of[LAST_SEEN];
	if (!parse_time(values->of[VALID_UNTIL], &row->valid_until_s))
		return values->of[VALID_UNTIL];
	*reason = FEED_BAD_ACTION;
	if (values->of[MAX_ACTION][0] && !action_parse(values->of[MAX_ACTION], &row->max_action))
		return values->of[MAX_ACTION];
	row->asn = text_or_null(values->of[ASN]);
	row->country = text_or_null(values->of[COUNTRY]);
	row->source = text_or_null(values->of[SOURCE]);
	row->reference = text_or_null(values->of[REFERENCE]);
	if (values->of[FAMILY][0])
		row->family = values->of[FAMILY];
	return NULL;
}

static const char *parse_row(const struct values *values, struct feed_row *row,
	char domain[DOMAIN_SIZE], enum feed_reason *reason)
{
	*reason = FEED_BAD_ROW;
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (!text_valid(values->of[i]))
			return values->of[i];
	*reason = FEED_BAD_DOMAIN;
	if (values->of[DOMAIN][0]) {
		if (!domain_parse(values->of[DOMAIN], domain))
			return values->of[DOMAIN];
		row->domain = domain;
	}
	const char *offending = parse_endpoint(values, row, reason);
	return offending ? offending : parse_attributes(values, row, reason);
}

int reader_csv(const struct reader *reader)
{
	const struct feed_sink *sink = reader->sink;
	struct header header;
	if (read_header(reader, &header) < 0)
		return -1;

	char *fields[RECORD_FIELDS_MAX], domain[DOMAIN_SIZE];
	struct line line;
	int status;
	while ((status = reader_next(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		struct values values;
		enum feed_reason reason = FEED_BAD_ROW;
		int count = record_split(line.text, fields);
		for (int i = 0; i < COLUMN_COUNT && count == header.fields; i++)
			values.of[i] = header.index[i] == NO_COLUMN ? "" : fields[header.index[i]];
		const char *offending = count == header.fields
						? parse_row(&values, &row, domain, &reason)
						: fields[0];
		if (offending)
			sink->reject(sink->context, line.number, reason, offending);
		else
			sink->accept(sink->context, line.number, &row);
	}
	return status;
}
