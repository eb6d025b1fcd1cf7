// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/ledger.h"

#include <rte_bitops.h>
#include <rte_common.h>
#include <rte_jhash.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

// `number` is the entry's index plus one; 0: empty. The hash spares a look at entries that merely
// sit nearby.
struct slot {
	uint32_t hash;
	uint32_t number;
};

struct ledger {
	struct ledger_entry *entries;
	uint32_t *slot_of; // by entry: where the index points to it
	struct slot *slots;
	uint32_t slot_mask;
	uint32_t limit;
	uint32_t count;
	uint32_t seed;
};

_Static_assert(sizeof(struct ledger_key) == 40, "no hidden padding in what is hashed");

// Zeroed and touched, so that the worker meets no page for the first time.
static void *allocate(size_t count, size_t size)
{
	size_t bytes = RTE_ALIGN_CEIL(count * size, (size_t)RTE_CACHE_LINE_SIZE);
	void *memory = aligned_alloc(RTE_CACHE_LINE_SIZE, bytes);

	if (memory)
		memset(memory, 0, bytes);
	return memory;
}

struct ledger *ledger_create(uint32_t limit)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));
	size_t slot_count;

	assert(limit > 0 && limit <= UINT32_MAX / 4);
	if (!ledger)
		return NULL;
	// At most half full: probe sequences stay short, and there is always an empty slot to end
	// one.
	slot_count = rte_align32pow2(limit * 2);
	ledger->limit = limit;
	ledger->slot_mask = (uint32_t)slot_count - 1;
	ledger->entries = allocate(limit, sizeof(*ledger->entries));
	ledger->slot_of = allocate(limit, sizeof(*ledger->slot_of));
	ledger->slots = allocate(slot_count, sizeof(*ledger->slots));
	if (!ledger->entries || !ledger->slot_of || !ledger->slots ||
		getrandom(&ledger->seed, sizeof(ledger->seed), 0) !=
			(ssize_t)sizeof(ledger->seed)) {
		ledger_free(ledger);
		return NULL;
	}
	return ledger;
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	free(ledger->slots);
	free(ledger->slot_of);
	free(ledger->entries);
	free(ledger);
}

// Not CRC: two keys that collide under CRC do so under every seed.
static uint32_t key_hash(const struct ledger *ledger, const struct ledger_key *key)
{
	return rte_jhash_32b((const uint32_t *)(const void *)key, sizeof(*key) / 4, ledger->seed);
}

struct ledger_entry *ledger_find_or_add(struct ledger *ledger, const struct ledger_key *key)
{
	uint32_t hash = key_hash(ledger, key);
	uint32_t at = hash & ledger->slot_mask;
	struct ledger_entry *entry;

	while (ledger->slots[at].number) {
		entry = &ledger->entries[ledger->slots[at].number - 1];
		if (ledger->slots[at].hash == hash && !memcmp(&entry->key, key, sizeof(*key)))
			return entry;
		at = (at + 1) & ledger->slot_mask;
	}
	if (ledger->count == ledger->limit)
		return NULL;
	entry = &ledger->entries[ledger->count];
	*entry = (struct ledger_entry){.key = *key};
	ledger->slot_of[ledger->count] = at;
	ledger->slots[at] = (struct slot){.hash = hash, .number = ++ledger->count};
	return entry;
}

uint32_t ledger_count(const struct ledger *ledger)
{
	return ledger->count;
}

const struct ledger_entry *ledger_entry(const struct ledger *ledger, uint32_t index)
{
	assert(index < ledger->count);
	return &ledger->entries[index];
}

void ledger_clear(struct ledger *ledger)
{
	for (uint32_t i = 0; i < ledger->count; i++)
		ledger->slots[ledger->slot_of[i]] = (struct slot){0};
	ledger->count = 0;
}
