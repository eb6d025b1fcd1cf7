// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a worker remembers of a contact where its decision depends on more than the packet at hand:
// how strong the evidence is so far, how full its bucket, when it was answered last.
//
// By the key of the ledger, in a cache (cache.h): bounded, with a time-out; the contact that was
// quiet longest gives way. One that finds no room is treated by the least severe cell, and counted.
// Of one worker: where the two directions of a connection pass different workers, each knows its
// own half of the evidence. The memory outlives a change of the list.
//
// One thread; no allocation after creation.

#include "dataplane/act/police.h"
#include "dataplane/api/generation_layout.h"
#include "dataplane/ledger.h"

// How long a quiet contact is remembered, and how long one is safe from newcomers: longer than the
// minutes between two words of a bot, and than the seconds between two packets of a connection.
#define STATE_CONTACTS  65536u
#define STATE_TIMEOUT_S 900u
#define STATE_HOLD_S    2u

// Answers to one contact: enough for a host that tries a dozen ports at once, little enough to be
// no weapon against it.
#define STATE_ANSWERS_PER_S 10u
#define STATE_ANSWERS_BURST 20u
// Answers of a worker to all contacts together.
#define STATE_WORKER_ANSWERS_PER_S 5000u
#define STATE_WORKER_ANSWERS_BURST 1000u

struct contact_state {
	uint8_t seen; // SEEN_*
	struct bucket police;
	struct bucket answers;
};

struct state;

// Room for `limit` contacts; `hz` ticks a second. NULL only when memory or randomness is out.
struct state *state_create(uint32_t limit, uint64_t hz);
void state_free(struct state *state); // NULL is allowed

// Whether a decision needs it: its cells differ by evidence, or one polices or answers.
bool state_is_needed(const struct generation_decision *decision);

// The contact's, a new one if need be; NULL: no room. Valid until the next call. `*evicted` as in
// cache.h.
struct contact_state *state_of(
	struct state *state, const struct ledger_key *key, uint64_t ticks, bool *evicted);

// Whether a packet of the contact may pass its bucket.
bool state_police(struct state *state, struct contact_state *contact,
	const struct generation_decision *decision, uint64_t ticks);

// Whether the contact may be answered now, once more.
bool state_answer(struct state *state, struct contact_state *contact, uint64_t ticks);
