// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/contact.h"

#include <rte_bitops.h>
#include <rte_common.h>
#include <rte_jhash.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NS_PER_S 1000000000
#define NONE     UINT32_MAX

// In two lists by index: the chain of its hash, and the order of change, which is also the order of
// quiet: its head is the first to give way.
struct node {
	struct contact_record record;
	uint32_t chain_next;
	uint32_t previous, next;
};

// Where a reader stopped: everything up to node `last` has a change of at most `after`, everything
// behind it a later one.
struct bookmark {
	uint64_t after;
	uint32_t last; // NONE: in front of the head
};

struct contacts {
	struct node *nodes;
	uint32_t *chains; // heads, by hash
	uint32_t chain_mask;
	uint32_t limit, count;
	uint32_t head, tail;
	uint32_t seed;
	uint64_t serial, change, acknowledged;
	uint64_t evicted, refused;
	struct bookmark bookmarks[CONTACTS_BOOKMARKS];
	uint32_t bookmark_next; // the one to be overwritten
};

struct contacts *contacts_create(uint32_t limit)
{
	struct contacts *contacts = calloc(1, sizeof(*contacts));
	size_t chain_count;

	assert(limit > 0 && limit <= UINT32_MAX / 4);
	if (!contacts)
		return NULL;
	chain_count = rte_align32pow2(limit);
	contacts->limit = limit;
	contacts->chain_mask = (uint32_t)chain_count - 1;
	contacts->head = contacts->tail = NONE;
	for (uint32_t i = 0; i < CONTACTS_BOOKMARKS; i++)
		contacts->bookmarks[i].last = NONE;
	contacts->nodes = calloc(limit, sizeof(*contacts->nodes));
	contacts->chains = malloc(chain_count * sizeof(*contacts->chains));
	if (!contacts->nodes || !contacts->chains ||
		getrandom(&contacts->seed, sizeof(contacts->seed), 0) !=
			(ssize_t)sizeof(contacts->seed)) {
		contacts_free(contacts);
		return NULL;
	}
	for (size_t i = 0; i < chain_count; i++)
		contacts->chains[i] = NONE;
	return contacts;
}

void contacts_free(struct contacts *contacts)
{
	if (!contacts)
		return;
	free(contacts->chains);
	free(contacts->nodes);
	free(contacts);
}

static struct ledger_key record_key(const struct contact_record *record)
{
	struct ledger_key key = {
		.port = record->port,
		.transport = record->transport,
		.rule_transport = record->rule_transport,
		.subscriber = record->subscriber,
	};

	memcpy(key.address.bytes, record->address, sizeof(key.address.bytes));
	return key;
}

static uint32_t *chain_of(struct contacts *contacts, const struct ledger_key *key)
{
	uint32_t hash = rte_jhash_32b(
		(const uint32_t *)(const void *)key, sizeof(*key) / 4, contacts->seed);

	return &contacts->chains[hash & contacts->chain_mask];
}

static uint32_t find(struct contacts *contacts, const struct ledger_key *key)
{
	for (uint32_t at = *chain_of(contacts, key); at != NONE;
		at = contacts->nodes[at].chain_next) {
		struct ledger_key other = record_key(&contacts->nodes[at].record);

		if (!memcmp(&other, key, sizeof(other)))
			return at;
	}
	return NONE;
}

static void chain_remove(struct contacts *contacts, uint32_t index)
{
	struct node *node = &contacts->nodes[index];
	struct ledger_key key = record_key(&node->record);
	uint32_t *link = chain_of(contacts, &key);

	while (*link != index)
		link = &contacts->nodes[*link].chain_next;
	*link = node->chain_next;
}

static void order_remove(struct contacts *contacts, uint32_t index)
{
	struct node *node = &contacts->nodes[index];

	for (uint32_t i = 0; i < CONTACTS_BOOKMARKS; i++) {
		if (contacts->bookmarks[i].last == index)
			contacts->bookmarks[i].last = node->previous;
	}
	if (node->previous == NONE)
		contacts->head = node->next;
	else
		contacts->nodes[node->previous].next = node->next;
	if (node->next == NONE)
		contacts->tail = node->previous;
	else
		contacts->nodes[node->next].previous = node->previous;
}

static void order_append(struct contacts *contacts, uint32_t index)
{
	struct node *node = &contacts->nodes[index];

	node->record.change = ++contacts->change;
	node->previous = contacts->tail;
	node->next = NONE;
	if (contacts->tail == NONE)
		contacts->head = index;
	else
		contacts->nodes[contacts->tail].next = index;
	contacts->tail = index;
}

// A node that is in no list: an unused one, or that of the contact that was quiet longest. NONE:
// that one is not acknowledged.
static uint32_t make_room(struct contacts *contacts)
{
	uint32_t index = contacts->head;

	if (contacts->count < contacts->limit)
		return contacts->count++;
	if (contacts->nodes[index].record.change > contacts->acknowledged)
		return NONE;
	order_remove(contacts, index);
	chain_remove(contacts, index);
	contacts->evicted++;
	return index;
}

static uint64_t ticks_to_ns(const struct contact_clock *clock, uint64_t ticks)
{
	__int128 distance = (__int128)ticks - clock->ticks;
	__int128 ns = (__int128)clock->ns + distance * NS_PER_S / (__int128)clock->hz;

	return ns < 0 ? 0 : (uint64_t)ns;
}

static void record_init(struct contact_record *record, const struct ledger_entry *entry)
{
	const struct ledger_key *key = &entry->key;

	memset(record, 0, sizeof(*record));
	record->subscriber = key->subscriber;
	memcpy(record->address, key->address.bytes, sizeof(record->address));
	record->port = key->port;
	record->transport = key->transport;
	record->rule_transport = key->rule_transport;
	record->first_ns = UINT64_MAX;
}

static void record_add(struct contact_record *record, const struct ledger_entry *entry,
	const struct contact_clock *clock)
{
	uint64_t first_ns = ticks_to_ns(clock, entry->first_ticks);
	uint64_t last_ns = ticks_to_ns(clock, entry->last_ticks);

	record->packets_up += entry->packets_up;
	record->packets_down += entry->packets_down;
	record->bytes_up += entry->bytes_up;
	record->bytes_down += entry->bytes_down;
	record->packets_dropped += entry->packets_dropped;
	record->seen |= entry->seen;
	if (first_ns < record->first_ns) {
		record->first_ns = first_ns;
		record->seen_port = entry->seen_port;
	}
	// Ledgers of several workers overlap in time: the one with the last packet has the word.
	if (last_ns >= record->last_ns) {
		record->last_ns = last_ns;
		record->level = entry->level;
		record->verdict = entry->verdict;
		record->applied = entry->applied;
	}
}

static void merge_entry(struct contacts *contacts, const struct ledger_entry *entry,
	const struct contact_clock *clock)
{
	uint32_t index = find(contacts, &entry->key);

	if (index == NONE) {
		struct node *node;
		uint32_t *chain;

		index = make_room(contacts);
		if (index == NONE) {
			contacts->refused++;
			return;
		}
		node = &contacts->nodes[index];
		record_init(&node->record, entry);
		node->record.serial = ++contacts->serial;
		chain = chain_of(contacts, &entry->key);
		node->chain_next = *chain;
		*chain = index;
	} else {
		order_remove(contacts, index);
	}
	record_add(&contacts->nodes[index].record, entry, clock);
	order_append(contacts, index);
}

void contacts_merge(
	struct contacts *contacts, const struct ledger *ledger, const struct contact_clock *clock)
{
	uint32_t count = ledger_count(ledger);

	assert(clock->hz > 0);
	for (uint32_t i = 0; i < count; i++)
		merge_entry(contacts, ledger_entry(ledger, i), clock);
}

// The bookmark of a reader at `after`; a fresh one, found by walking back, if there is none.
static struct bookmark *bookmark_at(struct contacts *contacts, uint64_t after)
{
	struct bookmark *bookmark;
	uint32_t last = contacts->tail;

	for (uint32_t i = 0; i < CONTACTS_BOOKMARKS; i++) {
		if (contacts->bookmarks[i].after == after)
			return &contacts->bookmarks[i];
	}
	if (contacts->head != NONE && contacts->nodes[contacts->head].record.change > after)
		last = NONE;
	while (last != NONE && contacts->nodes[last].record.change > after)
		last = contacts->nodes[last].previous;
	bookmark = &contacts->bookmarks[contacts->bookmark_next++ % CONTACTS_BOOKMARKS];
	*bookmark = (struct bookmark){.after = after, .last = last};
	return bookmark;
}

uint32_t contacts_read(struct contacts *contacts, uint64_t after, struct contact_record *records,
	uint32_t limit, bool *more)
{
	struct bookmark *bookmark;
	uint32_t last, next, count = 0;

	*more = false;
	if (after >= contacts->change)
		return 0;
	bookmark = bookmark_at(contacts, after);
	last = bookmark->last;
	next = last == NONE ? contacts->head : contacts->nodes[last].next;
	for (; count < limit && next != NONE; next = contacts->nodes[next].next) {
		records[count++] = contacts->nodes[next].record;
		last = next;
	}
	if (count > 0)
		*bookmark = (struct bookmark){records[count - 1].change, last};
	*more = next != NONE;
	return count;
}

void contacts_acknowledge(struct contacts *contacts, uint64_t change)
{
	if (change > contacts->acknowledged && change <= contacts->change)
		contacts->acknowledged = change;
}

struct contact_totals contacts_totals(const struct contacts *contacts)
{
	return (struct contact_totals){
		.count = contacts->count,
		.limit = contacts->limit,
		.evicted = contacts->evicted,
		.refused = contacts->refused,
	};
}
