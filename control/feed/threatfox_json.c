// SPDX-License-Identifier: BSD-3-Clause
// abuse.ch ThreatFox in JSON: an answer of its API to get_iocs, {"query_status": "ok", "data":
// [indicator, ...]}, and its exports, {"ID": [indicator], ...}, which call some members otherwise.
// A row is one indicator; the API's "no_result" is an empty list.
#include "control/feed/json_records.h"
#include "control/feed/text.h"
#include "control/feed/threatfox_row.h"

#include <stdio.h>
#include <string.h>

static const char *const members[THREATFOX_VALUE_COUNT][2] = {
	[THREATFOX_VALUE] = {"ioc", "ioc_value"},
	[THREATFOX_TYPE] = {"ioc_type"},
	[THREATFOX_THREAT] = {"threat_type"},
	[THREATFOX_CONFIDENCE] = {"confidence_level"},
	[THREATFOX_FIRST_SEEN] = {"first_seen", "first_seen_utc"},
	[THREATFOX_LAST_SEEN] = {"last_seen", "last_seen_utc"},
	[THREATFOX_COMPROMISED] = {"is_compromised"},
	[THREATFOX_FAMILY] = {"malware_printable"},
	[THREATFOX_REFERENCE] = {"reference"},
};

static void read_indicator(const struct reader *reader, const struct json_record *record)
{
	char numbers[THREATFOX_VALUE_COUNT][JSON_NUMBER_SIZE], domain[DOMAIN_SIZE];
	struct feed_row row = reader_row(reader);
	struct threatfox_values values;
	enum feed_reason reason = FEED_BAD_ROW;
	const char *offending = record->text;
	json_t *object = json_record_parse(record);
	bool readable = json_is_object(object);
	for (int i = 0; i < THREATFOX_VALUE_COUNT && readable; i++) {
		const char *name = members[i][0];
		if (members[i][1] && !json_object_get(object, name))
			name = members[i][1];
		values.of[i] = json_record_text(object, name, numbers[i]);
		readable = values.of[i];
	}
	if (readable)
		offending = threatfox_row_parse(reader, &values, &row, domain, &reason);
	reader_deliver(reader, record->line, &row, offending, reason);
	json_decref(object);
}

// What stands beside the indicators. false: the file is an error, told in the reader's.
static bool read_member(
	const struct reader *reader, const struct json_record *record, bool *without_result)
{
	char shown[64];
	if (strcmp(record->key, "query_status") != 0) {
		// With no_result, "data" is a sentence.
		if (!*without_result || strcmp(record->key, "data") != 0)
			reader_reject(reader, record->line, FEED_BAD_ROW, record->text);
		return true;
	}
	*without_result = strcmp(record->text, "\"no_result\"") == 0;
	if (*without_result || strcmp(record->text, "\"ok\"") == 0)
		return true;
	snprintf(reader->error, reader->error_size,
		"%s:%u: ThreatFox answered %s instead of indicators: the query was not right",
		reader->path, record->line, text_show(record->text, shown, sizeof(shown)));
	return false;
}

int reader_threatfox_json(const struct reader *reader)
{
	struct json_record record;
	bool without_result = false;
	int status;
	struct json_records *records =
		json_records_open(reader->lines, reader->path, reader->error, reader->error_size);
	if (!records)
		return -1;
	while ((status = json_records_next(records, &record, reader->error, reader->error_size)) >
		0) {
		if (!record.member)
			read_indicator(reader, &record);
		else if (!read_member(reader, &record, &without_result)) {
			status = -1;
			break;
		}
	}
	json_records_close(records);
	return status;
}
