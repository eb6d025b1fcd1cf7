// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/holders.h"

#include <sqlite3.h>

int store_holder_note(struct store *store, const struct resolved *resolved, uint64_t first_ns,
	uint64_t last_ns, int64_t *row)
{
	static const char sql[] =
		"INSERT INTO subscriber (name, known, flags, first_ns, last_ns)"
		" VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (name) DO UPDATE SET known = ?2, flags = ?3,"
		" first_ns = min(first_ns, ?4), last_ns = max(last_ns, ?5) RETURNING id";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, resolved->name, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 2, resolved->known);
	sqlite3_bind_int(statement, 3, resolved->flags);
	sqlite3_bind_int64(statement, 4, (int64_t)first_ns);
	sqlite3_bind_int64(statement, 5, (int64_t)last_ns);
	if (store_next(store, statement) != 1)
		return -1;
	*row = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

int store_holder_note_key(struct store *store, int64_t subscriber, const struct record_key *key,
	uint64_t first_ns, uint64_t last_ns)
{
	static const char sql[] =
		"INSERT INTO subscriber_key (subscriber, key, address, first_ns, last_ns)"
		" VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (subscriber, key) DO UPDATE SET"
		" first_ns = min(first_ns, ?4), last_ns = max(last_ns, ?5)";
	const struct address *address = record_key_address(key);
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, subscriber);
	sqlite3_bind_text(statement, 2, key->text, -1, SQLITE_STATIC);
	if (address != NULL)
		sqlite3_bind_blob(statement, 3, address->bytes, 16, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, (int64_t)first_ns);
	sqlite3_bind_int64(statement, 5, (int64_t)last_ns);
	return store_run(store, statement);
}

static int run_for(struct store *store, const char *sql, int64_t subscriber, const char *key)
{
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, subscriber);
	if (key != NULL)
		sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	return store_run(store, statement);
}

int store_holder_remeasure(struct store *store, int64_t subscriber, const char *key)
{
	static const char drop[] =
		"DELETE FROM subscriber_key WHERE subscriber = ?1 AND key = ?2"
		" AND settled_first_ns IS NULL AND NOT EXISTS (SELECT 1 FROM contact c"
		"  JOIN share ON share.contact = c.id JOIN record r ON r.id = share.record"
		"  WHERE c.subscriber = ?1 AND r.key = ?2)";
	static const char measure_key[] =
		"UPDATE subscriber_key SET first_ns = min(coalesce(settled_first_ns, s.first_ns),"
		"  coalesce(s.first_ns, settled_first_ns)),"
		" last_ns = max(coalesce(settled_last_ns, s.last_ns),"
		"  coalesce(s.last_ns, settled_last_ns))"
		" FROM (SELECT min(counted_from_ns) AS first_ns, max(until_ns) AS last_ns"
		"  FROM contact c JOIN share ON share.contact = c.id"
		"  JOIN record r ON r.id = share.record"
		"  WHERE c.subscriber = ?1 AND r.key = ?2) s"
		" WHERE subscriber = ?1 AND key = ?2";
	static const char measure[] =
		"UPDATE subscriber SET first_ns = c.first_ns, last_ns = c.last_ns"
		" FROM (SELECT min(first_ns) AS first_ns, max(last_ns) AS last_ns FROM contact"
		"  WHERE subscriber = ?1 HAVING count(*) > 0) c WHERE id = ?1";

	if (run_for(store, drop, subscriber, key) < 0 ||
		run_for(store, measure_key, subscriber, key) < 0)
		return -1;
	return run_for(store, measure, subscriber, NULL);
}
