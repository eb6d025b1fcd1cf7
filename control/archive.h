// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What of the inventory outlives a restart: the rows of every feed in force and of those before,
// the highest number of a generation, and whether somebody rolled back.
//
// The loader's thread. -1: store_error says why.

#include "control/intake.h"
#include "control/store/store.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct archive {
	struct intake *intake;      // in force
	struct feed_rows *previous; // by feed
	bool has_previous;
	bool rolled_back;
	uint64_t last_number;
};

// Fills in what the store knows; `intake` and the array `previous` are there, and empty.
int archive_read(struct store *store, const struct config *config, struct archive *archive);

// Writes what is not there yet, and notes in `intake` that it is. May take seconds; *stop ends it.
int archive_write(struct store *store, const struct config *config, const struct archive *archive,
	const atomic_bool *stop);
