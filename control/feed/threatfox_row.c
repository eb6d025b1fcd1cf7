// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/threatfox_row.h"

#include "config/transport.h"
#include "control/feed/endpoint.h"
#include "control/feed/number.h"
#include "control/feed/text.h"
#include "control/feed/timestamp.h"

#include <string.h>
#include <strings.h>

static bool is_said(const char *text)
{
	return text[0] && strcmp(text, "None") != 0;
}

static bool parse_time(const char *text, int64_t *seconds)
{
	static const char zone[] = " UTC";
	char time[sizeof("2026-09-24 09:11:10")];
	size_t length = strlen(text);
	if (!is_said(text))
		return true;
	if (length > sizeof(zone) - 1 && strcmp(text + length - (sizeof(zone) - 1), zone) == 0)
		length -= sizeof(zone) - 1;
	if (length >= sizeof(time))
		return false;
	memcpy(time, text, length);
	time[length] = '\0';
	return timestamp_parse_spaced(time, seconds);
}

static bool parse_flag(const char *text, bool *flag)
{
	*flag = strcasecmp(text, "true") == 0;
	return *flag || !is_said(text) || strcasecmp(text, "false") == 0;
}

// What no packet shows.
static bool is_elsewhere(const char *type)
{
	static const char hash[] = "_hash";
	size_t length = strlen(type);
	return strcmp(type, "url") == 0 || strcmp(type, "envelope_from") == 0 ||
	       strcmp(type, "body_from") == 0 ||
	       (length > sizeof(hash) - 1 && strcmp(type + length - (sizeof(hash) - 1), hash) == 0);
}

static const char *judge(const struct threatfox_values *values, enum feed_reason *reason)
{
	const char *type = values->of[THREATFOX_TYPE];
	const char *compromised = values->of[THREATFOX_COMPROMISED];
	bool is_compromised;
	*reason = FEED_NOT_ENDPOINT;
	if (is_elsewhere(type))
		return values->of[THREATFOX_VALUE];
	*reason = FEED_BAD_ROW;
	if (strcmp(type, "ip:port") != 0 && strcmp(type, "domain") != 0)
		return type[0] ? type : values->of[THREATFOX_VALUE];
	if (!parse_flag(compromised, &is_compromised))
		return compromised;
	*reason = FEED_NOT_CC;
	if (strcmp(values->of[THREATFOX_THREAT], "botnet_cc") != 0)
		return values->of[THREATFOX_VALUE];
	*reason = FEED_COMPROMISED;
	return is_compromised ? values->of[THREATFOX_VALUE] : NULL;
}

static const char *parse_indicator(const struct threatfox_values *values, struct feed_row *row,
	char domain[DOMAIN_SIZE], enum feed_reason *reason)
{
	const char *value = values->of[THREATFOX_VALUE];
	if (strcmp(values->of[THREATFOX_TYPE], "domain") == 0) {
		*reason = FEED_BAD_DOMAIN;
		if (!domain_parse(value, domain))
			return value;
		row->is_domain = true;
		row->domain = domain;
		return NULL;
	}
	if (!endpoint_parse(value, &row->address, &row->port, reason))
		return value;
	*reason = FEED_NO_PORT;
	return row->port ? NULL : value;
}

const char *threatfox_row_parse(const struct reader *reader, const struct threatfox_values *values,
	struct feed_row *row, char domain[DOMAIN_SIZE], enum feed_reason *reason)
{
	uint32_t confidence;
	*reason = FEED_BAD_ROW;
	for (int i = 0; i < THREATFOX_VALUE_COUNT; i++)
		if (!text_valid(values->of[i]))
			return values->of[i];
	const char *offending = judge(values, reason);
	if (!offending)
		offending = parse_indicator(values, row, domain, reason);
	if (offending)
		return offending;
	*reason = FEED_BAD_CONFIDENCE;
	if (!number_parse(values->of[THREATFOX_CONFIDENCE], FEED_CONFIDENCE_MAX, &confidence))
		return values->of[THREATFOX_CONFIDENCE];
	*reason = FEED_BAD_TIME;
	if (!parse_time(values->of[THREATFOX_FIRST_SEEN], &row->first_seen_s))
		return values->of[THREATFOX_FIRST_SEEN];
	if (!parse_time(values->of[THREATFOX_LAST_SEEN], &row->last_seen_s))
		return values->of[THREATFOX_LAST_SEEN];
	row->transport = TRANSPORT_ANY;
	row->confidence = (uint8_t)confidence;
	row->level = reader_level(reader, confidence);
	row->source = "abuse.ch ThreatFox";
	if (is_said(values->of[THREATFOX_FAMILY]))
		row->family = values->of[THREATFOX_FAMILY];
	if (is_said(values->of[THREATFOX_REFERENCE]))
		row->reference = values->of[THREATFOX_REFERENCE];
	return NULL;
}
