// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/affected.h"

#include <rte_bitops.h>
#include <rte_common.h>
#include <rte_jhash.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NONE UINT32_MAX

struct pair_key {
	struct subscriber_key subscriber;
	uint32_t rule; // its place
};

_Static_assert(sizeof(struct pair_key) == 24, "no padding in what is hashed");

// In the chain of its hash, and in the order of quiet: the head was quiet longest.
struct pair {
	struct pair_key key;
	uint32_t chain_next;
	uint32_t previous, next;
	uint64_t seen_ms;
};

// A place without pairs is on the list of free ones, by chain_next.
struct place {
	struct affected_rule rule;
	uint32_t chain_next;
};

struct affected {
	struct pair *pairs;
	struct place *places;
	uint32_t *pair_chains, *rule_chains; // heads, by hash
	uint32_t chain_mask;
	uint32_t limit;
	uint32_t pair_count, place_count; // ever used
	uint32_t free_pair, free_place;
	uint32_t head, tail;
	uint32_t seed;
	uint64_t now_ms;
	uint64_t evicted;
};

static uint32_t *chains_create(size_t count)
{
	uint32_t *chains = malloc(count * sizeof(*chains));

	for (size_t i = 0; chains && i < count; i++)
		chains[i] = NONE;
	return chains;
}

struct affected *affected_create(uint32_t limit)
{
	struct affected *affected = calloc(1, sizeof(*affected));
	size_t chain_count;

	assert(limit > 0 && limit <= UINT32_MAX / 4);
	if (!affected)
		return NULL;
	chain_count = rte_align32pow2(limit);
	affected->limit = limit;
	affected->chain_mask = (uint32_t)chain_count - 1;
	affected->head = affected->tail = NONE;
	affected->free_pair = affected->free_place = NONE;
	affected->pairs = calloc(limit, sizeof(*affected->pairs));
	// A rule has at least one pair, but for the one that is being noted.
	affected->places = calloc(limit + 1, sizeof(*affected->places));
	affected->pair_chains = chains_create(chain_count);
	affected->rule_chains = chains_create(chain_count);
	if (!affected->pairs || !affected->places || !affected->pair_chains ||
		!affected->rule_chains ||
		getrandom(&affected->seed, sizeof(affected->seed), 0) !=
			(ssize_t)sizeof(affected->seed)) {
		affected_free(affected);
		return NULL;
	}
	return affected;
}

void affected_free(struct affected *affected)
{
	if (!affected)
		return;
	free(affected->rule_chains);
	free(affected->pair_chains);
	free(affected->places);
	free(affected->pairs);
	free(affected);
}

static uint32_t hash(const struct affected *affected, const void *key, size_t size)
{
	return rte_jhash_32b(key, (uint32_t)(size / 4), affected->seed) & affected->chain_mask;
}

static uint32_t *rule_chain(const struct affected *affected, const struct rule_key *key)
{
	return &affected->rule_chains[hash(affected, key, sizeof(*key))];
}

static uint32_t *pair_chain(const struct affected *affected, const struct pair_key *key)
{
	return &affected->pair_chains[hash(affected, key, sizeof(*key))];
}

static uint32_t find_rule(const struct affected *affected, const struct rule_key *key)
{
	uint32_t at = *rule_chain(affected, key);

	while (at != NONE && memcmp(&affected->places[at].rule.key, key, sizeof(*key)) != 0)
		at = affected->places[at].chain_next;
	return at;
}

static uint32_t find_pair(const struct affected *affected, const struct pair_key *key)
{
	uint32_t at = *pair_chain(affected, key);

	while (at != NONE && memcmp(&affected->pairs[at].key, key, sizeof(*key)) != 0)
		at = affected->pairs[at].chain_next;
	return at;
}

static uint32_t add_rule(struct affected *affected, const struct rule_key *key)
{
	uint32_t *chain = rule_chain(affected, key);
	uint32_t at = affected->free_place;

	if (at != NONE)
		affected->free_place = affected->places[at].chain_next;
	else
		at = affected->place_count++;
	affected->places[at] = (struct place){.rule = {.key = *key}, .chain_next = *chain};
	*chain = at;
	return at;
}

static void remove_rule(struct affected *affected, uint32_t index)
{
	struct place *place = &affected->places[index];
	uint32_t *link = rule_chain(affected, &place->rule.key);

	while (*link != index)
		link = &affected->places[*link].chain_next;
	*link = place->chain_next;
	place->chain_next = affected->free_place;
	affected->free_place = index;
}

static void order_remove(struct affected *affected, uint32_t index)
{
	const struct pair *pair = &affected->pairs[index];

	if (pair->previous == NONE)
		affected->head = pair->next;
	else
		affected->pairs[pair->previous].next = pair->next;
	if (pair->next == NONE)
		affected->tail = pair->previous;
	else
		affected->pairs[pair->next].previous = pair->previous;
}

static void order_append(struct affected *affected, uint32_t index)
{
	struct pair *pair = &affected->pairs[index];

	pair->seen_ms = affected->now_ms;
	pair->previous = affected->tail;
	pair->next = NONE;
	if (affected->tail == NONE)
		affected->head = index;
	else
		affected->pairs[affected->tail].next = index;
	affected->tail = index;
}

// The rule goes with its last pair, unless it is `kept`.
static void remove_pair(struct affected *affected, uint32_t index, uint32_t kept)
{
	struct pair *pair = &affected->pairs[index];
	uint32_t *link = pair_chain(affected, &pair->key);
	uint32_t rule = pair->key.rule;

	while (*link != index)
		link = &affected->pairs[*link].chain_next;
	*link = pair->chain_next;
	order_remove(affected, index);
	pair->next = affected->free_pair;
	affected->free_pair = index;
	if (--affected->places[rule].rule.subscribers == 0 && rule != kept)
		remove_rule(affected, rule);
}

void affected_advance(struct affected *affected, uint64_t now_ms)
{
	affected->now_ms = now_ms;
	while (affected->head != NONE &&
		now_ms - affected->pairs[affected->head].seen_ms >= AFFECTED_WINDOW_MS)
		remove_pair(affected, affected->head, NONE);
}

static void add_pair(struct affected *affected, const struct pair_key *key)
{
	uint32_t *chain;
	uint32_t at;

	if (affected->free_pair == NONE && affected->pair_count == affected->limit) {
		remove_pair(affected, affected->head, key->rule);
		affected->evicted++;
	}
	at = affected->free_pair;
	if (at != NONE)
		affected->free_pair = affected->pairs[at].next;
	else
		at = affected->pair_count++;
	chain = pair_chain(affected, key);
	affected->pairs[at] = (struct pair){.key = *key, .chain_next = *chain};
	*chain = at;
	order_append(affected, at);
	affected->places[key->rule].rule.subscribers++;
}

// Empties the tenths of a second that nothing came in since the last packet.
static void turn_slots(struct affected_rule *rule, uint64_t slot)
{
	const uint64_t passed = slot - rule->slot;

	for (uint64_t i = 1; i <= passed && i <= AFFECTED_SLOTS; i++) {
		rule->packets[(rule->slot + i) % AFFECTED_SLOTS] = 0;
		rule->links[(rule->slot + i) % AFFECTED_SLOTS] = 0;
	}
	rule->slot = slot;
}

struct affected_rule *affected_note(struct affected *affected, const struct rule_key *key,
	const struct subscriber_key *subscriber, uint64_t packets, uint8_t link, bool *made)
{
	struct pair_key pair_key = {.subscriber = *subscriber, .rule = find_rule(affected, key)};
	struct affected_rule *rule;
	uint32_t pair;

	if (made)
		*made = pair_key.rule == NONE;
	if (pair_key.rule == NONE)
		pair_key.rule = add_rule(affected, key);
	rule = &affected->places[pair_key.rule].rule;
	pair = find_pair(affected, &pair_key);
	if (pair != NONE) {
		order_remove(affected, pair);
		order_append(affected, pair);
	} else {
		add_pair(affected, &pair_key);
	}
	turn_slots(rule, affected->now_ms / AFFECTED_SLOT_MS);
	rule->packets[rule->slot % AFFECTED_SLOTS] += packets;
	rule->links[rule->slot % AFFECTED_SLOTS] |= (uint16_t)(1u << link);
	return rule;
}

uint64_t affected_packets(
	const struct affected *affected, const struct affected_rule *rule, uint16_t *links)
{
	const uint64_t now = affected->now_ms / AFFECTED_SLOT_MS;
	uint64_t packets = 0;

	*links = 0;
	for (uint64_t back = 0; back < AFFECTED_SLOTS && back <= rule->slot; back++) {
		const uint64_t slot = rule->slot - back;

		if (now - slot >= AFFECTED_SLOTS)
			break;
		packets += rule->packets[slot % AFFECTED_SLOTS];
		*links |= rule->links[slot % AFFECTED_SLOTS];
	}
	return packets;
}

void affected_forget(struct affected *affected, const struct rule_key *key)
{
	const uint32_t rule = find_rule(affected, key);
	uint32_t next;

	if (rule == NONE)
		return;
	for (uint32_t at = affected->head; at != NONE; at = next) {
		next = affected->pairs[at].next;
		if (affected->pairs[at].key.rule == rule)
			remove_pair(affected, at, NONE);
	}
}

void affected_each(struct affected *affected,
	void (*each)(void *context, struct affected_rule *rule), void *context)
{
	for (uint32_t i = 0; i < affected->place_count; i++) {
		if (affected->places[i].rule.subscribers > 0)
			each(context, &affected->places[i].rule);
	}
}

uint64_t affected_evicted(const struct affected *affected)
{
	return affected->evicted;
}
