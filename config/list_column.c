// SPDX-License-Identifier: BSD-3-Clause
#include "config/list_column.h"

#include <string.h>

static const char *const names[LIST_COLUMN_COUNT] = {
	[LIST_IP] = "ip",
	[LIST_TRANSPORT] = "transport",
	[LIST_PORT] = "port",
	[LIST_LEVEL] = "level",
	[LIST_CONFIDENCE] = "confidence",
	[LIST_FIRST_SEEN] = "first_seen",
	[LIST_LAST_SEEN] = "last_seen",
	[LIST_VALID_UNTIL] = "valid_until",
	[LIST_FAMILY] = "family",
	[LIST_DOMAIN] = "domain",
	[LIST_ASN] = "asn",
	[LIST_COUNTRY] = "country",
	[LIST_SOURCE] = "source",
	[LIST_REFERENCE] = "reference",
	[LIST_MAX_ACTION] = "max_action",
};

const char *list_column_name(enum list_column column)
{
	return names[column];
}

enum list_column list_column_find(const char *name)
{
	enum list_column column = 0;
	while (column < LIST_COLUMN_COUNT && strcmp(name, names[column]) != 0)
		column++;
	return column;
}
