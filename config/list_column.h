// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a row of a list can say: the columns of the native list, by whose names the configuration
// also tells what the columns of another table mean. Pure.

enum list_column {
	LIST_IP,
	LIST_TRANSPORT,
	LIST_PORT,
	LIST_LEVEL,
	LIST_REQUIRED_COUNT, // of a native list: those above
	LIST_CONFIDENCE = LIST_REQUIRED_COUNT,
	LIST_FIRST_SEEN,
	LIST_LAST_SEEN,
	LIST_VALID_UNTIL,
	LIST_FAMILY,
	LIST_DOMAIN,
	LIST_ASN,
	LIST_COUNTRY,
	LIST_SOURCE,
	LIST_REFERENCE,
	LIST_MAX_ACTION,
	LIST_COLUMN_COUNT,
};

const char *list_column_name(enum list_column column); // "first_seen"

// LIST_COLUMN_COUNT: no such column.
enum list_column list_column_find(const char *name);
