// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What generations are compiled with besides lists and policy: which entries the over-block guard
// disarmed, and which may act only since lately. Both outlive a restart.
//
// The loader's thread.

#include "control/novelty.h"
#include "control/overblock.h"
#include "control/store/store.h"

struct caution {
	struct store *store;
	struct overblock *overblock; // as stored
	struct novelty *novelty;     // of the generation in force
	struct novelty *stored;      // as stored
	uint64_t accounted_ns;       // what the generation in force accounts for
};

// -1: store_error says why; to be closed all the same.
int caution_open(struct caution *caution, struct store *store);
void caution_close(struct caution *caution);

// A generation with this novelty, which is taken over, is in force.
void caution_adopt(struct caution *caution, struct novelty *novelty);

// Takes note of what the data plane disarmed and tells the audit log. 1: there was news, and it is
// time to compile; 0: there was none; -1: store_error says why, and nothing changed.
int caution_disarm(struct caution *caution, const struct message_disarmed *told, uint32_t count);

// Somebody knows of these entries: they may act again with the next compilation, and are not new
// any more. `note` may be "". How many they are, or -1: store_error says why, and nothing changed.
int64_t caution_arm(struct caution *caution, const struct disarmed_choice *choice,
	const char *actor, const char *note);

// Stores the novelty, where it is not stored yet.
int caution_save(struct caution *caution);
