// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/cache.h"

#include <rte_common.h>
#include <rte_config.h>
#include <rte_jhash.h>

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

// Told apart in two cache lines, before any entry is looked at.
struct set {
	alignas(64) uint64_t ticks[CACHE_WAYS]; // of the entry's last look-up
	uint32_t hashes[CACHE_WAYS];
	uint8_t used[CACHE_WAYS];
};

_Static_assert(sizeof(struct set) == 128, "a set is two cache lines");

struct cache {
	struct set *sets;
	uint8_t *entries; // key, then value
	size_t key_size, value_size;
	size_t value_offset, entry_size;
	uint32_t set_count;
	uint32_t seed;
	uint64_t timeout_ticks, hold_ticks;
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

struct cache *cache_create(const struct cache_request *request)
{
	struct cache *cache = calloc(1, sizeof(*cache));
	size_t set_count = ((size_t)request->limit + CACHE_WAYS - 1) / CACHE_WAYS;

	assert(request->limit > 0 && request->key_size % 4 == 0);
	if (!cache)
		return NULL;
	cache->key_size = request->key_size;
	cache->value_size = request->value_size;
	cache->value_offset = RTE_ALIGN_CEIL(request->key_size, sizeof(uint64_t));
	cache->entry_size =
		RTE_ALIGN_CEIL(cache->value_offset + request->value_size, sizeof(uint64_t));
	cache->set_count = (uint32_t)set_count;
	cache->timeout_ticks = request->timeout_ticks;
	cache->hold_ticks = request->hold_ticks;
	cache->sets = allocate(set_count, sizeof(*cache->sets));
	cache->entries = allocate(set_count * CACHE_WAYS, cache->entry_size);
	if (!cache->sets || !cache->entries ||
		getrandom(&cache->seed, sizeof(cache->seed), 0) != (ssize_t)sizeof(cache->seed)) {
		cache_free(cache);
		return NULL;
	}
	return cache;
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	free(cache->entries);
	free(cache->sets);
	free(cache);
}

static uint32_t key_hash(const struct cache *cache, const void *key)
{
	return rte_jhash_32b(key, (uint32_t)cache->key_size / 4, cache->seed);
}

// The hash as a fraction of the table: any number of sets will do.
static uint32_t set_of(const struct cache *cache, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * cache->set_count >> 32);
}

static uint8_t *entry_at(const struct cache *cache, uint32_t set, unsigned int way)
{
	return cache->entries + ((size_t)set * CACHE_WAYS + way) * cache->entry_size;
}

static uint64_t quiet_ticks(const struct set *set, unsigned int way, uint64_t ticks)
{
	return ticks > set->ticks[way] ? ticks - set->ticks[way] : 0;
}

void *cache_find(struct cache *cache, const void *key, uint64_t ticks)
{
	uint32_t hash = key_hash(cache, key), at = set_of(cache, hash);
	struct set *set = &cache->sets[at];

	for (unsigned int way = 0; way < CACHE_WAYS; way++) {
		uint8_t *entry;

		if (!set->used[way] || set->hashes[way] != hash)
			continue;
		entry = entry_at(cache, at, way);
		if (memcmp(entry, key, cache->key_size) != 0)
			continue;
		if (quiet_ticks(set, way, ticks) > cache->timeout_ticks) {
			set->used[way] = 0;
			return NULL;
		}
		set->ticks[way] = RTE_MAX(set->ticks[way], ticks);
		return entry + cache->value_offset;
	}
	return NULL;
}

void *cache_add(struct cache *cache, const void *key, uint64_t ticks, bool *evicted)
{
	uint32_t hash = key_hash(cache, key), at = set_of(cache, hash);
	struct set *set = &cache->sets[at];
	unsigned int chosen = 0;
	uint8_t *entry;

	for (unsigned int way = 0; way < CACHE_WAYS; way++) {
		if (!set->used[way]) {
			chosen = way;
			break;
		}
		if (set->ticks[way] < set->ticks[chosen])
			chosen = way;
	}
	if (set->used[chosen]) {
		uint64_t quiet = quiet_ticks(set, chosen, ticks);

		if (quiet < cache->hold_ticks)
			return NULL;
		if (quiet <= cache->timeout_ticks)
			*evicted = true;
	}
	set->ticks[chosen] = ticks;
	set->hashes[chosen] = hash;
	set->used[chosen] = 1;
	entry = entry_at(cache, at, chosen);
	memcpy(entry, key, cache->key_size);
	memset(entry + cache->value_offset, 0, cache->value_size);
	return entry + cache->value_offset;
}
