// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The columns of the native list, as texts → a row. For every table whose columns mean these.
// Pure.

#include "config/list_column.h"
#include "control/feed/domain.h"
#include "control/feed/feed.h"

// "" where a list has no such column, or the row says nothing there.
struct native_values {
	const char *of[LIST_COLUMN_COUNT];
};

// Fills `row`, which holds what the options say; its strings are those of `values` and `domain`.
// Returns the offending value and says why in `*reason`; NULL: the row is right.
const char *native_row_parse(const struct native_values *values, struct feed_row *row,
	char domain[DOMAIN_SIZE], enum feed_reason *reason);
