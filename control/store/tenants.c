// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/tenants.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

static void bind_address(sqlite3_stmt *statement, int index, const struct address *address)
{
	sqlite3_bind_blob(
		statement, index, address->bytes, sizeof(address->bytes), SQLITE_TRANSIENT);
}

// How far the search within a key has come.
struct search {
	char *name; // of the first one found
	bool found, several;
	int rows;
};

// Bindings of one length within the key.
static int search_within(struct store *store, const struct prefix *key, int length, uint64_t at_ns,
	struct search *search)
{
	static const char sql[] = "SELECT subscriber, end_ns IS NULL OR end_ns > ?4 FROM binding"
				  " WHERE length = ?1 AND prefix BETWEEN ?2 AND ?3"
				  " AND start_ns <= ?4";
	sqlite3_stmt *statement = store_statement(store, sql);
	const struct address last = prefix_last(key);
	int found = 0;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int(statement, 1, length);
	bind_address(statement, 2, &key->address);
	bind_address(statement, 3, &last);
	sqlite3_bind_int64(statement, 4, (int64_t)at_ns);
	while (!search->several && (found = store_next(store, statement)) == 1) {
		const char *name = (const char *)sqlite3_column_text(statement, 0);

		search->several = ++search->rows > TENANT_ROWS_MAX;
		if (name == NULL || sqlite3_column_int(statement, 1) == 0)
			continue;
		if (!search->found)
			snprintf(search->name, BINDING_TEXT_SIZE, "%s", name);
		search->several |= strcmp(search->name, name) != 0;
		search->found = true;
	}
	sqlite3_reset(statement);
	return found < 0 ? -1 : 0;
}

static int find_within(
	struct store *store, const struct prefix *key, uint64_t at_ns, char name[BINDING_TEXT_SIZE])
{
	struct search search = {.name = name};
	int length = 129, found = 0;

	while (!search.several && (found = store_binding_length(store, &length)) == 1 &&
		length > key->length)
		if (search_within(store, key, length, at_ns, &search) < 0)
			return -1;
	if (!search.several && found < 0)
		return -1;
	return search.found && !search.several;
}

int store_tenant_find(
	struct store *store, const struct prefix *key, uint64_t at_ns, char name[BINDING_TEXT_SIZE])
{
	struct binding binding;
	int found = store_binding_around(store, key, at_ns, &binding);

	if (found == 1)
		memcpy(name, binding.subscriber, BINDING_TEXT_SIZE);
	else if (found == 0)
		found = find_within(store, key, at_ns, name);
	return found == 1 ? name[0] != '\0' : found;
}

static int list_rows(struct store *store, sqlite3_stmt *statement,
	void (*each)(void *context, const struct prefix *prefix, const char *name), void *context)
{
	struct prefix prefix;
	int found;

	while ((found = store_next(store, statement)) == 1) {
		if (sqlite3_column_bytes(statement, 0) != sizeof(prefix.address.bytes))
			continue;
		memcpy(prefix.address.bytes, sqlite3_column_blob(statement, 0),
			sizeof(prefix.address.bytes));
		prefix.length = (uint8_t)sqlite3_column_int(statement, 1);
		each(context, &prefix, (const char *)sqlite3_column_text(statement, 2));
	}
	return found;
}

// Those that begin outside the range: around its first address.
static int list_around(struct store *store, const struct address *first,
	void (*each)(void *context, const struct prefix *prefix, const char *name), void *context)
{
	static const char sql[] = "SELECT prefix, length, subscriber FROM binding"
				  " WHERE end_ns IS NULL AND prefix = ?1 AND length = ?2";
	int length = 129, found;

	while ((found = store_binding_length(store, &length)) == 1) {
		const struct address masked = address_mask(first, (uint8_t)length);
		sqlite3_stmt *statement;

		if (address_compare(&masked, first) == 0)
			continue;
		statement = store_statement(store, sql);
		if (statement == NULL)
			return -1;
		bind_address(statement, 1, &masked);
		sqlite3_bind_int(statement, 2, length);
		if (list_rows(store, statement, each, context) < 0)
			return -1;
	}
	return found;
}

int store_tenants_among(struct store *store, const struct address *first,
	const struct address *last,
	void (*each)(void *context, const struct prefix *prefix, const char *name), void *context)
{
	static const char sql[] = "SELECT prefix, length, subscriber FROM binding"
				  " WHERE end_ns IS NULL AND prefix BETWEEN ?1 AND ?2";
	sqlite3_stmt *statement;

	if (list_around(store, first, each, context) < 0)
		return -1;
	statement = store_statement(store, sql);
	if (statement == NULL)
		return -1;
	bind_address(statement, 1, first);
	bind_address(statement, 2, last);
	return list_rows(store, statement, each, context);
}

int store_tenant_prefixes(struct store *store, const char *name,
	void (*each)(void *context, const struct prefix *prefix, const char *name), void *context)
{
	static const char sql[] = "SELECT prefix, length, subscriber FROM binding"
				  " WHERE end_ns IS NULL AND subscriber = ?1";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	return list_rows(store, statement, each, context);
}
