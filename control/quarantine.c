// SPDX-License-Identifier: BSD-3-Clause
#include "control/quarantine.h"

#include "control/string_pool.h"

#include <assert.h>
#include <stdlib.h>

struct quarantine {
	struct string_pool *strings;
	struct quarantined *rows;
	size_t count, room;
	uint32_t *kept; // by feed
	size_t feed_room;
	uint64_t left_off;
};

struct quarantine *quarantine_create(void)
{
	struct quarantine *quarantine = calloc(1, sizeof(*quarantine));
	if (!quarantine)
		return NULL;
	quarantine->strings = string_pool_create();
	if (!quarantine->strings) {
		free(quarantine);
		return NULL;
	}
	return quarantine;
}

void quarantine_free(struct quarantine *quarantine)
{
	if (!quarantine)
		return;
	string_pool_free(quarantine->strings);
	free(quarantine->rows);
	free(quarantine->kept);
	free(quarantine);
}

static bool make_room(struct quarantine *quarantine, uint16_t feed)
{
	if (feed >= quarantine->feed_room) {
		size_t room = feed + (size_t)1;
		uint32_t *kept = realloc(quarantine->kept, room * sizeof(*kept));
		if (!kept)
			return false;
		for (size_t i = quarantine->feed_room; i < room; i++)
			kept[i] = 0;
		quarantine->kept = kept;
		quarantine->feed_room = room;
	}
	if (quarantine->count < quarantine->room)
		return true;
	size_t room = quarantine->room ? 2 * quarantine->room : 64;
	struct quarantined *rows = realloc(quarantine->rows, room * sizeof(*rows));
	if (!rows)
		return false;
	quarantine->rows = rows;
	quarantine->room = room;
	return true;
}

bool quarantine_add(struct quarantine *quarantine, const struct quarantined *row)
{
	if (!make_room(quarantine, row->feed))
		return false;
	if (quarantine->kept[row->feed] == QUARANTINE_ROWS_MAX) {
		quarantine->left_off++;
		return true;
	}
	struct quarantined copy = *row;
	copy.value = string_pool_add(quarantine->strings, row->value);
	copy.protected_by = string_pool_add(quarantine->strings, row->protected_by);
	if (!copy.value || !copy.protected_by)
		return false;
	quarantine->rows[quarantine->count++] = copy;
	quarantine->kept[row->feed]++;
	return true;
}

bool quarantine_add_all(
	struct quarantine *quarantine, const struct quarantine *other, uint16_t feed)
{
	for (size_t i = 0; i < other->count; i++) {
		struct quarantined row = other->rows[i];
		row.feed = feed;
		if (!quarantine_add(quarantine, &row))
			return false;
	}
	quarantine->left_off += other->left_off;
	return true;
}

size_t quarantine_count(const struct quarantine *quarantine)
{
	return quarantine->count;
}

const struct quarantined *quarantine_at(const struct quarantine *quarantine, size_t index)
{
	assert(index < quarantine->count);
	return &quarantine->rows[index];
}

uint64_t quarantine_left_off(const struct quarantine *quarantine)
{
	return quarantine->left_off;
}

void quarantine_cut(struct quarantine *quarantine, size_t rows)
{
	assert(rows <= quarantine->count);
	while (quarantine->count > rows)
		quarantine->kept[quarantine->rows[--quarantine->count].feed]--;
}
