// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/range_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64

// From `start` up to the next boundary.
struct boundary {
	struct range_point start;
	uint32_t value;
};

// A range that began and has not ended at the point the sweep is at.
struct open_range {
	struct range_point last;
	uint32_t value;
};

struct range_table {
	struct boundary *boundaries; // ascending
	size_t count, room;
	struct open_range *open; // one within the other; only while it is built
	size_t depth, open_room;
};

int range_point_compare(const struct range_point *a, const struct range_point *b)
{
	int order = a->kind - b->kind;

	if (order == 0)
		order = address_compare(&a->address, &b->address);
	return order != 0 ? order : a->port - b->port;
}

struct range_point range_point_after(const struct range_point *point)
{
	struct range_point next = *point;
	size_t byte = sizeof(next.address.bytes);

	if (++next.port != 0)
		return next;
	while (byte > 0 && ++next.address.bytes[byte - 1] == 0)
		byte--;
	if (byte == 0)
		next.kind++;
	return next;
}

struct range_point range_point_before(const struct range_point *point)
{
	struct range_point before = *point;
	size_t byte = sizeof(before.address.bytes);

	if (before.port-- != 0)
		return before;
	while (byte > 0 && before.address.bytes[byte - 1]-- == 0)
		byte--;
	if (byte == 0)
		before.kind--;
	return before;
}

int range_compare(const struct range *a, const struct range *b)
{
	const int order = range_point_compare(&a->first, &b->first);

	return order != 0 ? order : -range_point_compare(&a->last, &b->last);
}

struct range range_of_prefix(const struct prefix *prefix)
{
	struct range range = {
		.first = {.address = prefix->address, .kind = SUBSCRIBER_ADDRESS},
		.last = {.address = prefix->address,
			.port = RANGE_PORT_LAST,
			.kind = SUBSCRIBER_ADDRESS},
	};

	for (size_t bit = prefix->length; bit < 8 * sizeof(prefix->address.bytes); bit++)
		range.last.address.bytes[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
	return range;
}

struct range range_of_key(const struct subscriber_key *key)
{
	const struct prefix prefix = {.address = key->address, .length = key->length};
	struct range range = {
		.first = {.address = key->address, .kind = key->kind},
		.last = {.address = key->address, .port = RANGE_PORT_LAST, .kind = key->kind},
	};

	if (key->kind == SUBSCRIBER_ADDRESS)
		return range_of_prefix(&prefix);
	if (key->kind == SUBSCRIBER_PORTS) {
		range.first.port = key->port;
		range.last.port = (uint16_t)(key->port + (1u << key->length) - 1);
	}
	return range;
}

struct range_table *range_table_create(void)
{
	return calloc(1, sizeof(struct range_table));
}

void range_table_free(struct range_table *table)
{
	if (table == NULL)
		return;
	free(table->boundaries);
	free(table->open);
	free(table);
}

// Makes room for one more element of `size` bytes.
static bool grow(void **array, size_t count, size_t *room, size_t size)
{
	const size_t larger = *room == 0 ? ROOM_FIRST : *room + *room / 2;
	void *moved;

	if (count < *room)
		return true;
	moved = realloc(*array, larger * size);
	if (moved == NULL)
		return false;
	*array = moved;
	*room = larger;
	return true;
}

static bool append(struct range_table *table, const struct range_point *start, uint32_t value)
{
	struct boundary *last = table->count > 0 ? &table->boundaries[table->count - 1] : NULL;

	if (last != NULL && range_point_compare(&last->start, start) == 0) {
		last->value = value;
		return true;
	}
	if (last != NULL && last->value == value)
		return true;
	if (!grow((void **)&table->boundaries, table->count, &table->room,
		    sizeof(*table->boundaries)))
		return false;
	assert(table->boundaries != NULL);
	table->boundaries[table->count++] = (struct boundary){.start = *start, .value = value};
	return true;
}

// What lies behind the innermost open range belongs to the one around it.
static bool close_innermost(struct range_table *table)
{
	const struct range_point next = range_point_after(&table->open[--table->depth].last);

	return append(table, &next,
		table->depth > 0 ? table->open[table->depth - 1].value : RANGE_NOBODY);
}

bool range_table_add(struct range_table *table, const struct range *range, uint32_t value)
{
	while (table->depth > 0 &&
		range_point_compare(&table->open[table->depth - 1].last, &range->first) < 0)
		if (!close_innermost(table))
			return false;
	assert(value != RANGE_NOBODY);
	assert(table->depth == 0 ||
		range_point_compare(&range->last, &table->open[table->depth - 1].last) <= 0);
	if (!grow((void **)&table->open, table->depth, &table->open_room, sizeof(*table->open)))
		return false;
	table->open[table->depth++] = (struct open_range){.last = range->last, .value = value};
	return append(table, &range->first, value);
}

bool range_table_seal(struct range_table *table)
{
	struct boundary *fitted;

	while (table->depth > 0)
		if (!close_innermost(table))
			return false;
	free(table->open);
	table->open = NULL;
	fitted = realloc(table->boundaries, (table->count + 1) * sizeof(*fitted));
	if (fitted != NULL)
		table->boundaries = fitted;
	return true;
}

size_t range_table_count(const struct range_table *table)
{
	return table->count;
}

uint32_t range_table_at(const struct range_table *table, size_t index, struct range *range)
{
	const struct boundary *boundary = &table->boundaries[index];

	range->first = boundary->start;
	if (index + 1 < table->count) {
		range->last = range_point_before(&boundary[1].start);
	} else {
		memset(&range->last, 0xff, sizeof(range->last));
	}
	return boundary->value;
}

size_t range_table_find(const struct range_table *table, const struct range_point *point)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (range_point_compare(&table->boundaries[middle].start, point) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : table->count;
}
