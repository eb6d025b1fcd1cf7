// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `address`, `address:port`, `[v6]`, `[v6]:port` → address and port. Pure.

#include "control/feed/feed.h"

// A decimal number without sign, blanks or leading zeros, 1..65535.
bool endpoint_parse_port(const char *text, uint16_t *port);

// `*port` is 0 where none is written. false: `*reason` is FEED_BAD_ADDRESS or FEED_BAD_PORT (the
// address is right then).
bool endpoint_parse(
	const char *text, struct address *address, uint16_t *port, enum feed_reason *reason);

// An address, which may be written as the network of it alone: 192.0.2.1/32. false: `*reason` is
// FEED_BAD_ADDRESS, or FEED_PREFIX for a network of more.
bool endpoint_parse_host(const char *text, struct address *address, enum feed_reason *reason);
