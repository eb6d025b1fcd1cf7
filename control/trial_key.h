// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The secret by which trials draw their cohorts: STATE_DIR/trial.key, 32 random bytes, mode 0600,
// made once. Whoever knows it can tell who is in which group, whoever loses it can continue no
// trial.
//
// Each trial has a key of its own, derived from the secret and the trial's number (BLAKE2b, as
// crypto_kdf of libsodium), so that its draw says nothing of another one's, and the data plane gets
// no more than it needs. Any thread.

#include "dataplane/api/cohort.h"

#define TRIAL_KEY_FILE    "trial.key"
#define TRIAL_SECRET_SIZE 32
// Tells a secret from another one, and says nothing about it.
#define TRIAL_MARK_SIZE 8

struct trial_secret {
	uint8_t bytes[TRIAL_SECRET_SIZE];
};

// Reads the file, or makes it where there is none. -1 with one line in `error`: cannot be read or
// made, is not 32 bytes, or others may read it.
int trial_secret_load(
	const char *state_dir, struct trial_secret *secret, char *error, size_t error_size);

void trial_secret_mark(const struct trial_secret *secret, uint8_t mark[TRIAL_MARK_SIZE]);
void trial_secret_derive(
	const struct trial_secret *secret, uint32_t trial, uint8_t key[COHORT_KEY_SIZE]);
