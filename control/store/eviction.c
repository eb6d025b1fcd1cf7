// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/eviction.h"

#include <sqlite3.h>

// How many old records go at once.
#define RECORDS_BATCH 1024

static int run_with(struct store *store, const char *sql, int64_t value)
{
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, value);
	return store_run(store, statement);
}

static int evict_beyond(struct store *store, const char *count, const char *evict, uint64_t bound)
{
	sqlite3_stmt *statement = store_statement(store, count);
	uint64_t rows;

	if (statement == NULL || store_next(store, statement) != 1)
		return -1;
	rows = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	if (rows <= bound)
		return 0;
	return run_with(store, evict, (int64_t)(rows - bound + bound / 100));
}

int store_evict_quiet(struct store *store, const struct store_bounds *bounds)
{
	static const char contacts[] = "SELECT count(*) FROM contact";
	static const char records[] = "SELECT count(*) FROM record";
	static const char keys[] = "SELECT count(*) FROM subscriber_key";
	static const char evict_contacts[] = "DELETE FROM contact WHERE id IN"
					     " (SELECT id FROM contact ORDER BY last_ns LIMIT ?)";
	static const char evict_records[] =
		"DELETE FROM record WHERE id IN (SELECT id FROM record ORDER BY instance, last_ns"
		"  LIMIT ?) AND NOT EXISTS (SELECT 1 FROM share WHERE share.record = record.id)";
	static const char evict_keys[] =
		"DELETE FROM subscriber_key WHERE id IN"
		" (SELECT id FROM subscriber_key ORDER BY last_ns LIMIT ?)";

	if (evict_beyond(store, contacts, evict_contacts, bounds->contacts) < 0 ||
		evict_beyond(store, records, evict_records, bounds->records) < 0)
		return -1;
	return evict_beyond(store, keys, evict_keys, bounds->keys);
}

int store_evict_records(struct store *store)
{
	static const char sql[] =
		"DELETE FROM record WHERE id IN (SELECT id FROM record"
		"  WHERE instance < (SELECT max(id) FROM instance)"
		"  AND NOT EXISTS (SELECT 1 FROM share WHERE share.record = record.id) LIMIT ?)";

	if (run_with(store, sql, RECORDS_BATCH) < 0)
		return -1;
	return store_changes(store) == RECORDS_BATCH;
}
