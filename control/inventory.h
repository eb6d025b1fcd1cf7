// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The lists in force: rows of every feed, the catalogue they merge to, the generation it compiles
// to with the subscribers' flags, and the rows that were in force before.
//
// A load reads feeds, merges, compiles, and either replaces all of this or nothing. It makes a new
// generation only if its digest is another than that of the one in force; what was in force before
// then becomes what a rollback returns to. Expiry makes new generations too, but is no reason to
// roll back, so it leaves the previous rows alone.
//
// Rolled back, the feeds are not read until somebody asks for a load; expiry and the never-block
// files still count. This and all rows outlive a restart.
//
// One thread, the loader's. Failing calls return -1 and one line in `error`.

#include "control/caution.h"
#include "control/difference.h"
#include "control/intake.h"
#include "control/store/store.h"
#include "control/subscriber/flagged.h"
#include "dataplane/api/generation_layout.h"

#include <stdatomic.h>
#include <stdbool.h>

#define INVENTORY_ERROR_SIZE 512

struct inventory;

// Takes the rows of the last run from the store; nothing is compiled yet. `store`, `config` and
// `stop` must outlive it; `*stop` ends long writes.
struct inventory *inventory_open(const struct config *config, struct store *store,
	const atomic_bool *stop, char *error, size_t error_size);
void inventory_close(struct inventory *inventory); // NULL is allowed

struct inventory_request {
	const bool *selected; // by feed; NULL: all
	bool force;           // past the limits for empty and shrunk feeds
	bool ends_rollback;   // somebody asked for it
	const char *actor;    // for the audit
};

// Reads the selected feeds. Feeds that are refused are no failure: their states say so.
// `*difference` (may be NULL) is the caller's: from what was in force to what is.
int inventory_load(struct inventory *inventory, const struct inventory_request *request,
	struct difference **difference, char *error, size_t error_size);

// Merges anew, because time has passed or the never-block files changed.
int inventory_refresh(struct inventory *inventory, char *error, size_t error_size);

// Compiles what is merged anew, because of inventory_subscribers. As long as the same trial runs,
// nothing of it is in the audit log: any change of an address is a generation then.
int inventory_recompile(struct inventory *inventory, char *error, size_t error_size);

int inventory_rollback(struct inventory *inventory, const char *actor,
	struct difference **difference, char *error, size_t error_size);

// Whose flags generations carry from the next compilation on; taken over. Until it was called
// nothing is compiled if the configuration has mapping files: who opted out is not known.
void inventory_subscribers(struct inventory *inventory, struct flagged *subscribers);

// What a load of everything would change; changes nothing. `*trial` and `*difference` are the
// caller's; `trial` has the states that the feeds would have.
int inventory_diff(struct inventory *inventory, struct intake **trial,
	struct difference **difference, char *error, size_t error_size);

// Writes what is in force to the store, where it is not there yet. May take seconds for large
// lists; *stop ends it.
int inventory_save(struct inventory *inventory, char *error, size_t error_size);

// What is in force. All belong to the lists; the catalogue can be held.
const struct intake *inventory_intake(const struct inventory *inventory);
struct catalogue *inventory_catalogue(const struct inventory *inventory); // NULL: none yet
bool inventory_rolled_back(const struct inventory *inventory);
bool inventory_can_roll_back(const struct inventory *inventory);

// The next moment (UTC seconds) at which merging anew may come to something else: an indicator
// ends, or that one is new, or an hour or age begins that the policy asks for. 0: none.
int64_t inventory_next_change(const struct inventory *inventory);

// Whether what the generation has as new is so no longer.
bool inventory_novelty_is_over(const struct inventory *inventory);

// What it was compiled with, and the next one will be.
struct caution *inventory_caution(struct inventory *inventory);

// The generation's memfd and header; -1: none yet.
int inventory_generation(const struct inventory *inventory, struct generation_header *header);

// The data plane runs this one: numbers go on above it, and if it has the digest of ours, it is
// ours.
void inventory_observe(struct inventory *inventory, const struct generation_header *running);
