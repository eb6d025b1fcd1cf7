// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The rows of subscribers, and of the keys they were seen with. A subscriber exists as long as it
// has a contact. All for the caller's transaction.

#include "control/store/records.h"
#include "control/store/resolved.h"

#define STORE_SUBSCRIBER_KEYS_MAX 2000000 // those that were quiet longest give way

// The row of the resolved subscriber, made or brought up to date.
int store_holder_note(struct store *store, const struct resolved *resolved, uint64_t first_ns,
	uint64_t last_ns, int64_t *row);

// Notes that the subscriber was seen with that key.
int store_holder_note_key(struct store *store, int64_t subscriber, const struct record_key *key,
	uint64_t first_ns, uint64_t last_ns);

// Finds times anew after a share of that key went to another subscriber: those of the key from what
// is settled and what shares remain, those of the subscriber from its contacts. A key without
// either is gone.
int store_holder_remeasure(struct store *store, int64_t subscriber, const char *key);
