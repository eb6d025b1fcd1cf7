// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/answered.h"

#include <assert.h>
#include <stdlib.h>

// Twice as many as entries: chains stay short.
#define BUCKETS (2 * ANSWERED_MAX)

struct entry {
	struct answered_key key;
	uint32_t next; // in its bucket, counted from 1; 0: the last
	int64_t at_ms;
};

// A ring of entries, the oldest at `first`, and buckets that lead to them.
struct answered {
	uint32_t buckets[BUCKETS]; // counted from 1; 0: empty
	struct entry entries[ANSWERED_MAX];
	uint32_t first, count;
};

struct answered *answered_create(void)
{
	return calloc(1, sizeof(struct answered));
}

void answered_free(struct answered *answered)
{
	free(answered);
}

// An authenticator is a digest already, which nobody without the secret can steer.
static uint32_t *bucket_of(const struct answered *answered, const struct answered_key *key)
{
	uint32_t hash;

	memcpy(&hash, key->authenticator, sizeof(hash));
	return (uint32_t *)&answered->buckets[hash % BUCKETS];
}

static bool same(const struct answered_key *a, const struct answered_key *b)
{
	return a->identifier == b->identifier &&
	       memcmp(a->authenticator, b->authenticator, sizeof(a->authenticator)) == 0 &&
	       address_compare(&a->client, &b->client) == 0;
}

enum answered_kind answered_find(
	const struct answered *answered, const struct answered_key *key, int64_t now_ms)
{
	for (uint32_t i = *bucket_of(answered, key); i != 0; i = answered->entries[i - 1].next) {
		const struct entry *entry = &answered->entries[i - 1];
		const int64_t age_ms = now_ms - entry->at_ms;

		if (!same(&entry->key, key) || age_ms > ANSWERED_MEMORY_MS)
			continue;
		return age_ms <= ANSWERED_WINDOW_MS ? ANSWERED_REPEATED : ANSWERED_REPLAYED;
	}
	return ANSWERED_NEVER;
}

static void unlink_entry(struct answered *answered, uint32_t index)
{
	uint32_t *link = bucket_of(answered, &answered->entries[index].key);

	while (*link != index + 1)
		link = &answered->entries[*link - 1].next;
	*link = answered->entries[index].next;
}

void answered_add(struct answered *answered, const struct answered_key *key, int64_t now_ms)
{
	uint32_t *bucket = bucket_of(answered, key);
	uint32_t index;

	if (answered->count == ANSWERED_MAX) {
		unlink_entry(answered, answered->first);
		answered->first = (answered->first + 1) % ANSWERED_MAX;
		answered->count--;
	}
	index = (answered->first + answered->count) % ANSWERED_MAX;
	answered->entries[index] = (struct entry){*key, *bucket, now_ms};
	*bucket = index + 1;
	answered->count++;
}

void answered_take_back(struct answered *answered, unsigned count)
{
	assert(count <= answered->count);
	for (; count > 0; count--) {
		answered->count--;
		unlink_entry(answered, (answered->first + answered->count) % ANSWERED_MAX);
	}
}
