// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/endpoint.h"

#include <string.h>

bool endpoint_parse_port(const char *text, uint16_t *port)
{
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 5 || text[digits] != '\0' || text[0] == '0')
		return false;
	uint32_t value = 0;
	for (; *text; text++)
		value = value * 10 + (uint32_t)(*text - '0');
	*port = (uint16_t)value;
	return value <= UINT16_MAX;
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
