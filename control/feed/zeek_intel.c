// SPDX-License-Identifier: BSD-3-Clause
// Zeek intelligence files (https://docs.zeek.org/, Intelligence Framework): columns separated by
// tabs, named by the line `#fields<TAB>indicator<TAB>indicator_type<TAB>meta.source...`; `-` where
// nothing is said; other `#` lines are comments.
//
// Intel::ADDR has no port: see the rules for rows without one. What a description says of the
// malware is meant for people, and no family is guessed from it.
#include "config/transport.h"
#include "control/feed/domain.h"
#include "control/feed/endpoint.h"
#include "control/feed/header.h"
#include "control/feed/text.h"

#include <stdio.h>
#include <string.h>

enum column { INDICATOR, TYPE, REQUIRED_COUNT, SOURCE = REQUIRED_COUNT, URL, COLUMN_COUNT };

static const char *const columns[COLUMN_COUNT] = {
	"indicator", "indicator_type", "meta.source", "meta.url"};

static const struct record_dialect dialect = {.separator = '\t'};

struct header {
	int fields; // of every row
	int index[COLUMN_COUNT];
};

// What no packet shows; Intel::Type of Zeek's own.
static const char *const elsewhere[] = {"Intel::URL", "Intel::SOFTWARE", "Intel::EMAIL",
	"Intel::USER_NAME", "Intel::CERT_HASH", "Intel::PUBKEY_HASH", "Intel::FILE_HASH",
	"Intel::FILE_NAME"};

static int read_header(const struct reader *reader, struct header *header)
{
	static const char word[] = "#fields\t";
	char *fields[RECORD_FIELDS_MAX];
	struct line line;
	int status;
	while ((status = reader_next_row(reader, "", &line)) > 0 && line.text[0] == '#' &&
		strncmp(line.text, word, sizeof(word) - 1) != 0)
		;
	if (status < 0)
		return -1;
	header->fields = status > 0 && line.text[0] == '#'
				 ? record_split_as(line.text + sizeof(word) - 1, &dialect, fields)
				 : 0;
	for (int i = 0; i < COLUMN_COUNT; i++) {
		header->index[i] = header_find(fields, header->fields, columns[i]);
		if (header->index[i] == HEADER_TWICE ||
			(header->index[i] == HEADER_ABSENT && i < REQUIRED_COUNT)) {
			snprintf(reader->error, reader->error_size,
				"%s: no Zeek intelligence file: a line #fields with one column %s, "
				"separated by tabs, is missing",
				reader->path, columns[i]);
			return -1;
		}
	}
	return 0;
}

static bool is_elsewhere(const char *type)
{
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
		if (strcmp(type, elsewhere[i]) == 0)
			return true;
	return false;
}

// Returns the offending field, NULL if the row is right.
static const char *parse_row(const char *const values[COLUMN_COUNT], struct feed_row *row,
	char domain[DOMAIN_SIZE], enum feed_reason *reason)
{
	const char *indicator = values[INDICATOR], *type = values[TYPE];
	*reason = FEED_BAD_ROW;
	for (int i = 0; i < COLUMN_COUNT; i++)
		if (!text_valid(values[i]))
			return values[i];
	*reason = FEED_NOT_ENDPOINT;
	if (is_elsewhere(type))
		return indicator;
	if (strcmp(type, "Intel::DOMAIN") == 0) {
		*reason = FEED_BAD_DOMAIN;
		row->is_domain = domain_parse(indicator, domain);
		row->domain = domain;
		if (!row->is_domain)
			return indicator;
	} else if (strcmp(type, "Intel::ADDR") == 0) {
		*reason = FEED_BAD_ADDRESS;
		if (!address_parse(indicator, strlen(indicator), &row->address))
			return indicator;
	} else if (strcmp(type, "Intel::SUBNET") == 0) {
		if (!endpoint_parse_host(indicator, &row->address, reason))
			return indicator;
	} else {
		*reason = FEED_BAD_ROW;
		return type;
	}
	row->transport = TRANSPORT_ANY;
	row->source = values[SOURCE][0] ? values[SOURCE] : NULL;
	row->reference = values[URL][0] ? values[URL] : NULL;
	return NULL;
}

int reader_zeek_intel(const struct reader *reader)
{
	char *fields[RECORD_FIELDS_MAX], domain[DOMAIN_SIZE];
	struct header header;
	struct line line;
	int status;
	if (read_header(reader, &header) < 0)
		return -1;
	while ((status = reader_next_row(reader, "#", &line)) > 0) {
		struct feed_row row = reader_row(reader);
		const char *values[COLUMN_COUNT], *offending;
		enum feed_reason reason = FEED_BAD_ROW;
		int count = record_split_as(line.text, &dialect, fields);
		for (int i = 0; i < COLUMN_COUNT && count == header.fields; i++) {
			values[i] = header.index[i] < 0 ? "" : fields[header.index[i]];
			if (strcmp(values[i], "-") == 0)
				values[i] = "";
		}
		offending = count == header.fields ? parse_row(values, &row, domain, &reason)
						   : fields[0];
		reader_deliver(reader, line.number, &row, offending, reason);
	}
	return status;
}
