// SPDX-License-Identifier: BSD-3-Clause
#include "control/string_pool.h"

#include <sodium.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 256u // a power of two, as all table sizes
#define BLOCK_SIZE  65536u

struct block {
	struct block *next;
	char bytes[];
};

struct string_pool {
	const char **slots; // open addressing, linear probing, at most half full
	size_t slot_count, text_count;
	struct block *blocks;
	size_t block_used, block_size; // of the first block
	uint8_t key[crypto_shorthash_KEYBYTES];
};

struct string_pool *string_pool_create(void)
{
	struct string_pool *pool = calloc(1, sizeof(*pool));
	if (!pool)
		return NULL;
	if (sodium_init() < 0) // idempotent
		goto free_pool;
	pool->slot_count = SLOTS_FIRST;
	pool->slots = calloc(pool->slot_count, sizeof(*pool->slots));
	if (!pool->slots)
		goto free_pool;
	crypto_shorthash_keygen(pool->key);
	return pool;

free_pool:
	free(pool);
	return NULL;
}

void string_pool_free(struct string_pool *pool)
{
	if (!pool)
		return;
	for (struct block *block = pool->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(pool->slots);
	free(pool);
}

static const char **find_slot(const struct string_pool *pool, const char *text, size_t length)
{
	uint64_t hash;
	_Static_assert(sizeof(hash) == crypto_shorthash_BYTES, "SipHash gives 64 bits");
	crypto_shorthash((uint8_t *)&hash, (const uint8_t *)text, length, pool->key);
	size_t index = hash & (pool->slot_count - 1);
	while (pool->slots[index] && strcmp(pool->slots[index], text) != 0)
		index = (index + 1) & (pool->slot_count - 1);
	return &pool->slots[index];
}

static bool grow(struct string_pool *pool)
{
	struct string_pool larger = *pool;
	larger.slot_count *= 2;
	larger.slots = calloc(larger.slot_count, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; i < pool->slot_count; i++)
		if (pool->slots[i])
			*find_slot(&larger, pool->slots[i], strlen(pool->slots[i])) =
				pool->slots[i];
	free(pool->slots);
	*pool = larger;
	return true;
}

static char *allocate(struct string_pool *pool, size_t size)
{
	if (pool->block_size - pool->block_used < size) {
		size_t block_size = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		struct block *block = malloc(sizeof(*block) + block_size);
		if (!block)
			return NULL;
		block->next = pool->blocks;
		pool->blocks = block;
		pool->block_size = block_size;
		pool->block_used = 0;
	}
	char *bytes = pool->blocks->bytes + pool->block_used;
	pool->block_used += size;
	return bytes;
}

const char *string_pool_add(struct string_pool *pool, const char *text)
{
	size_t length = strlen(text);
	const char **slot = find_slot(pool, text, length);
	if (*slot)
		return *slot;
	if (2 * (pool->text_count + 1) > pool->slot_count) {
		if (!grow(pool))
			return NULL;
		slot = find_slot(pool, text, length);
	}
	char *copy = allocate(pool, length + 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, length + 1);
	*slot = copy;
	pool->text_count++;
	return copy;
}
