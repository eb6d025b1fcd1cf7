// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/endpoint.h"

#include "control/feed/number.h"

#include <string.h>

bool endpoint_parse_port(const char *text, uint16_t *port)
{
	uint32_t value;
	if (!number_parse(text, UINT16_MAX, &value) || value == 0)
		return false;
	*port = (uint16_t)value;
	return true;
}

bool endpoint_parse(
	const char *text, struct address *address, uint16_t *port, enum feed_reason *reason)
{
	*reason = FEED_BAD_ADDRESS;
	*port = 0;
	const char *rest;
	if (*text == '[') {
		const char *closing = strchr(text, ']');
		if (!closing || !address_parse(text + 1, (size_t)(closing - text - 1), address) ||
			!memchr(text, ':', (size_t)(closing - text)))
			return false;
		rest = closing + 1;
	} else if (address_parse(text, strlen(text), address)) {
		return true;
	} else {
		// IPv6 with a port needs brackets: one colon, or it is no IPv4 endpoint.
		rest = text + strcspn(text, ":");
		if (!address_parse(text, (size_t)(rest - text), address))
			return false;
	}
	if (*rest == '\0')
		return true;
	if (*rest != ':')
		return false;
	*reason = FEED_BAD_PORT;
	return endpoint_parse_port(rest + 1, port);
}

bool endpoint_parse_host(const char *text, struct address *address, enum feed_reason *reason)
{
	struct prefix prefix;
	*reason = FEED_BAD_ADDRESS;
	if (!prefix_parse(text, strlen(text), &prefix))
		return false;
	*reason = FEED_PREFIX;
	*address = prefix.address;
	return prefix.length == 8 * sizeof(address->bytes);
}
