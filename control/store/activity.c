// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/activity.h"

#include "config/utc.h"

#include <sqlite3.h>

// How many rows go at once.
#define EXPIRE_BATCH 1024

static void bind_row(sqlite3_stmt *statement, const struct share *share)
{
	sqlite3_bind_int64(statement, 1, share->contact);
	sqlite3_bind_int64(statement, 2, (int64_t)(share->until_ns / UTC_NS_PER_DAY));
	sqlite3_bind_int64(statement, 3, share->membership.phase);
	sqlite3_bind_int(statement, 4, (int)share->membership.group);
	sqlite3_bind_int64(statement, 5, (int64_t)share->counters.packets_up);
	sqlite3_bind_int64(statement, 6, (int64_t)share->counters.packets_down);
	sqlite3_bind_int64(statement, 7, (int64_t)share->counters.packets_dropped);
}

static bool is_empty(const struct share *share)
{
	return share->counters.packets_up + share->counters.packets_down == 0;
}

int store_activity_add(struct store *store, const struct share *share, bool attempt, bool applied)
{
	static const char sql[] =
		"INSERT INTO activity (contact, day, phase, trial_group, packets_up, packets_down,"
		" packets_dropped, attempts, enforced, first_ns, last_ns)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
		" ON CONFLICT (contact, day, phase, trial_group) DO UPDATE SET"
		" packets_up = packets_up + ?5, packets_down = packets_down + ?6,"
		" packets_dropped = packets_dropped + ?7, attempts = attempts + ?8,"
		" enforced = enforced | ?9, first_ns = min(first_ns, ?10),"
		" last_ns = max(last_ns, ?11)";
	const uint64_t day_ns = share->until_ns / UTC_NS_PER_DAY * UTC_NS_PER_DAY;
	sqlite3_stmt *statement;

	if (is_empty(share))
		return 0;
	statement = store_statement(store, sql);
	if (statement == NULL)
		return -1;
	bind_row(statement, share);
	sqlite3_bind_int(statement, 8, attempt && share->counters.packets_up > 0);
	sqlite3_bind_int(statement, 9, applied);
	sqlite3_bind_int64(statement, 10,
		(int64_t)(share->counted_from_ns > day_ns ? share->counted_from_ns : day_ns));
	sqlite3_bind_int64(statement, 11, (int64_t)share->until_ns);
	return store_run(store, statement);
}

int store_activity_subtract(struct store *store, const struct share *share)
{
	static const char take[] =
		"UPDATE activity SET packets_up = packets_up - ?5, packets_down = packets_down -"
		" ?6, packets_dropped = packets_dropped - ?7, attempts = attempts - ?8"
		" WHERE contact = ?1 AND day = ?2 AND phase = ?3 AND trial_group = ?4";
	static const char drop[] =
		"DELETE FROM activity WHERE contact = ?1 AND day = ?2 AND phase = ?3"
		" AND trial_group = ?4 AND packets_up + packets_down <= 0";
	sqlite3_stmt *statement;

	if (is_empty(share))
		return 0;
	statement = store_statement(store, take);
	if (statement == NULL)
		return -1;
	bind_row(statement, share);
	sqlite3_bind_int(statement, 8, share->counters.packets_up > 0);
	if (store_run(store, statement) < 0)
		return -1;
	statement = store_statement(store, drop);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, share->contact);
	sqlite3_bind_int64(statement, 2, (int64_t)(share->until_ns / UTC_NS_PER_DAY));
	sqlite3_bind_int64(statement, 3, share->membership.phase);
	sqlite3_bind_int(statement, 4, (int)share->membership.group);
	return store_run(store, statement);
}

int store_activity_expire(
	struct store *store, uint64_t now_ns, uint32_t retention_days, uint64_t rows_max)
{
	// Rows are given out in order and go in order, so the span of their numbers bounds them,
	// and the oldest days are the lowest numbers.
	static const char sql[] = "DELETE FROM activity WHERE id IN (SELECT id FROM"
				  " (SELECT id, day FROM activity ORDER BY id LIMIT ?3)"
				  " WHERE day < ?1 OR id <= (SELECT max(id) FROM activity) - ?2)";
	const uint64_t today = now_ns / UTC_NS_PER_DAY;
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(
		statement, 1, (int64_t)(today > retention_days ? today - retention_days : 0));
	sqlite3_bind_int64(statement, 2, (int64_t)rows_max);
	sqlite3_bind_int(statement, 3, EXPIRE_BATCH);
	if (store_run(store, statement) < 0)
		return -1;
	return store_changes(store) == EXPIRE_BATCH;
}
