// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A server of abuse.ch Feodo Tracker (https://feodotracker.abuse.ch/blocklist/), from its CSV or
// JSON → a row. Its servers speak TCP. Pure.

#include "control/feed/feed.h"

enum feodo_value {
	FEODO_FIRST_SEEN, // "2023-05-23 17:51:44"
	FEODO_ADDRESS,
	FEODO_PORT,
	FEODO_STATUS,      // "online", "offline"
	FEODO_LAST_ONLINE, // "2024-04-01", or nothing
	FEODO_MALWARE,
	FEODO_VALUE_COUNT,
};

// Returns the offending value and says why in `*reason`; NULL: `row` is right.
const char *feodo_row_parse(const char *const values[FEODO_VALUE_COUNT], struct feed_row *row,
	enum feed_reason *reason);
