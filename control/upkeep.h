// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Keeps the lists in force and what is known of subscribers true to their files, to the time, and
// to what the data plane runs.
//
// A file that changed is read once it was left alone for a moment; every feed's file is looked at
// when its refresh is due; an indicator's expiry makes a new generation, and so do an hour or age
// that the policy asks for, a trial's start, change and end, and an address that a subscriber with
// flags, or during a trial any, comes to or leaves, as the store's bindings say. One thread, the
// loader's, which calls upkeep_run whenever something is readable or the wait is over.

#include "control/delivery.h"
#include "control/holdings.h"
#include "control/inventory.h"
#include "control/subscriber/registry.h"
#include "control/trial.h"
#include "control/watch.h"

#include <sys/stat.h>

#define UPKEEP_PROBLEM_SIZE 512

struct upkeep {
	const struct config *config;
	struct store *store;
	const atomic_bool *stop;
	struct inventory *inventory;
	struct delivery *delivery;
	struct watch *watch;
	struct registry *registry;
	struct trial_secret secret;
	struct holdings *holdings; // who is treated otherwise by what they hold; NULL: not read
	void (*publish)(void *context); // what stands has changed
	void *context;

	struct stat *guard_files;          // stamps of guard_files.h
	char problem[UPKEEP_PROBLEM_SIZE]; // of no single feed; "": none
	uint64_t problem_since_ns;
	// CLOCK_MONOTONIC; 0: not planned
	int64_t refresh_at_ms, check_at_ms, expiry_at_ms, checkpoint_at_ms, holdings_at_ms;
	int64_t holdings_read_ms; // when they were read last
	int64_t holdings_cost_ms; // how long that took, and compiling
	int64_t merge_ms;         // how long the last merge took
	unsigned settle_tries;
};

// The caller fills config, store, stop, publish and context. -1 with one line in `error`.
int upkeep_open(struct upkeep *upkeep, char *error, size_t error_size);
void upkeep_close(struct upkeep *upkeep);

// The first load.
void upkeep_begin(struct upkeep *upkeep);

// How long nothing needs to be done, if nothing happens.
int upkeep_wait_ms(const struct upkeep *upkeep);

// Does what is due.
void upkeep_run(struct upkeep *upkeep, const struct observation *observation);

// What commands ask for: as inventory.h says, and delivered. Followed by upkeep_save.
int upkeep_load(struct upkeep *upkeep, const struct inventory_request *request,
	struct difference **difference, char error[UPKEEP_PROBLEM_SIZE]);
int upkeep_rollback(struct upkeep *upkeep, const char *actor, struct difference **difference,
	char error[UPKEEP_PROBLEM_SIZE]);

// Lets entries act again that the over-block guard disarmed, and delivers. How many they were, or
// -1 with one line in `error`.
int64_t upkeep_arm(struct upkeep *upkeep, const struct disarmed_choice *choice, const char *actor,
	const char *note, char error[UPKEEP_PROBLEM_SIZE]);

// What subscribers hold whose flags or group matter may have changed: it is read anew, at most once
// a second, and in a fifth of this thread's time.
void upkeep_bindings_changed(struct upkeep *upkeep);

// Compiles anew, for a trial that began, changed or ended.
void upkeep_trial(struct upkeep *upkeep);

// Writes what stands to the store; a failure becomes the problem.
void upkeep_save(struct upkeep *upkeep);
