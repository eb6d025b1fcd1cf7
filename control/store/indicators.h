// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The last good rows of every feed, so that a restart with a missing or broken list file has them
// still.
//
// Rows are written in short transactions under a new load, which nobody refers to until it is
// complete; then the set that is in force is switched to it in one transaction. A crash in between
// leaves a load without a reference, which the next store_feed_prune removes. Used by the loader's
// thread.

#include "control/catalogue.h"
#include "control/store/store.h"

#include <stdatomic.h>
#include <stdbool.h>

enum feed_slot {
	FEED_SLOT_CURRENT,
	FEED_SLOT_PREVIOUS, // before the last load that changed the generation
};

// What one feed contributes to a set; `load` 0: nothing.
struct feed_reference {
	const char *feed;
	int64_t load;
};

// Stores `rows`, the sealed rows of one feed, and gives the number of the load; the number it has
// already if exactly these rows are stored. `*stop` set meanwhile: -1.
int store_feed_save(struct store *store, const char *feed, const struct catalogue *rows,
	uint64_t loaded_ns, const atomic_bool *stop, int64_t *load);

// Makes both sets refer to these loads, and to nothing else. One transaction.
int store_feed_switch(struct store *store, const struct feed_reference *current,
	const struct feed_reference *previous, size_t count);

// Reads the rows of `feed` in `slot` into a new catalogue, sealed without regard to validity, as
// rows of feed `number`. 1: read, 0: there are none, -1: failed.
int store_feed_read(struct store *store, enum feed_slot slot, const char *feed, uint16_t number,
	struct catalogue **rows, uint64_t *loaded_ns, int64_t *load);

// Removes loads that no set refers to.
int store_feed_prune(struct store *store, const atomic_bool *stop);
