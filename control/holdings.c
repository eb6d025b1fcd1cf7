// SPDX-License-Identifier: BSD-3-Clause
#include "control/holdings.h"

#include "config/prefix_set.h"
#include "config/utc.h"
#include "control/resolver.h"
#include "control/store/tenants.h"
#include "control/subscriber/key_prefix.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64
// What anybody within a key has for all of it.
#define FLAGS_SHARED (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT)

struct holdings {
	atomic_uint holders;
	struct prefix_set *set; // of all below
	size_t count;           // in order
	struct flagged_prefix prefixes[];
};

// A prefix on its way.
struct found {
	struct flagged_prefix flagged;
	bool whole; // of the key: nothing was cut off
};

struct reading {
	struct store *store;
	const struct config_subscribers *config;
	const struct identity *identity;
	struct found *items;
	size_t count, room;
	bool failed; // the store
	bool full;   // or memory is out
};

static void add(struct reading *reading, const struct prefix *prefix, uint8_t flags)
{
	struct found *items = reading->items;
	const size_t room = reading->room == 0 ? ROOM_FIRST : 2 * reading->room;

	if (reading->count == reading->room) {
		items = room > 2 * GENERATION_SUBSCRIBERS_MAX
				? NULL
				: realloc(items, room * sizeof(*items));
		reading->full |= items == NULL;
		if (items == NULL)
			return;
		reading->items = items;
		reading->room = room;
	}
	items[reading->count++] = (struct found){
		.flagged.prefix = key_prefix(reading->config, prefix),
		.flagged.flags = flags,
		.whole = key_prefix(reading->config, prefix).length == prefix->length,
	};
}

static void add_binding(void *context, const struct prefix *prefix, const char *name)
{
	struct reading *reading = context;

	add(reading, prefix, identity_flags(reading->identity, name));
}

static void add_subscriber(void *context, const char *subscriber, uint8_t flags)
{
	struct reading *reading = context;

	(void)flags;
	if (!reading->failed && !reading->full)
		reading->failed =
			store_tenant_prefixes(reading->store, subscriber, add_binding, reading) < 0;
}

static bool add_range(void *context, const struct range *range)
{
	struct reading *reading = context;

	reading->failed = store_tenants_among(reading->store, &range->first.address,
				  &range->last.address, add_binding, reading) < 0;
	return !reading->failed && !reading->full;
}

// What others hold within what subscribers with flags hold.
static void add_within(struct reading *reading)
{
	const size_t count = reading->count;

	for (size_t i = 0; i < count && !reading->failed && !reading->full; i++) {
		const struct found item = reading->items[i];
		const struct address last = prefix_last(&item.flagged.prefix);

		if (item.flagged.flags != 0)
			reading->failed =
				store_tenants_among(reading->store, &item.flagged.prefix.address,
					&last, add_binding, reading) < 0;
	}
}

static int compare(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	const int order = address_compare(&a->flagged.prefix.address, &b->flagged.prefix.address);

	return order != 0 ? order : a->flagged.prefix.length - b->flagged.prefix.length;
}

// The flags of whom a contact of that key would be attributed to now.
static uint8_t tenant_flags(struct reading *reading, const struct prefix *prefix)
{
	const struct identity_bindings bindings = resolver_bindings(reading->store);
	const struct subscriber_key key = {
		.address = prefix->address, .kind = SUBSCRIBER_ADDRESS, .length = prefix->length};
	struct identity_result result;

	if (identity_resolve(reading->identity, &bindings, &key, NULL, utc_now_ns(), &result) < 0) {
		reading->failed = true;
		return 0;
	}
	return result.flags;
}

// Sorts, and makes one of what is found for one prefix.
static void unite(struct reading *reading)
{
	struct found *items = reading->items;
	size_t kept = 0;

	if (reading->count > 1)
		qsort(items, reading->count, sizeof(*items), compare);
	for (size_t i = 0, next; i < reading->count && !reading->failed; i = next) {
		struct found item = items[i];
		uint8_t shared = 0;

		for (next = i; next < reading->count && compare(&items[i], &items[next]) == 0;
			next++) {
			shared |= items[next].flagged.flags & FLAGS_SHARED;
			item.whole &= items[next].whole;
		}
		if (!item.whole)
			item.flagged.flags =
				(uint8_t)(tenant_flags(reading, &item.flagged.prefix) | shared);
		items[kept++] = item;
	}
	reading->count = kept;
}

static struct holdings *make(const struct reading *reading)
{
	struct holdings *holdings =
		calloc(1, sizeof(*holdings) + reading->count * sizeof(holdings->prefixes[0]));
	struct prefix *prefixes = calloc(reading->count + 1, sizeof(*prefixes));

	if (holdings == NULL || prefixes == NULL)
		goto fail;
	atomic_init(&holdings->holders, 1);
	for (; holdings->count < reading->count; holdings->count++) {
		holdings->prefixes[holdings->count] = reading->items[holdings->count].flagged;
		prefixes[holdings->count] = holdings->prefixes[holdings->count].prefix;
	}
	holdings->set = prefix_set_create(prefixes, holdings->count);
	if (holdings->set == NULL)
		goto fail;
	free(prefixes);
	return holdings;
fail:
	free(prefixes);
	free(holdings);
	return NULL;
}

// All addresses: as prefixes the families are one.
static const struct prefix everything;

static void collect(struct reading *reading)
{
	struct binding_totals totals;

	reading->failed = store_bindings_count(reading->store, &totals) < 0;
	if (reading->failed || totals.open == 0 || identity_flagged_count(reading->identity) == 0)
		return;
	identity_flagged_each(reading->identity, add_subscriber, reading);
	add_within(reading);
	if (!reading->failed && !reading->full)
		identity_flagged_ranges(reading->identity, &everything, add_range, reading);
	if (!reading->failed && !reading->full)
		unite(reading);
}

struct holdings *holdings_read(struct store *store, const struct config *config,
	const struct identity *identity, char *error, size_t error_size)
{
	struct reading reading = {
		.store = store, .config = &config->subscribers, .identity = identity};
	struct holdings *holdings = NULL;

	collect(&reading);
	if (!reading.failed && !reading.full)
		holdings = make(&reading);
	if (reading.failed)
		snprintf(error, error_size, "%s", store_error(store));
	else if (holdings == NULL)
		snprintf(error, error_size, "no memory for what subscribers with flags hold");
	free(reading.items);
	return holdings;
}

struct holdings *holdings_hold(struct holdings *holdings)
{
	atomic_fetch_add(&holdings->holders, 1);
	return holdings;
}

void holdings_release(struct holdings *holdings)
{
	if (holdings == NULL || atomic_fetch_sub(&holdings->holders, 1) > 1)
		return;
	prefix_set_free(holdings->set);
	free(holdings);
}

const struct flagged_prefix *holdings_prefixes(const struct holdings *holdings, size_t *count)
{
	*count = holdings->count;
	return holdings->prefixes;
}

bool holdings_same(const struct holdings *a, const struct holdings *b)
{
	_Static_assert(sizeof(struct flagged_prefix) == 18, "no padding in what is compared");

	if (a == NULL || b == NULL)
		return a == b;
	return a->count == b->count &&
	       memcmp(a->prefixes, b->prefixes, a->count * sizeof(a->prefixes[0])) == 0;
}

// The first one that does not begin before that address.
static size_t lower_bound(const struct holdings *holdings, const struct address *address)
{
	size_t low = 0, high = holdings->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (address_compare(&holdings->prefixes[middle].prefix.address, address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool note(void *context, const struct range *range)
{
	(void)range;
	*(bool *)context = true;
	return false;
}

bool holdings_meet(const struct holdings *holdings, const struct identity *identity,
	const struct prefix *prefix)
{
	const struct address last = prefix_last(prefix);
	bool met = false;

	if (identity != NULL)
		identity_flagged_ranges(identity, prefix, note, &met);
	if (met || holdings == NULL || holdings->count == 0)
		return met;
	if (prefix_set_contains(holdings->set, &prefix->address))
		return true;
	const size_t first = lower_bound(holdings, &prefix->address);

	return first < holdings->count &&
	       address_compare(&holdings->prefixes[first].prefix.address, &last) <= 0;
}
