// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the over-block guard disarmed, and since when each entry may act, over restarts.
//
// Sets are written as the difference to what is stored, in transactions of some ten milliseconds
// each. A crash between two of them leaves a part: of what is disarmed the data plane then still
// tells, of what may act the rest counts as new.

#include "control/novelty.h"
#include "control/overblock.h"
#include "control/store/store.h"

// The set of the last run; empty if there was none. NULL: failed.
struct overblock *store_disarmed_read(struct store *store);

// `before` is what is stored. On the disk when it returns. Not within a transaction.
int store_disarmed_write(
	struct store *store, const struct overblock *before, const struct overblock *after);

// The novelty of the last run. NULL: failed.
struct novelty *store_novelty_read(struct store *store);

// `before` (may be NULL: nothing) is what is stored. Not within a transaction.
int store_novelty_write(
	struct store *store, const struct novelty *before, const struct novelty *after);
