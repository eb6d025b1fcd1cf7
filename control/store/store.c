// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/store.h"

#include "config/log.h"
#include "control/store/chain.h"
#include "control/store/schema.h"

#include <sqlite3.h>

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// More than all statements of this directory together.
#define STATEMENTS_MAX 192

struct cached {
	const char *sql;
	sqlite3_stmt *statement;
};

struct store {
	sqlite3 *database;
	struct cached cache[STATEMENTS_MAX];
	size_t cached;
	char *lines[STORE_LINES_MAX]; // for the log, once they are true
	size_t line_count;
	char error[512];
};

static void forget_lines(struct store *store)
{
	while (store->line_count > 0)
		free(store->lines[--store->line_count]);
}

static void tell_lines(struct store *store)
{
	for (size_t i = 0; i < store->line_count; i++)
		log_info("%s", store->lines[i]);
	forget_lines(store);
}

void store_announce(struct store *store, const char *format, ...)
{
	va_list arguments;
	char *line;
	int length;

	va_start(arguments, format);
	length = vasprintf(&line, format, arguments);
	va_end(arguments);
	if (length < 0)
		return; // the entry itself is in the database
	if (store->line_count == STORE_LINES_MAX)
		free(store->lines[--store->line_count]);
	store->lines[store->line_count++] = line;
	if (!store_in_transaction(store))
		tell_lines(store);
}

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

	if (statement == NULL || store_run(store, statement) < 0)
		return -1;
	tell_lines(store);
	return 0;
}

bool store_in_transaction(const struct store *store)
{
	return sqlite3_get_autocommit(store->database) == 0;
}

void store_rollback(struct store *store)
{
	forget_lines(store);
	// A full disk, for one, has already rolled back by itself.
	if (store_in_transaction(store))
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
	forget_lines(store);
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
		chain_register(store->database) < 0 || schema_upgrade(store) < 0) {
		snprintf(error, error_size, "%s", store->error);
		goto fail;
	}
	return store;
fail:
	store_close(store);
	return NULL;
}

// "file:PATH?OPTIONS", with whatever would end the path written otherwise.
static char *make_uri(const char *path, const char *options)
{
	const size_t size = sizeof("file:") + 3 * strlen(path) + strlen(options);
	char *uri = malloc(size), *end = uri;

	if (uri == NULL)
		return NULL;
	end = stpcpy(end, "file:");
	for (; *path != '\0'; path++)
		if (strchr("%?#", *path) != NULL)
			end += sprintf(end, "%%%02x", (unsigned char)*path);
		else
			*end++ = *path;
	strcpy(end, options);
	return uri;
}

static char *make_read_only_uri(const char *path)
{
	char log[PATH_MAX];

	snprintf(log, sizeof(log), "%s-wal", path);
	// Without a log the file alone is all there is, and reading it needs no files beside it,
	// which a copy on a read-only medium has no room for.
	return make_uri(path, access(log, F_OK) == 0 ? "?mode=ro" : "?mode=ro&immutable=1");
}

struct store *store_open_read_only(const char *path, char *error, size_t error_size)
{
	struct store *store = calloc(1, sizeof(*store));
	char *uri = make_read_only_uri(path);

	if (store == NULL || uri == NULL) {
		snprintf(error, error_size, "no memory to open %s", path);
		goto fail;
	}
	if (sqlite3_open_v2(uri, &store->database,
		    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
		    NULL) != SQLITE_OK) {
		snprintf(error, error_size, "%s: %s", path,
			store->database == NULL ? "no memory" : sqlite3_errmsg(store->database));
		goto fail;
	}
	sqlite3_busy_timeout(store->database, STORE_BUSY_TIMEOUT_MS);
	if (schema_check(store) < 0) {
		snprintf(error, error_size, "%s", store->error);
		goto fail;
	}
	free(uri);
	return store;
fail:
	free(uri);
	store_close(store);
	return NULL;
}
