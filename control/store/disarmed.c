// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/disarmed.h"

#include "control/store/audit.h"
#include "control/store/settings.h"

#include <sqlite3.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Rows of one transaction.
#define CHUNK 4096

static void bind_key(sqlite3_stmt *statement, const struct service_key *key)
{
	sqlite3_bind_blob(
		statement, 1, key->address.bytes, sizeof(key->address.bytes), SQLITE_STATIC);
	sqlite3_bind_int(statement, 2, key->port);
	sqlite3_bind_int(statement, 3, key->transport);
}

static void read_key(sqlite3_stmt *statement, struct service_key *key)
{
	if (sqlite3_column_bytes(statement, 0) == sizeof(key->address.bytes))
		memcpy(key->address.bytes, sqlite3_column_blob(statement, 0),
			sizeof(key->address.bytes));
	key->port = (uint16_t)sqlite3_column_int(statement, 1);
	key->transport = (uint8_t)sqlite3_column_int(statement, 2);
}

// -1: failed.
static int64_t count_rows(struct store *store, const char *sql)
{
	sqlite3_stmt *statement = store_statement(store, sql);
	int64_t count;

	if (statement == NULL || store_next(store, statement) != 1)
		return -1;
	count = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return count;
}

// A table, as the set that is to be written to it has it.
struct table {
	const char *drop;
	size_t row_size; // each begins with its struct service_key
	int (*put)(struct store *store, const void *row);
	bool (*same)(const void *left, const void *right); // of rows of one key
};

struct rows {
	const void *first;
	size_t count;
};

static const struct service_key *row_at(
	const struct table *table, const struct rows *rows, size_t index)
{
	return (const void *)((const char *)rows->first + index * table->row_size);
}

static int drop_row(struct store *store, const char *sql, const struct service_key *key)
{
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	bind_key(statement, key);
	return store_run(store, statement);
}

// One step of the walk over both sets. 1: something was written, 0: not, -1: failed.
static int write_next(struct store *store, const struct table *table, const struct rows *before,
	size_t *i, const struct rows *after, size_t *j)
{
	const struct service_key *old = *i < before->count ? row_at(table, before, *i) : NULL;
	const struct service_key *new = *j < after->count ? row_at(table, after, *j) : NULL;
	const int order = old == NULL ? 1 : new == NULL ? -1 : service_key_compare(old, new);

	*i += order <= 0;
	*j += order >= 0;
	if (order < 0)
		return drop_row(store, table->drop, old) < 0 ? -1 : 1;
	if (order == 0 && table->same(old, new))
		return 0;
	return table->put(store, new) < 0 ? -1 : 1;
}

static int write_rows(struct store *store, const struct table *table, const struct rows *before,
	const struct rows *after)
{
	size_t i = 0, j = 0;

	while (i < before->count || j < after->count) {
		int written = 0;

		if (store_begin(store) < 0)
			return -1;
		while (written < CHUNK && (i < before->count || j < after->count)) {
			const int result = write_next(store, table, before, &i, after, &j);

			if (result < 0) {
				store_rollback(store);
				return -1;
			}
			written += result;
		}
		if (store_commit(store) < 0) {
			store_rollback(store);
			return -1;
		}
	}
	return 0;
}

static int put_disarmed(struct store *store, const void *row)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO disarmed (address, port, transport, limit_passed, figure,"
		" allowed, since_ns) VALUES (?, ?, ?, ?, ?, ?, ?)";
	const struct disarmed *disarmed = row;
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	bind_key(statement, &disarmed->key);
	sqlite3_bind_int(statement, 4, disarmed->limit);
	sqlite3_bind_int64(statement, 5, (int64_t)disarmed->figure);
	sqlite3_bind_int64(statement, 6, (int64_t)disarmed->allowed);
	sqlite3_bind_int64(statement, 7, (int64_t)disarmed->since_ns);
	return store_run(store, statement);
}

static int put_known(struct store *store, const void *row)
{
	static const char sql[] = "INSERT OR REPLACE INTO known (address, port, transport,"
				  " since_ns) VALUES (?, ?, ?, ?)";
	const struct novelty_entry *known = row;
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	bind_key(statement, &known->key);
	sqlite3_bind_int64(statement, 4, (int64_t)known->since_ns);
	return store_run(store, statement);
}

static bool same_disarmed(const void *left, const void *right)
{
	const struct disarmed *a = left, *b = right;

	return a->since_ns == b->since_ns;
}

static bool same_known(const void *left, const void *right)
{
	const struct novelty_entry *a = left, *b = right;

	return a->since_ns == b->since_ns;
}

static const struct table disarmed_table = {
	"DELETE FROM disarmed WHERE address = ? AND port = ? AND transport = ?",
	sizeof(struct disarmed), put_disarmed, same_disarmed};
static const struct table known_table = {
	"DELETE FROM known WHERE address = ? AND port = ? AND transport = ?",
	sizeof(struct novelty_entry), put_known, same_known};

struct overblock *store_disarmed_read(struct store *store)
{
	static const char sql[] = "SELECT address, port, transport, limit_passed, figure, allowed,"
				  " since_ns FROM disarmed ORDER BY address, port, transport";
	const int64_t count = count_rows(store, "SELECT count(*) FROM disarmed");
	struct overblock *overblock = count < 0 ? NULL : overblock_create((size_t)count);
	struct setting setting;
	sqlite3_stmt *statement;
	int found = -1;

	if (overblock == NULL) {
		if (count >= 0)
			store_set_error(store, "no memory for what is disarmed");
		return NULL;
	}
	switch (store_setting_get(store, SETTING_DISARMED, &setting)) {
	case 1:
		overblock->accounted_ns = strtoull(setting.value, NULL, 10);
		break;
	case 0:
		break;
	default:
		goto fail;
	}
	statement = store_statement(store, sql);
	if (statement == NULL)
		goto fail;
	while ((int64_t)overblock->count < count && (found = store_next(store, statement)) == 1) {
		struct disarmed *disarmed = &overblock->disarmed[overblock->count++];

		read_key(statement, &disarmed->key);
		disarmed->limit = (uint8_t)sqlite3_column_int(statement, 3);
		disarmed->figure = (uint64_t)sqlite3_column_int64(statement, 4);
		disarmed->allowed = (uint64_t)sqlite3_column_int64(statement, 5);
		disarmed->since_ns = (uint64_t)sqlite3_column_int64(statement, 6);
	}
	sqlite3_reset(statement);
	if (count > 0 && found < 0)
		goto fail;
	return overblock;
fail:
	overblock_release(overblock);
	return NULL;
}

static int write_disarmed(
	struct store *store, const struct overblock *before, const struct overblock *after)
{
	const struct rows old = {before->disarmed, before->count};
	const struct rows new = {after->disarmed, after->count};
	char accounted[24];

	// The moment last: what it covers is then there.
	snprintf(accounted, sizeof(accounted), "%" PRIu64, after->accounted_ns);
	if (write_rows(store, &disarmed_table, &old, &new) < 0)
		return -1;
	return store_setting_set(store, SETTING_DISARMED, accounted, AUDIT_SELF);
}

int store_disarmed_write(
	struct store *store, const struct overblock *before, const struct overblock *after)
{
	int result;

	if (store_set_durable(store, true) < 0)
		return -1;
	result = write_disarmed(store, before, after);
	if (store_set_durable(store, false) < 0)
		return -1;
	return result;
}

struct novelty *store_novelty_read(struct store *store)
{
	static const char sql[] = "SELECT address, port, transport, since_ns FROM known"
				  " ORDER BY address, port, transport";
	const int64_t count = count_rows(store, "SELECT count(*) FROM known");
	struct novelty *novelty;
	sqlite3_stmt *statement;
	int found = 0;

	if (count < 0)
		return NULL;
	novelty = calloc(1, sizeof(*novelty) + (size_t)count * sizeof(novelty->known[0]));
	if (novelty == NULL) {
		store_set_error(store, "no memory for what is known");
		return NULL;
	}
	statement = store_statement(store, sql);
	if (statement == NULL)
		goto fail;
	while ((int64_t)novelty->count < count && (found = store_next(store, statement)) == 1) {
		struct novelty_entry *known = &novelty->known[novelty->count++];

		read_key(statement, &known->key);
		known->since_ns = (uint64_t)sqlite3_column_int64(statement, 3);
	}
	sqlite3_reset(statement);
	if (found < 0)
		goto fail;
	return novelty;
fail:
	free(novelty);
	return NULL;
}

int store_novelty_write(
	struct store *store, const struct novelty *before, const struct novelty *after)
{
	const struct rows old = {
		before == NULL ? NULL : before->known, before == NULL ? 0 : before->count};
	const struct rows new = {after->known, after->count};

	return write_rows(store, &known_table, &old, &new);
}
