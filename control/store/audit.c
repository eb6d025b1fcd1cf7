// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/audit.h"

#include "config/utc.h"

#include <sqlite3.h>

int store_audit_add(struct store *store, const char *actor, const char *action, const char *detail)
{
	static const char insert[] =
		"INSERT INTO audit (at_ns, actor, action, detail) VALUES (?, ?, ?, ?)";
	static const char trim[] = "DELETE FROM audit WHERE id <= ?";
	sqlite3_stmt *statement = store_statement(store, insert);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)utc_now_ns());
	sqlite3_bind_text(statement, 2, actor, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, action, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 4, detail, -1, SQLITE_STATIC);
	if (store_run(store, statement) < 0)
		return -1;
	statement = store_statement(store, trim);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, store_last_id(store) - AUDIT_ENTRIES_MAX);
	return store_run(store, statement);
}

int store_audit_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct audit_entry *entry), void *context)
{
	static const char sql[] =
		"SELECT at_ns, actor, action, detail FROM audit ORDER BY id DESC LIMIT ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, limit);
	while ((found = store_next(store, statement)) == 1) {
		const struct audit_entry entry = {
			.at_ns = (uint64_t)sqlite3_column_int64(statement, 0),
			.actor = (const char *)sqlite3_column_text(statement, 1),
			.action = (const char *)sqlite3_column_text(statement, 2),
			.detail = (const char *)sqlite3_column_text(statement, 3),
		};

		each(context, &entry);
	}
	return found;
}
