// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One row of a mapping file: a subscriber, and the key or the flags that the row gives it.
// sekisho-subscribers(5) describes the columns.
//
// Pure.

#include "config/config.h"
#include "control/subscriber/range_table.h"

#define MAPPING_NO_KEY UINT8_MAX // the kind of a row with flags only

enum mapping_column {
	MAPPING_SUBSCRIBER,
	MAPPING_PREFIX,
	MAPPING_PORTS,
	MAPPING_LINK,
	MAPPING_VLAN,
	MAPPING_SESSION,
	MAPPING_LABEL,
	MAPPING_FLAGS,
	MAPPING_COLUMN_COUNT,
};

extern const char *const mapping_columns[MAPPING_COLUMN_COUNT];

// Packed, as there may be a million: 40 bytes.
struct mapping_row {
	struct address address; // masked; of kinds on a link as subscriber_key.h lays it out
	const char *subscriber; // in the pool of the row's file
	uint32_t line;
	// ADDRESS: last is the prefix length. PORTS: the block. VLAN: last is the last VLAN id of
	// the inner tag, of the outer one if there is no inner.
	uint16_t first, last;
	uint8_t kind;  // enum subscriber_key_kind, MAPPING_NO_KEY
	uint8_t flags; // SUBSCRIBER_FLAG_*
};

// What is wrong with a row.
struct mapping_fault {
	const char *value;
	char reason[256];
};

// `values` by column; `row->subscriber` and `row->line` are left to the caller. Links are known by
// their names in `config`. false: `fault` says what is wrong.
bool mapping_row_parse(char *const values[MAPPING_COLUMN_COUNT], const struct config *config,
	struct mapping_row *row, struct mapping_fault *fault);

// All points that the row speaks for. A VLAN without an inner tag stands for all that is in it. Not
// for rows without a key.
struct range mapping_row_range(const struct mapping_row *row);

// In the order of range_compare, rows without a key last, rows of one range by their lines.
int mapping_row_compare(const struct mapping_row *a, const struct mapping_row *b);

// The row's key as people know it, where it is a range its beginning; "" without a key.
void mapping_row_format(const struct mapping_row *row, const struct config *config,
	char text[SUBSCRIBER_KEY_TEXT_SIZE]);
