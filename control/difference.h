// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What differs between two catalogues, as far as the data plane and its people are concerned:
// indicators that came, went, or changed their level or the action that policy gives them.
//
// Counts are exact; of the entries themselves only the first DIFFERENCE_ENTRIES_MAX are kept.

#include "config/config.h"
#include "control/catalogue.h"

#define DIFFERENCE_ENTRIES_MAX 1000

struct difference_entry {
	const struct indicator *before, *after; // one may be NULL: added, removed
};

struct difference {
	struct catalogue *before, *after; // held; before may be NULL
	size_t added, removed, changed;
	size_t entry_count;
	struct difference_entry entries[DIFFERENCE_ENTRIES_MAX];
};

// `before` NULL: nothing was there. O(n + m). NULL only when memory is out.
struct difference *difference_create(
	struct catalogue *before, struct catalogue *after, const struct config *config);
void difference_free(struct difference *difference); // NULL is allowed
