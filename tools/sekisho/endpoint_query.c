// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/endpoint_query.h"

#include "config/address.h"

#include <stdlib.h>
#include <string.h>

bool endpoint_query_add(json_t *request, const char *text)
{
	const char *colon = strrchr(text, ':');
	struct address address;
	size_t length = strlen(text);
	char *end;
	long port;

	if (address_parse(text, length, &address))
		return json_object_set_new(request, "address", json_string(text)) == 0;
	if (!colon)
		return false;
	port = strtol(colon + 1, &end, 10);
	if (end == colon + 1 || *end || port < 1 || port > UINT16_MAX)
		return false;
	length = (size_t)(colon - text);
	if (length > 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	return address_parse(text, length, &address) &&
	       json_object_set_new(request, "address", json_stringn(text, length)) == 0 &&
	       json_object_set_new(request, "port", json_integer(port)) == 0;
}
