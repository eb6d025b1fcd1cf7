// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/flagged.h"

#include "control/subscriber/group.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64

struct flagged_range {
	struct range range;
	uint8_t flags;
};

// Disjoint and in order, unless said otherwise. 0 flags count where it lies above another list.
struct list {
	struct flagged_range *items;
	size_t count, room;
	bool full, no_memory;
};

static bool list_add(struct list *list, const struct range *range, uint8_t flags)
{
	if (list->count >= GENERATION_SUBSCRIBERS_MAX) {
		list->full = true;
		return false;
	}
	if (list->count == list->room) {
		const size_t room = list->room == 0 ? ROOM_FIRST : 2 * list->room;
		struct flagged_range *items = realloc(list->items, room * sizeof(*items));

		if (items == NULL) {
			list->no_memory = true;
			return false;
		}
		list->items = items;
		list->room = room;
	}
	assert(list->items != NULL);
	list->items[list->count++] = (struct flagged_range){.range = *range, .flags = flags};
	return true;
}

static void list_free(struct list *list)
{
	free(list->items);
	*list = (struct list){0};
}

// Adds what has flags; together with the range before it, if it goes on there.
static bool list_join(struct list *list, const struct range *range, uint8_t flags)
{
	struct flagged_range *last = list->count > 0 ? &list->items[list->count - 1] : NULL;
	struct range_point next;

	if (flags == 0)
		return true;
	if (last != NULL && last->flags == flags && last->range.last.kind == range->first.kind) {
		next = range_point_after(&last->range.last);
		if (range_point_compare(&next, &range->first) == 0) {
			last->range.last = range->last;
			return true;
		}
	}
	return list_add(list, range, flags);
}

// `base` with `top` above it.
static bool overlay(const struct list *base, const struct list *top, struct list *out)
{
	struct flagged_range low = {0}, high = {0};
	size_t i = 0, j = 0;

	if (base->count > 0)
		low = base->items[0];
	while (i < base->count || j < top->count) {
		const bool above = j < top->count;
		struct range part = low.range;

		if (above)
			high = top->items[j];
		if (!above || (i < base->count && range_point_compare(&low.range.last,
							  &high.range.first) < 0)) {
			if (!list_join(out, &low.range, low.flags))
				return false;
			low = ++i < base->count ? base->items[i] : low;
			continue;
		}
		if (i == base->count ||
			range_point_compare(&high.range.last, &low.range.first) < 0) {
			if (!list_join(out, &high.range, high.flags))
				return false;
			j++;
			continue;
		}
		if (range_point_compare(&low.range.first, &high.range.first) < 0) {
			part.last = range_point_before(&high.range.first);
			if (!list_join(out, &part, low.flags))
				return false;
			low.range.first = high.range.first;
		}
		if (range_point_compare(&low.range.last, &high.range.last) <= 0) {
			low = ++i < base->count ? base->items[i] : low;
			continue;
		}
		low.range.first = range_point_after(&high.range.last);
		if (!list_join(out, &high.range, high.flags))
			return false;
		j++;
	}
	return true;
}

static int compare_items(const void *a, const void *b)
{
	return range_compare(&((const struct flagged_range *)a)->range,
		&((const struct flagged_range *)b)->range);
}

uint8_t flagged_with_group(const struct flagged_trial *trial, const char *subscriber, uint8_t flags)
{
	return flags |
	       cohort_flag(group_of_name(&trial->cohort, subscriber, flags, trial->consent));
}

// What the mapping says of one kind of keys, those without flags included.
static bool take_mapping(const struct mapping *mapping, const struct flagged_trial *trial,
	enum subscriber_key_kind kind, struct list *list)
{
	const size_t count = mapping_range_count(mapping);
	const struct range_point begin = {.kind = (uint8_t)kind};
	struct range range;
	bool mapped;

	for (size_t i = mapping_range_find(mapping, &begin); i < count; i++) {
		uint8_t flags = mapping_range_at(mapping, i, &range, &mapped);

		if (range.first.kind > kind)
			break;
		if (!mapped || range.first.kind != kind)
			continue;
		flags = flagged_with_group(trial, mapping_range_subscriber(mapping, i), flags);
		if (!list_add(list, &range, flags))
			return false;
	}
	return true;
}

// What the caller adds, made disjoint.
static bool take_prefixes(const struct flagged_prefix prefixes[], size_t count, struct list *list)
{
	struct list sorted = {0};
	struct range_table *table = range_table_create();
	bool whole = table != NULL;

	list->no_memory = !whole;
	for (size_t i = 0; whole && i < count; i++) {
		const struct range range = range_of_prefix(&prefixes[i].prefix);

		whole = list_add(&sorted, &range, prefixes[i].flags);
	}
	if (whole && count > 1)
		qsort(sorted.items, count, sizeof(*sorted.items), compare_items);
	for (size_t i = 0; whole && i < count; i++)
		whole = range_table_add(table, &sorted.items[i].range, sorted.items[i].flags);
	whole = whole && range_table_seal(table);
	for (size_t i = 0; whole && i < range_table_count(table); i++) {
		struct range range;
		const uint32_t flags = range_table_at(table, i, &range);

		whole = flags == RANGE_NOBODY || list_add(list, &range, (uint8_t)flags);
	}
	list->full |= sorted.full;
	list->no_memory |= !whole && !list->full;
	list_free(&sorted);
	range_table_free(table);
	return whole;
}

// Where translation_outside delivers.
struct outside {
	struct list *addresses, *ports;
	uint8_t flags;
};

static bool add_outside(void *context, const struct range *range)
{
	const struct outside *outside = context;

	return list_add(range->first.kind == SUBSCRIBER_PORTS ? outside->ports : outside->addresses,
		range, outside->flags);
}

// Sorts, and joins the flags of several inside prefixes that are one outside.
static void unite(struct list *list)
{
	size_t kept = 0;

	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare_items);
	for (size_t i = 0; i < list->count; i++) {
		struct flagged_range *last = kept > 0 ? &list->items[kept - 1] : NULL;

		if (last != NULL &&
			range_point_compare(&list->items[i].range.first, &last->range.last) <= 0)
			last->flags |= list->items[i].flags;
		else
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

// The list as keys of a finer kind.
static bool as_kind(const struct list *list, enum subscriber_key_kind kind, struct list *finer)
{
	for (size_t i = 0; i < list->count; i++) {
		struct range range = list->items[i].range;

		if (kind == SUBSCRIBER_PORTS && !address_is_v4(&range.first.address))
			continue;
		range.first.kind = range.last.kind = (uint8_t)kind;
		if (!list_add(finer, &range, list->items[i].flags))
			return false;
	}
	return true;
}

// The steps on the way; the last ones are what a generation carries.
struct work {
	struct list mapped, added, inside, outside, outside_ports, address;
	struct list port_base, port_rows, port_mapped, port;
	struct list vlan, session_base, session_rows, session, label, all;
};

#define LISTS (sizeof(struct work) / sizeof(struct list))

static bool run(struct work *work, const struct mapping *mapping,
	const struct translation *translation, const struct flagged_prefix prefixes[], size_t count,
	const struct flagged_trial *trial)
{
	struct outside outside = {.addresses = &work->outside, .ports = &work->outside_ports};

	if (!take_mapping(mapping, trial, SUBSCRIBER_ADDRESS, &work->mapped) ||
		!take_prefixes(prefixes, count, &work->added) ||
		!overlay(&work->mapped, &work->added, &work->inside))
		return false;
	for (size_t i = 0; i < work->inside.count; i++) {
		outside.flags = work->inside.items[i].flags;
		if (!translation_outside(
			    translation, &work->inside.items[i].range, add_outside, &outside))
			return false;
	}
	unite(&work->outside);
	unite(&work->outside_ports);
	if (!overlay(&work->inside, &work->outside, &work->address) ||
		!as_kind(&work->address, SUBSCRIBER_PORTS, &work->port_base) ||
		!take_mapping(mapping, trial, SUBSCRIBER_PORTS, &work->port_rows) ||
		!overlay(&work->port_base, &work->port_rows, &work->port_mapped) ||
		!overlay(&work->port_mapped, &work->outside_ports, &work->port))
		return false;
	return take_mapping(mapping, trial, SUBSCRIBER_VLAN, &work->vlan) &&
	       as_kind(&work->vlan, SUBSCRIBER_SESSION, &work->session_base) &&
	       take_mapping(mapping, trial, SUBSCRIBER_SESSION, &work->session_rows) &&
	       overlay(&work->session_base, &work->session_rows, &work->session) &&
	       take_mapping(mapping, trial, SUBSCRIBER_LABEL, &work->label);
}

static struct flagged *collect(struct work *work)
{
	const struct list *const lists[] = {
		&work->address, &work->port, &work->vlan, &work->session, &work->label};
	struct list *all = &work->all;
	struct flagged *flagged;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (size_t j = 0; j < lists[i]->count; j++)
			if (!list_join(all, &lists[i]->items[j].range, lists[i]->items[j].flags))
				return NULL;
	flagged = calloc(1, sizeof(*flagged) + all->count * sizeof(flagged->ranges[0]));
	for (size_t i = 0; flagged != NULL && i < all->count; i++) {
		const struct flagged_range *item = &all->items[i];

		flagged->ranges[flagged->count++] = (struct generation_subscriber){
			.first = item->range.first.address,
			.last = item->range.last.address,
			.first_port = item->range.first.port,
			.last_port = item->range.last.port,
			.kind = item->range.first.kind,
			.flags = item->flags,
		};
	}
	return flagged;
}

struct flagged *flagged_create(const struct mapping *mapping, const struct translation *translation,
	const struct flagged_prefix prefixes[], size_t count, const struct flagged_trial *trial,
	char *error, size_t error_size)
{
	struct work work = {0};
	struct list *steps = (struct list *)&work;
	struct flagged *flagged = NULL;
	bool full = false;

	// Most networks have nobody to treat otherwise, and a million who are mapped.
	if (mapping_flagged(mapping) == 0 && count == 0 && trial->cohort.trial == 0)
		flagged = calloc(1, sizeof(*flagged));
	else if (run(&work, mapping, translation, prefixes, count, trial))
		flagged = collect(&work);
	for (size_t i = 0; i < LISTS; i++) {
		full |= steps[i].full;
		list_free(&steps[i]);
	}
	if (flagged != NULL)
		flagged->cohort = trial->cohort;
	else
		snprintf(error, error_size,
			full ? "the subscribers with flags take more than %u ranges"
			     : "no memory for subscribers with flags in up to %u ranges",
			GENERATION_SUBSCRIBERS_MAX);
	return flagged;
}
