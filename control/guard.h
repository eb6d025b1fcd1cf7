// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What may not be true: addresses that no list may name, whatever it says.
//
// Special-use addresses are built in, with one deliberate gap: documentation and benchmark prefixes
// (RFC 5737, RFC 3849, RFC 2544) serve nobody on a real network and are what drills and manuals
// use, so they may be listed. To these come the ISP's own prefixes (its subscribers) and the files
// of `never_block`. Immutable after creation; any thread.

#include "config/config.h"
#include "control/feed/feed.h"

struct guard;

// Reads the never-block files. NULL with one line (file, line, value, what would be right) in
// `error`.
struct guard *guard_create(const struct config *config, char *error, size_t error_size);
void guard_free(struct guard *guard); // NULL is allowed

// false: quarantined; `*reason` and, if not NULL, the prefix that protects the address.
bool guard_allows(const struct guard *guard, const struct address *address,
	enum feed_reason *reason, char protected_by[PREFIX_TEXT_SIZE]);
