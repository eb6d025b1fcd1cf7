// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One row of a list, as a reader understood it: an endpoint or a domain, and what its list says.
//
// Strings belong to the reader and live until its sink returns. They are UTF-8 without control
// characters, whatever the file held, so that they can go to JSON, the store and a terminal.

#include "config/action.h"
#include "config/address.h"

#include <stdint.h>

#define FEED_CONFIDENCE_MAX 100u

struct feed_row {
	struct address address; // endpoint; unused when only `domain` is set
	uint16_t port;          // 0: any
	uint8_t transport;      // TRANSPORT_*
	uint8_t level;          // 1..4
	uint8_t confidence;     // 0..FEED_CONFIDENCE_MAX
	bool is_domain;         // a domain indicator: no address
	enum action max_action; // ACTION_SINKHOLE: no cap
	int64_t first_seen_s;   // UTC since the epoch; 0: not said
	int64_t last_seen_s;
	int64_t valid_until_s; // exclusive
	const char *domain;    // NULL where not said, as all below
	const char *family;
	const char *country;
	const char *asn;
	const char *source; // who named it
	const char *reference;
	const char *sinkhole; // what says that it is one (guard_knows_sinkhole); no list's word
};
