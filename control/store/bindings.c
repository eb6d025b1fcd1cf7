// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/bindings.h"

#include <sqlite3.h>

// How many rows are removed at a time; some milliseconds.
#define TIDY_BATCH 1000

#define BINDING_COLUMNS \
	"prefix, length, source, start_ns, end_ns, heard_ns, subscriber, nas, session_name," \
	" calling_station, nas_port"

static void column_text(sqlite3_stmt *statement, int column, char text[BINDING_TEXT_SIZE])
{
	const unsigned char *value = sqlite3_column_text(statement, column);
	const size_t length = (size_t)sqlite3_column_bytes(statement, column);
	const size_t used = length < BINDING_TEXT_SIZE ? length : BINDING_TEXT_SIZE - 1;

	if (used > 0)
		memcpy(text, value, used);
	text[used] = '\0';
}

static void read_binding(sqlite3_stmt *statement, struct binding *binding)
{
	struct address *address = &binding->prefix.address;

	memset(address, 0, sizeof(*address));
	if (sqlite3_column_bytes(statement, 0) == sizeof(address->bytes))
		memcpy(address->bytes, sqlite3_column_blob(statement, 0), sizeof(address->bytes));
	binding->prefix.length = (uint8_t)sqlite3_column_int(statement, 1);
	binding->source = (uint8_t)sqlite3_column_int(statement, 2);
	binding->start_ns = (uint64_t)sqlite3_column_int64(statement, 3);
	binding->end_ns = (uint64_t)sqlite3_column_int64(statement, 4); // 0 for NULL
	binding->heard_ns = (uint64_t)sqlite3_column_int64(statement, 5);
	column_text(statement, 6, binding->subscriber);
	column_text(statement, 7, binding->nas);
	column_text(statement, 8, binding->session);
	column_text(statement, 9, binding->calling_station);
	column_text(statement, 10, binding->nas_port);
}

int store_binding_length(struct store *store, int *length)
{
	static const char sql[] = "SELECT max(length) FROM binding WHERE length < ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int(statement, 1, *length);
	if (store_next(store, statement) != 1)
		return -1;
	found = sqlite3_column_type(statement, 0) != SQLITE_NULL;
	*length = sqlite3_column_int(statement, 0);
	sqlite3_reset(statement);
	return found;
}

static void bind_prefix(sqlite3_stmt *statement, int length, const struct address *masked)
{
	sqlite3_bind_int(statement, 1, length);
	sqlite3_bind_blob(statement, 2, masked->bytes, sizeof(masked->bytes), SQLITE_STATIC);
}

int store_binding_around(
	struct store *store, const struct prefix *prefix, uint64_t at_ns, struct binding *binding)
{
	// The last that had begun, empty ones left out; the next in line did not hold any more.
	static const char sql[] = "SELECT " BINDING_COLUMNS " FROM binding"
				  " WHERE length = ?1 AND prefix = ?2 AND start_ns <= ?3"
				  " AND (end_ns IS NULL OR end_ns > start_ns)"
				  " ORDER BY start_ns DESC, id DESC LIMIT 1";
	int length = prefix->length + 1, found;

	while ((found = store_binding_length(store, &length)) == 1) {
		const struct address masked = address_mask(&prefix->address, (uint8_t)length);
		sqlite3_stmt *statement = store_statement(store, sql);

		if (statement == NULL)
			return -1;
		bind_prefix(statement, length, &masked);
		sqlite3_bind_int64(statement, 3, (int64_t)at_ns);
		found = store_next(store, statement);
		if (found < 0)
			return -1;
		if (found == 1)
			read_binding(statement, binding);
		sqlite3_reset(statement);
		if (found == 1 && (binding->end_ns == BINDING_OPEN || binding->end_ns > at_ns))
			return 1;
	}
	return found;
}

int store_binding_find(
	struct store *store, const struct address *address, uint64_t at_ns, struct binding *binding)
{
	const struct prefix host = {.address = *address, .length = 128};

	return store_binding_around(store, &host, at_ns, binding);
}

// One query's rows; takes from *limit.
static int list_rows(struct store *store, sqlite3_stmt *statement, uint32_t *limit,
	void (*each)(void *context, const struct binding *binding), void *context)
{
	struct binding binding;
	int found = 0;

	while (*limit > 0 && (found = store_next(store, statement)) == 1) {
		read_binding(statement, &binding);
		each(context, &binding);
		--*limit;
	}
	sqlite3_reset(statement);
	return found < 0 ? -1 : 0;
}

static int list_within(struct store *store, const struct binding_filter *filter,
	void (*each)(void *context, const struct binding *binding), void *context)
{
	static const char sql[] = "SELECT " BINDING_COLUMNS " FROM binding"
				  " WHERE length = ?1 AND prefix = ?2"
				  " AND (?3 IS NULL OR (subscriber = ?3 AND end_ns IS NULL))"
				  " ORDER BY start_ns DESC, id DESC";
	uint32_t limit = filter->limit;
	int length = 129, found;

	while ((found = store_binding_length(store, &length)) == 1) {
		const struct address masked = address_mask(filter->within, (uint8_t)length);
		sqlite3_stmt *statement = store_statement(store, sql);

		if (statement == NULL)
			return -1;
		bind_prefix(statement, length, &masked);
		sqlite3_bind_text(statement, 3, filter->subscriber, -1, SQLITE_STATIC);
		if (list_rows(store, statement, &limit, each, context) < 0)
			return -1;
	}
	return found;
}

int store_bindings_list(struct store *store, const struct binding_filter *filter,
	void (*each)(void *context, const struct binding *binding), void *context)
{
	static const char all[] = "SELECT " BINDING_COLUMNS " FROM binding"
				  " WHERE end_ns IS NULL ORDER BY subscriber LIMIT ?1";
	static const char of_one[] = "SELECT " BINDING_COLUMNS " FROM binding"
				     " WHERE end_ns IS NULL AND subscriber = ?2"
				     " ORDER BY start_ns DESC, id DESC LIMIT ?1";
	uint32_t limit = filter->limit;
	sqlite3_stmt *statement;

	if (filter->within != NULL)
		return list_within(store, filter, each, context);
	statement = store_statement(store, filter->subscriber == NULL ? all : of_one);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, limit);
	if (filter->subscriber != NULL)
		sqlite3_bind_text(statement, 2, filter->subscriber, -1, SQLITE_STATIC);
	return list_rows(store, statement, &limit, each, context);
}

int store_bindings_count(struct store *store, struct binding_totals *totals)
{
	static const char sql[] = "SELECT stored, open, sessions FROM binding_count";
	sqlite3_stmt *statement = store_statement(store, sql);

	memset(totals, 0, sizeof(*totals));
	if (statement == NULL || store_next(store, statement) != 1)
		return -1;
	totals->stored = (uint64_t)sqlite3_column_int64(statement, 0);
	totals->open = (uint64_t)sqlite3_column_int64(statement, 1);
	totals->sessions = (uint64_t)sqlite3_column_int64(statement, 2);
	sqlite3_reset(statement);
	return 0;
}

// `sql` takes a number of rows and may take a moment. Returns how many were removed; -1: failed.
static int64_t remove_rows(struct store *store, const char *sql, uint64_t rows, uint64_t before_ns)
{
	sqlite3_stmt *statement;

	if (rows == 0)
		return 0;
	statement = store_statement(store, sql);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)(rows < TIDY_BATCH ? rows : TIDY_BATCH));
	if (sqlite3_bind_parameter_count(statement) > 1)
		sqlite3_bind_int64(statement, 2, (int64_t)before_ns);
	if (store_run(store, statement) < 0)
		return -1;
	return store_changes(store);
}

struct removal {
	const char *ended; // the longest ago first
	const char *open;  // the oldest first
};

static const struct removal of_bindings = {
	"DELETE FROM binding WHERE id IN (SELECT id FROM binding"
	" WHERE end_ns IS NOT NULL AND end_ns < ?2 ORDER BY end_ns LIMIT ?1)",
	"DELETE FROM binding WHERE id IN (SELECT id FROM binding ORDER BY id LIMIT ?1)",
};
static const struct removal of_sessions = {
	"DELETE FROM session WHERE id IN (SELECT id FROM session"
	" WHERE end_ns IS NOT NULL AND end_ns < ?2 ORDER BY end_ns LIMIT ?1)",
	"DELETE FROM session WHERE id IN (SELECT id FROM session ORDER BY id LIMIT ?1)",
};

// What is over the limit: ended ones as long as there are any. Returns as remove_rows.
static int64_t remove_excess(
	struct store *store, const struct removal *removal, uint64_t count, uint64_t max)
{
	const uint64_t excess = count > max ? count - max : 0;
	const int64_t removed = remove_rows(store, removal->ended, excess, INT64_MAX);

	return removed == 0 ? remove_rows(store, removal->open, excess, 0) : removed;
}

int store_bindings_tidy(struct store *store, const struct binding_bounds *bounds, uint64_t *evicted)
{
	struct binding_totals totals;
	int64_t outdated, forgotten, surplus, sessions;

	if (store_begin(store) < 0)
		return -1;
	outdated = remove_rows(store, of_bindings.ended, TIDY_BATCH, bounds->keep_ns);
	forgotten = remove_rows(store, of_sessions.ended, TIDY_BATCH, bounds->keep_ns);
	if (outdated < 0 || forgotten < 0 || store_bindings_count(store, &totals) < 0)
		goto fail;
	surplus = remove_excess(store, &of_bindings, totals.stored, bounds->bindings_max);
	sessions = remove_excess(store, &of_sessions, totals.sessions, bounds->sessions_max);
	if (surplus < 0 || sessions < 0 || store_commit(store) < 0)
		goto fail;
	*evicted += (uint64_t)surplus;
	return outdated == TIDY_BATCH || forgotten == TIDY_BATCH || surplus > 0 || sessions > 0;
fail:
	store_rollback(store);
	return -1;
}
