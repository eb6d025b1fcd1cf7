// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/fragment.h"

#include <rte_common.h>
#include <rte_config.h>
#include <rte_jhash.h>

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct key {
	struct address source, destination;
	uint64_t generation;
	uint32_t identification;
	uint32_t protocol; // 0 in IPv6
};

_Static_assert(sizeof(struct key) == 48, "no hidden padding in what is hashed");

struct entry {
	struct fragment_memory memory; // first: entry_of
	struct key key;
};

// Told apart in two cache lines, before any entry is looked at.
struct set {
	alignas(64) uint64_t ticks[FRAGMENT_WAYS]; // of the entry's making
	uint32_t hashes[FRAGMENT_WAYS];
	uint8_t used[FRAGMENT_WAYS];
};

_Static_assert(sizeof(struct set) == 128, "a set is two cache lines");

struct fragments {
	struct set *sets;
	struct entry *entries; // FRAGMENT_WAYS for each set
	uint32_t set_count;
	uint32_t seed;
	uint64_t timeout_ticks;
};

// Zeroed and touched, so that the worker meets no page for the first time.
static void *allocate(size_t count, size_t size)
{
	size_t bytes = RTE_ALIGN_CEIL(count * size, (size_t)RTE_CACHE_LINE_SIZE);
	void *memory = aligned_alloc(RTE_CACHE_LINE_SIZE, bytes);

	if (memory)
		memset(memory, 0, bytes);
	return memory;
}

struct fragments *fragments_create(uint32_t limit, uint64_t timeout_ticks)
{
	struct fragments *fragments = calloc(1, sizeof(*fragments));
	size_t set_count = ((size_t)limit + FRAGMENT_WAYS - 1) / FRAGMENT_WAYS;

	assert(limit > 0);
	if (!fragments)
		return NULL;
	fragments->set_count = (uint32_t)set_count;
	fragments->timeout_ticks = timeout_ticks;
	fragments->sets = allocate(set_count, sizeof(*fragments->sets));
	fragments->entries = allocate(set_count * FRAGMENT_WAYS, sizeof(*fragments->entries));
	if (!fragments->sets || !fragments->entries ||
		getrandom(&fragments->seed, sizeof(fragments->seed), 0) !=
			(ssize_t)sizeof(fragments->seed)) {
		fragments_free(fragments);
		return NULL;
	}
	return fragments;
}

void fragments_free(struct fragments *fragments)
{
	if (!fragments)
		return;
	free(fragments->entries);
	free(fragments->sets);
	free(fragments);
}

static struct key key_of(const struct fragment_part *part, uint64_t generation)
{
	return (struct key){
		.source = part->source,
		.destination = part->destination,
		.generation = generation,
		.identification = part->identification,
		.protocol = address_is_v4(&part->source) ? part->protocol : 0,
	};
}

static uint32_t key_hash(const struct fragments *fragments, const struct key *key)
{
	return rte_jhash_32b(
		(const uint32_t *)(const void *)key, sizeof(*key) / 4, fragments->seed);
}

// The hash as a fraction of the table: any number of sets will do.
static uint32_t set_of(const struct fragments *fragments, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * fragments->set_count >> 32);
}

static bool is_over(
	const struct fragments *fragments, const struct set *set, unsigned int way, uint64_t ticks)
{
	return ticks > set->ticks[way] && ticks - set->ticks[way] > fragments->timeout_ticks;
}

struct fragment_memory *fragments_find(struct fragments *fragments,
	const struct fragment_part *part, uint64_t generation, uint64_t ticks)
{
	const struct key key = key_of(part, generation);
	uint32_t hash = key_hash(fragments, &key), at = set_of(fragments, hash);
	const struct set *set = &fragments->sets[at];

	for (unsigned int way = 0; way < FRAGMENT_WAYS; way++) {
		struct entry *entry = &fragments->entries[(size_t)at * FRAGMENT_WAYS + way];

		if (set->used[way] && set->hashes[way] == hash &&
			!memcmp(&entry->key, &key, sizeof(key)))
			return is_over(fragments, set, way, ticks) ? NULL : &entry->memory;
	}
	return NULL;
}

// The entry of the same key; else an empty one; else one whose time is over;
// else the oldest.
static unsigned int way_for(const struct fragments *fragments, uint32_t at, uint32_t hash,
	const struct key *key, uint64_t ticks, bool *evicted)
{
	const struct set *set = &fragments->sets[at];
	unsigned int oldest = 0, free_way = FRAGMENT_WAYS;

	for (unsigned int way = 0; way < FRAGMENT_WAYS; way++) {
		if (set->used[way] && set->hashes[way] == hash &&
			!memcmp(&fragments->entries[(size_t)at * FRAGMENT_WAYS + way].key, key,
				sizeof(*key)))
			return way;
		if (!set->used[way] || is_over(fragments, set, way, ticks))
			free_way = way;
		if (set->ticks[way] < set->ticks[oldest])
			oldest = way;
	}
	if (free_way < FRAGMENT_WAYS)
		return free_way;
	*evicted = true;
	return oldest;
}

struct fragment_memory *fragments_add(struct fragments *fragments, const struct fragment_part *part,
	uint64_t generation, uint64_t ticks, bool *evicted)
{
	const struct key key = key_of(part, generation);
	uint32_t hash = key_hash(fragments, &key), at = set_of(fragments, hash);
	unsigned int way = way_for(fragments, at, hash, &key, ticks, evicted);
	struct set *set = &fragments->sets[at];
	struct entry *entry = &fragments->entries[(size_t)at * FRAGMENT_WAYS + way];

	set->ticks[way] = ticks;
	set->hashes[way] = hash;
	set->used[way] = 1;
	*entry = (struct entry){.key = key, .memory = {.beginning = UINT16_MAX}};
	return &entry->memory;
}

void fragments_forget(struct fragments *fragments, struct fragment_memory *memory)
{
	size_t index = (size_t)((struct entry *)(void *)memory - fragments->entries);

	fragments->sets[index / FRAGMENT_WAYS].used[index % FRAGMENT_WAYS] = 0;
}
