// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_ROW UINT32_MAX

struct flagged_subscriber {
	const char *name;
	uint8_t flags;
};

// A row is known by its number: all rows of the first file, all of the second, and so on.
struct mapping {
	struct mapping_file *files[CONFIG_MAPPING_MAX];
	size_t file_count;
	uint32_t first_row[CONFIG_MAPPING_MAX + 1];
	uint32_t conflicts[CONFIG_MAPPING_MAX];
	bool *refused; // by row, while it is built
	struct range_table *table;
	size_t keys;
	struct flagged_subscriber *flagged; // by name
	size_t flagged_count;
};

// Goes through the rows of all files in their common order.
struct walk {
	const struct mapping *mapping;
	uint32_t next[CONFIG_MAPPING_MAX];
};

static size_t file_of(const struct mapping *mapping, uint32_t row)
{
	size_t file = 0;

	while (row >= mapping->first_row[file + 1])
		file++;
	return file;
}

static const struct mapping_row *row_at(const struct mapping *mapping, uint32_t row)
{
	const size_t file = file_of(mapping, row);

	return &mapping->files[file]->rows[row - mapping->first_row[file]];
}

static void walk_begin(struct walk *walk, const struct mapping *mapping)
{
	walk->mapping = mapping;
	memcpy(walk->next, mapping->first_row, sizeof(walk->next));
}

// NO_ROW: the end.
static uint32_t walk_next(struct walk *walk)
{
	const struct mapping *mapping = walk->mapping;
	const struct mapping_row *least = NULL;
	size_t from = 0;

	for (size_t file = 0; file < mapping->file_count; file++) {
		const struct mapping_row *row;

		if (walk->next[file] == mapping->first_row[file + 1])
			continue;
		row = row_at(mapping, walk->next[file]);
		if (least == NULL || mapping_row_compare(row, least) < 0) {
			least = row;
			from = file;
		}
	}
	return least == NULL ? NO_ROW : walk->next[from]++;
}

// Rows that lie within one another at the point the walk is at.
struct nest {
	uint32_t *rows;
	size_t depth, room;
};

static bool nest_push(struct nest *nest, uint32_t row)
{
	if (nest->depth == nest->room) {
		const size_t room = nest->room == 0 ? 32 : 2 * nest->room;
		uint32_t *rows = realloc(nest->rows, room * sizeof(*rows));

		if (rows == NULL)
			return false;
		nest->rows = rows;
		nest->room = room;
	}
	nest->rows[nest->depth++] = row;
	return true;
}

// Takes the row out, because of `other`.
static void refuse(struct mapping *mapping, uint32_t row, uint32_t other, const char *why,
	const struct config *config, const struct table_listener *listener)
{
	const struct mapping_row *mine = row_at(mapping, row), *theirs = row_at(mapping, other);
	const char *path = mapping->files[file_of(mapping, other)]->path;
	char value[SUBSCRIBER_KEY_TEXT_SIZE], reason[TABLE_REASON_SIZE];
	const struct table_refusal refusal = {
		.path = mapping->files[file_of(mapping, row)]->path,
		.line = mine->line,
		.value = value,
		.reason = reason,
	};

	if (mapping->refused[row])
		return;
	mapping->refused[row] = true;
	mapping->conflicts[file_of(mapping, row)]++;
	if (listener == NULL || listener->refused == NULL)
		return;
	mapping_row_format(mine, config, value);
	snprintf(reason, sizeof(reason), "%s '%.64s' of %.96s:%u; neither stands", why,
		theirs->subscriber, path, theirs->line);
	listener->refused(listener->context, &refusal);
}

// false: memory is out.
static bool find_conflicts(
	struct mapping *mapping, const struct config *config, const struct table_listener *listener)
{
	struct nest nest = {0};
	struct walk walk;
	bool whole = true;
	uint32_t row;

	walk_begin(&walk, mapping);
	while (whole && (row = walk_next(&walk)) != NO_ROW) {
		const struct mapping_row *mine = row_at(mapping, row);
		struct range range, outer;
		uint32_t top = NO_ROW;
		const char *why = NULL;

		if (mine->kind == MAPPING_NO_KEY)
			break; // they come last
		range = mapping_row_range(mine);
		while (nest.depth > 0) {
			top = nest.rows[nest.depth - 1];
			outer = mapping_row_range(row_at(mapping, top));
			if (range_point_compare(&outer.last, &range.first) >= 0)
				break;
			nest.depth--;
			top = NO_ROW;
		}
		if (top != NO_ROW && range_point_compare(&range.last, &outer.last) > 0)
			why = "crosses the key of";
		else if (top != NO_ROW && range_compare(&range, &outer) == 0 &&
			 (mapping->refused[top] ||
				 strcmp(mine->subscriber, row_at(mapping, top)->subscriber) != 0))
			why = "is also the key of";
		if (why == NULL) {
			whole = nest_push(&nest, row);
			continue;
		}
		refuse(mapping, row, top, why, config, listener);
		refuse(mapping, top, row, why, config, listener);
	}
	free(nest.rows);
	return whole;
}

static bool build_table(struct mapping *mapping)
{
	struct walk walk;
	uint32_t row;

	mapping->table = range_table_create();
	if (mapping->table == NULL)
		return false;
	walk_begin(&walk, mapping);
	while ((row = walk_next(&walk)) != NO_ROW) {
		const struct mapping_row *mine = row_at(mapping, row);
		struct range range;

		if (mine->kind == MAPPING_NO_KEY)
			break;
		if (mapping->refused[row])
			continue;
		range = mapping_row_range(mine);
		if (!range_table_add(mapping->table, &range, row))
			return false;
		mapping->keys++;
	}
	return range_table_seal(mapping->table);
}

static int compare_names(const void *a, const void *b)
{
	const struct flagged_subscriber *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static bool collect_flags(struct mapping *mapping)
{
	const uint32_t rows = mapping->first_row[mapping->file_count];
	size_t count = 0;

	for (uint32_t row = 0; row < rows; row++)
		count += row_at(mapping, row)->flags != 0 && !mapping->refused[row];
	mapping->flagged = calloc(count + 1, sizeof(*mapping->flagged));
	if (mapping->flagged == NULL)
		return false;
	count = 0;
	for (uint32_t row = 0; row < rows; row++) {
		const struct mapping_row *mine = row_at(mapping, row);

		if (mine->flags != 0 && !mapping->refused[row])
			mapping->flagged[count++] = (struct flagged_subscriber){
				.name = mine->subscriber, .flags = mine->flags};
	}
	qsort(mapping->flagged, count, sizeof(*mapping->flagged), compare_names);
	for (size_t i = 0; i < count; i++) {
		const size_t kept = mapping->flagged_count;

		if (kept > 0 &&
			compare_names(&mapping->flagged[kept - 1], &mapping->flagged[i]) == 0)
			mapping->flagged[kept - 1].flags |= mapping->flagged[i].flags;
		else
			mapping->flagged[mapping->flagged_count++] = mapping->flagged[i];
	}
	return true;
}

struct mapping *mapping_create(struct mapping_file *const files[], size_t count,
	const struct config *config, const struct table_listener *listener)
{
	struct mapping *mapping = calloc(1, sizeof(*mapping));
	bool whole;

	if (mapping == NULL)
		return NULL;
	mapping->file_count = count;
	for (size_t i = 0; i < count; i++) {
		mapping->files[i] = files[i] == NULL ? NULL : mapping_file_hold(files[i]);
		mapping->first_row[i + 1] =
			mapping->first_row[i] + (files[i] == NULL ? 0 : (uint32_t)files[i]->count);
	}
	mapping->refused = calloc((size_t)mapping->first_row[count] + 1, sizeof(bool));
	whole = mapping->refused != NULL && find_conflicts(mapping, config, listener) &&
		build_table(mapping) && collect_flags(mapping);
	free(mapping->refused);
	mapping->refused = NULL;
	if (whole)
		return mapping;
	mapping_free(mapping);
	return NULL;
}

void mapping_free(struct mapping *mapping)
{
	if (mapping == NULL)
		return;
	range_table_free(mapping->table);
	free(mapping->flagged);
	for (size_t i = 0; i < mapping->file_count; i++)
		mapping_file_release(mapping->files[i]);
	free(mapping);
}

// Whose all of the range is. `*touched`: somebody's is some of it.
static const char *find_range(
	const struct mapping *mapping, const struct range *range, bool *touched)
{
	const size_t count = range_table_count(mapping->table);
	size_t index = range_table_find(mapping->table, &range->first);
	const char *owner = NULL;
	bool whole = index < count;
	struct range part;

	*touched = false;
	// A range that begins before all others may still reach into them.
	for (index = whole ? index : 0; index < count; index++) {
		const uint32_t row = range_table_at(mapping->table, index, &part);
		const char *name = row == RANGE_NOBODY ? NULL : row_at(mapping, row)->subscriber;

		if (range_point_compare(&part.first, &range->last) > 0)
			break;
		*touched |= name != NULL;
		if (owner == NULL)
			owner = name;
		whole = whole && name != NULL && strcmp(owner, name) == 0;
		if (!whole && *touched)
			break;
	}
	return whole ? owner : NULL;
}

const char *mapping_find(const struct mapping *mapping, const struct subscriber_key *key)
{
	struct range range = range_of_key(key);
	struct subscriber_key wider = {.address = key->address};
	struct link_ids ids;
	bool touched;
	const char *owner = find_range(mapping, &range, &touched);

	if (touched || (key->kind != SUBSCRIBER_PORTS && key->kind != SUBSCRIBER_SESSION))
		return owner;
	if (key->kind == SUBSCRIBER_PORTS) {
		wider.kind = SUBSCRIBER_ADDRESS;
		wider.length = 8 * sizeof(wider.address.bytes);
	} else {
		ids = subscriber_key_ids(key);
		wider = subscriber_key_on_link(SUBSCRIBER_VLAN, &ids);
	}
	range = range_of_key(&wider);
	return find_range(mapping, &range, &touched);
}

uint8_t mapping_flags(const struct mapping *mapping, const char *subscriber)
{
	const struct flagged_subscriber wanted = {.name = subscriber};
	const struct flagged_subscriber *found = bsearch(
		&wanted, mapping->flagged, mapping->flagged_count, sizeof(wanted), compare_names);

	return found == NULL ? 0 : found->flags;
}

size_t mapping_keys(const struct mapping *mapping)
{
	return mapping->keys;
}

size_t mapping_flagged(const struct mapping *mapping)
{
	return mapping->flagged_count;
}

const char *mapping_flagged_at(const struct mapping *mapping, size_t index, uint8_t *flags)
{
	*flags = mapping->flagged[index].flags;
	return mapping->flagged[index].name;
}

uint32_t mapping_conflicts(const struct mapping *mapping, size_t file)
{
	return mapping->conflicts[file];
}

size_t mapping_range_count(const struct mapping *mapping)
{
	return range_table_count(mapping->table);
}

size_t mapping_range_find(const struct mapping *mapping, const struct range_point *point)
{
	const size_t index = range_table_find(mapping->table, point);

	return index == range_table_count(mapping->table) ? 0 : index;
}

uint8_t mapping_range_at(
	const struct mapping *mapping, size_t index, struct range *range, bool *mapped)
{
	const uint32_t row = range_table_at(mapping->table, index, range);

	*mapped = row != RANGE_NOBODY;
	return *mapped ? mapping_flags(mapping, row_at(mapping, row)->subscriber) : 0;
}
