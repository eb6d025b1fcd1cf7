// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/cgn_file.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column {
	INSIDE,
	OUTSIDE,
	FIRST_PORT,
	LAST_PORT,
	REQUIRED_COUNT,
	PORTS_PER_SUBSCRIBER = REQUIRED_COUNT,
	COLUMN_COUNT,
};

static const char *const columns[COLUMN_COUNT] = {
	[INSIDE] = "inside",
	[OUTSIDE] = "outside",
	[FIRST_PORT] = "first_port",
	[LAST_PORT] = "last_port",
	[PORTS_PER_SUBSCRIBER] = "ports_per_subscriber",
};

static uint32_t v4_get(const struct address *address)
{
	uint32_t v4;

	memcpy(&v4, &address->bytes[12], sizeof(v4));
	return ntohl(v4);
}

static struct address v4_make(uint32_t v4)
{
	const uint32_t bytes = htonl(v4);
	struct address address;

	address_from_v4(&address, &bytes);
	return address;
}

static uint64_t size_of(const struct prefix *prefix)
{
	return UINT64_C(1) << (128 - prefix->length);
}

static bool parse_v4(const char *text, struct prefix *prefix)
{
	return prefix_parse(text, strlen(text), prefix) && address_is_v4(&prefix->address);
}

static bool parse_number(const char *text, uint32_t minimum, uint32_t maximum, uint32_t *number)
{
	const size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits] != '\0' || (text[0] == '0' && digits > 1))
		return false;
	*number = (uint32_t)strtoul(text, NULL, 10);
	return *number >= minimum && *number <= maximum;
}

static bool parse_ports(struct table *table, const struct table_row *row, struct cgn_pool *pool)
{
	uint32_t first, last;

	if (!parse_number(row->values[FIRST_PORT], 1, UINT16_MAX, &first))
		return table_reject(table, row->line, row->values[FIRST_PORT],
			"first_port: no port of 1 to 65535");
	if (!parse_number(row->values[LAST_PORT], first, UINT16_MAX, &last))
		return table_reject(table, row->line, row->values[LAST_PORT],
			"last_port: no port of first_port to 65535");
	pool->first_port = (uint16_t)first;
	pool->last_port = (uint16_t)last;
	return true;
}

// What is computed: see the header of this module.
static bool share(struct table *table, const struct table_row *row, struct cgn_pool *pool)
{
	const uint64_t inside = size_of(&pool->inside), outside = size_of(&pool->outside);
	const uint32_t ports = (uint32_t)pool->last_port - pool->first_port + 1;
	const uint64_t least = (inside + outside - 1) / outside;
	const char *wanted = row->values[PORTS_PER_SUBSCRIBER];

	if (wanted[0] == '\0') {
		pool->block_ports = (uint32_t)(ports / least);
	} else if (!parse_number(wanted, 1, ports, &pool->block_ports)) {
		return table_reject(table, row->line, wanted,
			"ports_per_subscriber: no number of 1 to %u, as many as there are", ports);
	}
	if (pool->block_ports == 0 || ports / pool->block_ports < least)
		return table_reject(table, row->line,
			wanted[0] == '\0' ? row->values[INSIDE] : wanted,
			"%u ports of an outside address are not enough for the %llu inside "
			"addresses that share it",
			ports, (unsigned long long)least);
	// All ports are given out in blocks of one size, used or not; with none named, as many
	// addresses share an outside address as have to.
	pool->addresses_per_outside =
		wanted[0] == '\0' ? (uint32_t)least : ports / pool->block_ports;
	return true;
}

static bool parse_row(struct table *table, const struct table_row *row, struct cgn_pool *pool)
{
	*pool = (struct cgn_pool){.line = row->line};
	if (!parse_v4(row->values[INSIDE], &pool->inside))
		return table_reject(table, row->line, row->values[INSIDE],
			"inside: no IPv4 network such as 100.64.0.0/20 without host bits");
	if (!parse_v4(row->values[OUTSIDE], &pool->outside))
		return table_reject(table, row->line, row->values[OUTSIDE],
			"outside: no IPv4 network such as 203.0.113.0/24 without host bits");
	return parse_ports(table, row, pool) && share(table, row, pool);
}

static int read_rows(struct cgn_file *file, struct table *table)
{
	struct table_row row;
	int status;

	file->pools = calloc(CGN_POOLS_MAX, sizeof(*file->pools));
	if (file->pools == NULL) {
		snprintf(table->error, table->error_size, "%s: no memory", table->path);
		return -1;
	}
	while ((status = table_next(table, &row)) > 0) {
		if (file->count == CGN_POOLS_MAX) {
			snprintf(table->error, table->error_size,
				"%s:%u: more than %d pools: part the file", table->path, row.line,
				CGN_POOLS_MAX);
			return -1;
		}
		if (parse_row(table, &row, &file->pools[file->count]))
			file->count++;
	}
	return status;
}

// An outside address in two pools would be two subscribers'.
static void part_overlaps(struct cgn_file *file, struct table *table)
{
	bool overlaps[CGN_POOLS_MAX] = {false};
	char value[PREFIX_TEXT_SIZE];
	size_t kept = 0;

	for (size_t i = 0; i < file->count; i++) {
		const struct cgn_pool *pool = &file->pools[i], *other = NULL;

		for (size_t j = 0; j < file->count; j++)
			if (j != i && prefix_overlaps(&pool->outside, &file->pools[j].outside))
				other = &file->pools[j];
		if (other == NULL)
			continue;
		overlaps[i] = true;
		prefix_format(&pool->outside, value);
		table_reject(table, pool->line, value,
			"outside: line %u translates it too; neither stands", other->line);
	}
	for (size_t i = 0; i < file->count; i++)
		if (!overlaps[i])
			file->pools[kept++] = file->pools[i];
	file->count = kept;
}

struct cgn_file *cgn_file_read(
	const char *path, const struct table_listener *listener, char *error, size_t error_size)
{
	struct cgn_file *file = calloc(1, sizeof(*file));
	struct table table;
	int status;

	if (file == NULL)
		goto no_memory;
	atomic_init(&file->holders, 1);
	file->path = strdup(path);
	if (file->path == NULL)
		goto no_memory;
	if (!table_open(&table, path, columns, COLUMN_COUNT, REQUIRED_COUNT, listener, error,
		    error_size))
		goto fail;
	status = read_rows(file, &table);
	if (status == 0)
		part_overlaps(file, &table);
	file->rejected = table.rejected;
	table_close(&table);
	if (status == 0)
		return file;
	goto fail;
no_memory:
	snprintf(error, error_size, "%s: no memory", path);
fail:
	cgn_file_release(file);
	return NULL;
}

struct cgn_file *cgn_file_hold(struct cgn_file *file)
{
	atomic_fetch_add(&file->holders, 1);
	return file;
}

void cgn_file_release(struct cgn_file *file)
{
	if (file == NULL || atomic_fetch_sub(&file->holders, 1) > 1)
		return;
	free(file->pools);
	free(file->path);
	free(file);
}

bool cgn_pool_inside(const struct cgn_pool *pool, const struct address *outside, uint16_t port,
	struct address *inside)
{
	const uint64_t address = v4_get(outside) - v4_get(&pool->outside.address);
	uint64_t number;

	if (port < pool->first_port || port > pool->last_port)
		return false;
	number = (uint32_t)(port - pool->first_port) / pool->block_ports;
	if (number >= pool->addresses_per_outside)
		return false;
	number += address * pool->addresses_per_outside;
	if (number >= size_of(&pool->inside))
		return false;
	*inside = v4_make(v4_get(&pool->inside.address) + (uint32_t)number);
	return true;
}

bool cgn_pool_outside(const struct cgn_pool *pool, const struct address *inside,
	struct address *outside, uint16_t *first, uint16_t *last)
{
	const uint32_t number = v4_get(inside) - v4_get(&pool->inside.address);
	const uint32_t block = number % pool->addresses_per_outside;

	if (!prefix_contains(&pool->inside, inside))
		return false;
	*outside = v4_make(v4_get(&pool->outside.address) + number / pool->addresses_per_outside);
	*first = (uint16_t)(pool->first_port + block * pool->block_ports);
	*last = (uint16_t)(*first + pool->block_ports - 1);
	return true;
}
