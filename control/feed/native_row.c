// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/native_row.h"

#include "config/transport.h"
#include "control/feed/endpoint.h"
#include "control/feed/number.h"
#include "control/feed/reader.h"
#include "control/feed/text.h"
#include "control/feed/timestamp.h"

#include <string.h>

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
	uint32_t value;
	*confidence = reader_confidence(level);
	if (text[0] == '\0')
		return true;
	if (!number_parse(text, FEED_CONFIDENCE_MAX, &value))
		return false;
	*confidence = (uint8_t)value;
	return true;
}

static const char *text_or_null(const char *text)
{
	return text[0] ? text : NULL;
}

// Each returns the offending value, NULL if all is right.
static const char *parse_endpoint(
	const struct native_values *values, struct feed_row *row, enum feed_reason *reason)
{
	const char *ip = values->of[LIST_IP], *transport = values->of[LIST_TRANSPORT];
	const char *port = values->of[LIST_PORT];

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
	if (!parse_level(values->of[LIST_LEVEL], &row->level))
		return values->of[LIST_LEVEL];
	*reason = FEED_ANY_PORT_LEVEL;
	if (!row->is_domain && row->port == 0 && row->level < 4)
		return values->of[LIST_LEVEL];
	return NULL;
}

static const char *parse_attributes(
	const struct native_values *values, struct feed_row *row, enum feed_reason *reason)
{
	*reason = FEED_BAD_CONFIDENCE;
	if (!parse_confidence(values->of[LIST_CONFIDENCE], row->level, &row->confidence))
		return values->of[LIST_CONFIDENCE];
	*reason = FEED_BAD_TIME;
	if (!parse_time(values->of[LIST_FIRST_SEEN], &row->first_seen_s))
		return values->of[LIST_FIRST_SEEN];
	if (!parse_time(values->of[LIST_LAST_SEEN], &row->last_seen_s))
		return values->of[LIST_LAST_SEEN];
	if (!parse_time(values->of[LIST_VALID_UNTIL], &row->valid_until_s))
		return values->of[LIST_VALID_UNTIL];
	*reason = FEED_BAD_ACTION;
	if (values->of[LIST_MAX_ACTION][0] &&
		!action_parse(values->of[LIST_MAX_ACTION], &row->max_action))
		return values->of[LIST_MAX_ACTION];
	row->asn = text_or_null(values->of[LIST_ASN]);
	row->country = text_or_null(values->of[LIST_COUNTRY]);
	row->source = text_or_null(values->of[LIST_SOURCE]);
	row->reference = text_or_null(values->of[LIST_REFERENCE]);
	if (values->of[LIST_FAMILY][0])
		row->family = values->of[LIST_FAMILY];
	return NULL;
}

const char *native_row_parse(const struct native_values *values, struct feed_row *row,
	char domain[DOMAIN_SIZE], enum feed_reason *reason)
{
	*reason = FEED_BAD_ROW;
	for (int i = 0; i < LIST_COLUMN_COUNT; i++)
		if (!text_valid(values->of[i]))
			return values->of[i];
	*reason = FEED_BAD_DOMAIN;
	if (values->of[LIST_DOMAIN][0]) {
		if (!domain_parse(values->of[LIST_DOMAIN], domain))
			return values->of[LIST_DOMAIN];
		row->domain = domain;
	}
	const char *offending = parse_endpoint(values, row, reason);
	return offending ? offending : parse_attributes(values, row, reason);
}
