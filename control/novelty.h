// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Since when each entry may do more than alert. One that came to it less than NOVELTY_NS ago is
// new, and what all new entries touch together has a limit of its own (dataplane/overblock.h).
//
// An entry is known as long as policy lets it act, whatever generation it is in, and whatever the
// hours of the rule that does; one that came back is new again. The first list of an installation
// is new as a whole. Immutable once made; 40 bytes an entry.

#include "config/config.h"
#include "control/catalogue.h"
#include "control/service_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An hour: most feeds come by then, and so do most of the bots.
#define NOVELTY_NS UINT64_C(3600000000000)

struct novelty_entry {
	struct service_key key;
	uint64_t since_ns; // UTC; 0: a person knows of it, and it is not new
};

struct novelty {
	uint64_t made_ns; // what is new is so at this moment
	size_t count;
	struct novelty_entry known[]; // ascending by key
};

// Of a sealed catalogue under this policy, with `before` (may be NULL: nothing was known).
// O(n + m). NULL only when memory is out; free() releases it.
struct novelty *novelty_create(const struct novelty *before, const struct catalogue *catalogue,
	const struct config *config, uint64_t now_ns);

// `novelty` may be NULL: nothing is new. O(log n).
bool novelty_is_new(const struct novelty *novelty, const struct service_key *key);
bool novelty_known_is_new(const struct novelty *novelty, const struct novelty_entry *known);

// A person knows of it. Nothing happens if it is not there. The one change there is.
void novelty_settle(struct novelty *novelty, const struct service_key *key);

// The next moment at which an entry is no longer new; 0: none is.
uint64_t novelty_next_change_ns(const struct novelty *novelty);
