// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Trials: their names, shares and times. One runs at a time.
//
// A trial has phases: each change of its share begins one, and what is measured is measured within
// one phase, for in another one other people were in the cohort. Rows are kept for good; they are
// few, and whoever starts a trial is in the audit log.

#include "control/store/settings.h"
#include "control/trial_key.h"

#define TRIAL_NAME_SIZE 64  // with the terminating zero
#define TRIAL_NOTE_SIZE 256 // likewise

struct trial_phase {
	int64_t id;     // of its own, over all trials
	uint32_t trial; // the trial's number
	uint16_t per_mille;
	uint64_t from_ns;
	uint64_t until_ns; // 0: open
	char actor[ACTOR_SIZE];
};

struct trial {
	uint32_t number;
	char name[TRIAL_NAME_SIZE];
	char note[TRIAL_NOTE_SIZE];
	uint8_t mark[TRIAL_MARK_SIZE]; // of the secret it was drawn with
	uint64_t started_ns;
	uint64_t ended_ns;       // 0: it runs
	struct trial_phase last; // the last phase
};

// 1: found, 0: none, -1: failed.
int store_trial_running(struct store *store, struct trial *trial);
int store_trial_find(struct store *store, const char *name, struct trial *trial);

// The phase that was in force at that moment.
int store_trial_phase_at(struct store *store, uint64_t at_ns, struct trial_phase *phase);

// The newest first.
int store_trials_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct trial *trial), void *context);

// The phases of a trial, the oldest first.
int store_trial_phases(struct store *store, uint32_t trial,
	void (*each)(void *context, const struct trial_phase *phase), void *context);

// These three for the caller's transaction, together with the entry of the audit log. A phase ends
// with the next one's beginning or with its trial.
int store_trial_add(struct store *store, const struct trial *trial, uint32_t *number);
int store_trial_phase_add(struct store *store, const struct trial_phase *phase);
int store_trial_end(struct store *store, uint32_t number, uint64_t ended_ns);
