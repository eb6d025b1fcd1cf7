// SPDX-License-Identifier: BSD-3-Clause
// Suricata IP reputation (its user guide, "IP Reputation Format"): `address[/bits],category,score`,
// categories 1..60, scores 0..127; `#` comments.
//
// What a category means is said elsewhere, in a file of names; which of them are C&C servers only a
// person knows, so the options name their numbers, or all are. The score, of 127, becomes the
// confidence, of 100, and with it the level. There is no port: see the rules for rows without one.
#include "config/transport.h"
#include "control/feed/endpoint.h"
#include "control/feed/number.h"
#include "control/feed/reader.h"
#include "control/feed/record.h"

enum column { ADDRESS, CATEGORY, SCORE, COLUMN_COUNT };

#define CATEGORY_MAX 60u
#define SCORE_MAX    127u

// Returns the offending field, NULL if the row is right.
static const char *parse_row(const struct reader *reader, char *const fields[],
	struct feed_row *row, enum feed_reason *reason)
{
	uint64_t wanted = reader->options->categories;
	uint32_t category, score;
	*reason = FEED_BAD_ROW;
	if (!number_parse(fields[CATEGORY], CATEGORY_MAX, &category) || category == 0)
		return fields[CATEGORY];
	if (!number_parse(fields[SCORE], SCORE_MAX, &score))
		return fields[SCORE];
	bool is_host = endpoint_parse_host(fields[ADDRESS], &row->address, reason);
	if (*reason == FEED_BAD_ADDRESS)
		return fields[ADDRESS];
	if (score == 0 || (wanted != 0 && (wanted >> category & 1) == 0)) {
		*reason = FEED_NOT_CC;
		return fields[ADDRESS];
	}
	if (!is_host)
		return fields[ADDRESS];
	row->transport = TRANSPORT_ANY;
	row->confidence = (uint8_t)(score * FEED_CONFIDENCE_MAX / SCORE_MAX);
	row->level = reader_level(reader, row->confidence);
	return NULL;
}

int reader_iprep(const struct reader *reader)
{
	static const struct record_dialect dialect = {.separator = ',', .blanks = true};
	char *fields[RECORD_FIELDS_MAX];
	struct line line;
	int status;
	while ((status = reader_next(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		enum feed_reason reason = FEED_BAD_ROW;
		int count = record_split_as(line.text, &dialect, fields);
		const char *offending = count == COLUMN_COUNT
						? parse_row(reader, fields, &row, &reason)
						: fields[0];
		reader_deliver(reader, line.number, &row, offending, reason);
	}
	return status;
}
