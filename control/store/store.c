// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/store.h"

#include "control/store/schema.h"

#include <sqlite3.h>

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// More than all statements of this directory together.
#define STATEMENTS_MAX 128

struct cached {
	const char *sql;
	sqlite3_stmt *statement;
};

struct store {
	sqlite3 *database;
	struct cached cache[STATEMENTS_MAX];
	size_t cached;
	char error[512];
};

int store_set_error(struct store *store, const char *format, ...)
{
	char text[sizeof(store->error) / 2];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(store->error, sizeof(store->error), "%s: %s",
		sqlite3_db_filename(store->database, "main"), text);
	return -1;
}

static int note_error(struct store *store)
{
	return store_set_error(store, "%s", sqlite3_errmsg(store->database));
}

const char *store_error(const struct store *store)
{
	return store->error;
}

struct sqlite3_stmt *store_statement(struct store *store, const char *sql)
{
	struct cached *entry;

	for (size_t i = 0; i < store->cached; i++) {
		entry = &store->cache[i];
		if (entry->sql == sql) {
			sqlite3_reset(entry->statement);
			sqlite3_clear_bindings(entry->statement);
			return entry->statement;
		}
	}
	if (store->cached == STATEMENTS_MAX) {
		store_set_error(store, "more than %d prepared statements", STATEMENTS_MAX);
		return NULL;
	}
	entry = &store->cache[store->cached];
	if (sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT,
		    &entry->statement, NULL) != SQLITE_OK) {
		note_error(store);
		return NULL;
	}
	entry->sql = sql;
	store->cached++;
	return entry->statement;
}

int store_next(struct store *store, struct sqlite3_stmt *statement)
{
	const int result = sqlite3_step(statement);

	if (result == SQLITE_ROW)
		return 1;
	if (result != SQLITE_DONE)
		note_error(store);
	sqlite3_reset(statement);
	return result == SQLITE_DONE ? 0 : -1;
}

int store_run(struct store *store, struct sqlite3_stmt *statement)
{
	const int result = store_next(store, statement);

	sqlite3_reset(statement);
	return result < 0 ? -1 : 0;
}

int store_script(struct store *store, const char *sql)
{
	if (sqlite3_exec(store->database, sql, NULL, NULL, NULL) != SQLITE_OK)
		return note_error(store);
	return 0;
}

int store_begin(struct store *store)
{
	// Immediate: a transaction that read first and writes later could not wait for the lock.
	static const char sql[] = "BEGIN IMMEDIATE";
	sqlite3_stmt *statement = store_statement(store, sql);

	return statement == NULL ? -1 : store_run(store, statement);
}

int store_commit(struct store *store)
{
	static const char sql[] = "COMMIT";
	sqlite3_stmt *statement = store_statement(store, sql);

	return statement == NULL ? -1 : store_run(store, statement);
}

void store_rollback(struct store *store)
{
	// A full disk, for one, has already rolled back by itself.
	if (sqlite3_get_autocommit(store->database) == 0)
		sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
}

int store_set_durable(struct store *store, bool durable)
{
	return store_script(
		store, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

int store_checkpoint(struct store *store)
{
	return store_script(store, "PRAGMA wal_checkpoint(PASSIVE)");
}

int store_leave_checkpoints(struct store *store)
{
	return store_script(store, "PRAGMA wal_autocheckpoint = 0");
}

int64_t store_last_id(const struct store *store)
{
	return sqlite3_last_insert_rowid(store->database);
}

int64_t store_changes(const struct store *store)
{
	return sqlite3_changes(store->database);
}

void store_close(struct store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < store->cached; i++)
		sqlite3_finalize(store->cache[i].statement);
	sqlite3_close(store->database);
	free(store);
}

struct store *store_open(const char *state_dir, char *error, size_t error_size)
{
	struct store *store = calloc(1, sizeof(*store));
	char path[PATH_MAX];

	if (store == NULL) {
		snprintf(error, error_size, "no memory to open the store");
		return NULL;
	}
	snprintf(path, sizeof(path), "%s/" STORE_FILE, state_dir);
	// A database is single-threaded here; the mutexes would guard nothing.
	if (sqlite3_open_v2(path, &store->database,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
		    NULL) != SQLITE_OK) {
		snprintf(error, error_size,
			"%s: %s; state_dir must exist and be writable by the configured user", path,
			store->database == NULL ? "no memory" : sqlite3_errmsg(store->database));
		goto fail;
	}
	sqlite3_busy_timeout(store->database, STORE_BUSY_TIMEOUT_MS);
	if (store_script(store, "PRAGMA journal_mode = WAL;"
				"PRAGMA synchronous = NORMAL;"
				"PRAGMA foreign_keys = ON;"
				// A log that a burst made large is cut back afterwards.
				"PRAGMA journal_size_limit = 16777216") < 0 ||
		schema_upgrade(store) < 0) {
		snprintf(error, error_size, "%s", store->error);
		goto fail;
	}
	return store;
fail:
	store_close(store);
	return NULL;
}
