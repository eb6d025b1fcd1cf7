// SPDX-License-Identifier: BSD-3-Clause
// Spamhaus DROP (https://www.spamhaus.org/drop/): networks that professional crime controls, as
// text, `192.0.2.0/24 ; SBL1`, or as JSON lines, {"cidr": "192.0.2.0/24", "sblid": "SBL1", ...} and
// at the end {"type": "metadata", ...}.
//
// A bad name is no C&C server: that a subscriber talks to such a network shows no infection. So no
// row becomes an indicator, not even a network of one address; each that is right is not-cc.
#include "config/address.h"
#include "control/feed/reader.h"

#include <jansson.h>

#include <string.h>

static enum feed_reason judge(const char *network)
{
	struct prefix prefix;
	return prefix_parse(network, strlen(network), &prefix) ? FEED_NOT_CC : FEED_BAD_ADDRESS;
}

static void read_object(const struct reader *reader, const struct line *line)
{
	json_t *object = json_loadb(line->text, line->length, JSON_REJECT_DUPLICATES, NULL);
	const char *network = json_string_value(json_object_get(object, "cidr"));
	const char *type = json_string_value(json_object_get(object, "type"));
	if (network)
		reader_reject(reader, line->number, judge(network), network);
	else if (!type || strcmp(type, "metadata") != 0)
		reader_reject(reader, line->number, FEED_BAD_ROW, line->text);
	json_decref(object);
}

int reader_drop(const struct reader *reader)
{
	struct line line;
	int status;
	while ((status = reader_next(reader, "#;", &line)) > 0) {
		if (line.text[0] == '{') {
			read_object(reader, &line);
			continue;
		}
		reader_cut_comment(&line, "#;");
		reader_reject(reader, line.number, judge(line.text), line.text);
	}
	return status;
}
