// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An indicator of abuse.ch ThreatFox (https://threatfox.abuse.ch/api/, /export/), in whatever form
// it came → a row. Pure, but for the reader's options.
//
// Its confidence stays, and makes the level (reader_level). It names no transport. `ip:port` and
// `domain` of type botnet_cc are taken. What it marks as compromised is somebody's hacked server:
// that subscribers talk to it shows no infection, and to block it would punish the victim.

#include "control/feed/domain.h"
#include "control/feed/reader.h"

enum threatfox_value {
	THREATFOX_VALUE,      // of the indicator: "192.0.2.1:80"
	THREATFOX_TYPE,       // "ip:port", "domain", "url", "md5_hash", ...
	THREATFOX_THREAT,     // "botnet_cc", "payload", "payload_delivery", "cc_skimming"
	THREATFOX_CONFIDENCE, // 0..100
	THREATFOX_FIRST_SEEN, // "2026-09-24 09:11:10", " UTC" may follow
	THREATFOX_REQUIRED,   // those above
	THREATFOX_LAST_SEEN = THREATFOX_REQUIRED,
	THREATFOX_COMPROMISED, // "True", "False"
	THREATFOX_FAMILY,      // "Remcos"
	THREATFOX_REFERENCE,
	THREATFOX_VALUE_COUNT,
};

// "" and "None" are nothing said, as in its lists.
struct threatfox_values {
	const char *of[THREATFOX_VALUE_COUNT];
};

// Returns the offending value and says why in `*reason`; NULL: `row` is right.
const char *threatfox_row_parse(const struct reader *reader, const struct threatfox_values *values,
	struct feed_row *row, char domain[DOMAIN_SIZE], enum feed_reason *reason);
