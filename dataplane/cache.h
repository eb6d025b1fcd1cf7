// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A bounded memory of what was seen lately: keys and values of fixed sizes, for one worker.
//
// Sets of CACHE_WAYS entries behind a seeded hash: one set is looked at, whatever is in the table.
// An entry that was not looked up for `timeout` is gone. Where a set is full, the entry that was
// quiet longest gives way, if it was quiet for `hold`; otherwise the newcomer finds no room, so
// that a flood of newcomers cannot push out those that are at work.
//
// One thread; no allocation after creation. Datapath: one hash of the key, two cache lines, and the
// entry.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CACHE_WAYS 8

struct cache;

struct cache_request {
	uint32_t limit;  // entries, at least 1; rounded up to whole sets
	size_t key_size; // bytes without hidden padding, by fours
	size_t value_size;
	uint64_t timeout_ticks, hold_ticks;
};

// NULL only when memory or randomness is out.
struct cache *cache_create(const struct cache_request *request);
void cache_free(struct cache *cache); // NULL is allowed

// The value of `key`, or NULL. To be altered in place until the next cache_add. Ticks before those
// of the entry are as good as its own.
void *cache_find(struct cache *cache, const void *key, uint64_t ticks);

// A value of zeros for a key that cache_find did not find; NULL: no room. `*evicted` is set if
// another one gave way before its time, else left alone.
void *cache_add(struct cache *cache, const void *key, uint64_t ticks, bool *evicted);
