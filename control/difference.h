// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What differs between two catalogues, as far as the data plane and its people are concerned:
// indicators that came, went, or changed their level or what policy orders for the ordinary case
// (control/policy.h).
//
// Counts are exact; of the entries themselves only the first DIFFERENCE_ENTRIES_MAX are kept.

#include "config/config.h"
#include "control/catalogue.h"

#define DIFFERENCE_ENTRIES_MAX 1000

struct difference_entry {
	const struct indicator *before, *after;  // one may be NULL: added, removed
	enum action action_before, action_after; // ordinary; alert for who is not there
	bool newly_enforced; // more than alert, in mode enforce, and was not so before
};

struct difference {
	struct catalogue *before, *after; // held; before may be NULL
	size_t added, removed, changed;
	size_t newly_enforced;
	size_t entry_count;
	struct difference_entry entries[DIFFERENCE_ENTRIES_MAX];
};

// `before` NULL: nothing was there. Both as policy sees them at `now_s`. O(n + m). NULL only when
// memory is out.
struct difference *difference_create(struct catalogue *before, struct catalogue *after,
	const struct config *config, int64_t now_s);
void difference_free(struct difference *difference); // NULL is allowed
