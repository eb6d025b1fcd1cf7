// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who held a key at a moment: what the store asks for each difference it counts.
//
// The resolver is the caller's; it is asked within the store's transaction, on its thread, and may
// read the store through the same connection but not write it.

#include "config/subscriber_key.h"
#include "dataplane/api/generation_layout.h"

#include <stdbool.h>
#include <stdint.h>

struct resolved {
	// UTF-8 without control characters, never empty; two subscribers never share one. The key's
	// text where nobody knows better.
	char name[SUBSCRIBER_NAME_SIZE];
	bool known;    // not merely the key's text
	uint8_t flags; // SUBSCRIBER_FLAG_*
	// The key stands for another address (behind a translator), and that one's holder was
	// asked for. A change of that address's holder concerns this key as well.
	bool translated;
	struct address via;
};

struct subscriber_resolver {
	void *context;
	// `link` names the key's link, "" where the key has none; the number in the key is 0 then
	// and always, because numbers change with the configuration. `resolved` is zeroed. -1: the
	// store could not be read, and what was under way is to be undone.
	int (*resolve)(void *context, const struct subscriber_key *key, const char *link,
		uint64_t at_ns, struct resolved *resolved);
};

// The name of flag number `bit`, as mapping files have it: "watch". NULL: there is none.
const char *subscriber_flag_name(unsigned bit);
