// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What gives way when a table of the store is full: what was quiet longest, a hundredth of the
// table at a time, so that not every batch has to look for room.

#include "control/store/store.h"

struct store_bounds {
	uint64_t contacts; // with their shares, and subscribers that have none left
	uint64_t records;  // those with unsettled shares stay
	uint64_t keys;     // of subscribers
};

// Counts the three tables, milliseconds when they are full, and makes room where that is needed.
// For the caller's transaction.
int store_evict_quiet(struct store *store, const struct store_bounds *bounds);

// Removes some of the records of all starts of the data plane but the last, except those with
// unsettled shares. 1: there may be more, 0: none, -1: failed. For the caller's transaction.
int store_evict_records(struct store *store);
