// SPDX-License-Identifier: BSD-3-Clause
#include "control/decisions.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// A power of two, never more than half full.
#define SLOTS 131072u

// FNV-1a (RFC 9923), eight bytes at a time.
#define HASH_BASIS 0xcbf29ce484222325u
#define HASH_PRIME 0x00000100000001b3u

_Static_assert(SLOTS / 2 >= GENERATION_DECISIONS_MAX, "half of the slots stay empty");
_Static_assert(sizeof(struct generation_decision) % sizeof(uint64_t) == 0, "hashed in words");

struct decisions {
	uint32_t count, room;
	struct generation_decision *all;
	uint32_t slots[SLOTS]; // number + 1; 0: empty
};

struct decisions *decisions_create(void)
{
	return calloc(1, sizeof(struct decisions));
}

void decisions_free(struct decisions *decisions)
{
	if (decisions == NULL)
		return;
	free(decisions->all);
	free(decisions);
}

static uint32_t slot_of(const struct generation_decision *decision)
{
	uint64_t words[sizeof(*decision) / sizeof(uint64_t)], hash = HASH_BASIS;

	memcpy(words, decision, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = (hash ^ words[i]) * HASH_PRIME;
	return (uint32_t)(hash >> 32 ^ hash) & (SLOTS - 1);
}

static bool make_room(struct decisions *decisions)
{
	struct generation_decision *all;
	uint32_t room = decisions->room == 0 ? 16 : 2 * decisions->room;

	if (decisions->count < decisions->room)
		return true;
	all = realloc(decisions->all, room * sizeof(*all));
	if (all == NULL)
		return false;
	decisions->all = all;
	decisions->room = room;
	return true;
}

int decisions_add(struct decisions *decisions, const struct generation_decision *decision)
{
	uint32_t slot = slot_of(decision);

	for (; decisions->slots[slot] != 0; slot = (slot + 1) & (SLOTS - 1)) {
		const uint32_t number = decisions->slots[slot] - 1;

		if (memcmp(&decisions->all[number], decision, sizeof(*decision)) == 0)
			return (int)number;
	}
	if (decisions->count == GENERATION_DECISIONS_MAX)
		return -ENOSPC;
	if (!make_room(decisions))
		return -ENOMEM;
	decisions->all[decisions->count] = *decision;
	decisions->slots[slot] = ++decisions->count;
	return (int)decisions->count - 1;
}

uint32_t decisions_count(const struct decisions *decisions)
{
	return decisions->count;
}

const struct generation_decision *decisions_all(const struct decisions *decisions)
{
	return decisions->all;
}
