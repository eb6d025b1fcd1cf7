// SPDX-License-Identifier: BSD-3-Clause
// abuse.ch Feodo Tracker, ipblocklist.json: an array of servers, each an object with ip_address,
// port, status, first_seen, last_online, malware, and where it is.
#include "control/feed/feodo_row.h"
#include "control/feed/json_records.h"
#include "control/feed/reader.h"
#include "control/feed/text.h"

#include <stdio.h>

static const char *const members[FEODO_VALUE_COUNT] = {
	[FEODO_FIRST_SEEN] = "first_seen",
	[FEODO_ADDRESS] = "ip_address",
	[FEODO_PORT] = "port",
	[FEODO_STATUS] = "status",
	[FEODO_LAST_ONLINE] = "last_online",
	[FEODO_MALWARE] = "malware",
};

// false: it is none of the forms that a value may have.
static bool read_value(
	const json_t *object, const char *name, char number[JSON_NUMBER_SIZE], const char **value)
{
	*value = json_record_text(object, name, number);
	return *value && text_valid(*value);
}

static void read_server(const struct reader *reader, const struct json_record *record)
{
	char numbers[FEODO_VALUE_COUNT + 2][JSON_NUMBER_SIZE];
	const char *values[FEODO_VALUE_COUNT], *asn = "", *country = "";
	struct feed_row row = reader_row(reader);
	enum feed_reason reason = FEED_BAD_ROW;
	const char *offending = record->text;
	json_t *object = json_record_parse(record);
	bool readable = json_is_object(object) &&
			read_value(object, "as_number", numbers[FEODO_VALUE_COUNT], &asn) &&
			read_value(object, "country", numbers[FEODO_VALUE_COUNT + 1], &country);
	for (int i = 0; i < FEODO_VALUE_COUNT && readable; i++)
		readable = read_value(object, members[i], numbers[i], &values[i]);
	if (readable) {
		offending = feodo_row_parse(values, &row, &reason);
		row.asn = asn[0] ? asn : NULL;
		row.country = country[0] ? country : NULL;
	}
	reader_deliver(reader, record->line, &row, offending, reason);
	json_decref(object);
}

int reader_feodo_json(const struct reader *reader)
{
	struct json_record record;
	int status;
	struct json_records *records =
		json_records_open(reader->lines, reader->path, reader->error, reader->error_size);
	if (!records)
		return -1;
	while ((status = json_records_next(records, &record, reader->error, reader->error_size)) >
		0) {
		if (record.key) {
			snprintf(reader->error, reader->error_size,
				"%s:%u: no Feodo Tracker list: an array of servers [{...}, ...] is",
				reader->path, record.line);
			status = -1;
			break;
		}
		read_server(reader, &record);
	}
	json_records_close(records);
	return status;
}
