// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/settings.h"

#include "config/utc.h"

#include <sqlite3.h>

#include <stdio.h>

int store_setting_get(struct store *store, const char *name, struct setting *setting)
{
	static const char sql[] = "SELECT value, actor, changed_ns FROM setting WHERE name = ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	found = store_next(store, statement);
	if (found == 1) {
		snprintf(setting->value, sizeof(setting->value), "%s",
			(const char *)sqlite3_column_text(statement, 0));
		snprintf(setting->actor, sizeof(setting->actor), "%s",
			(const char *)sqlite3_column_text(statement, 1));
		setting->changed_ns = (uint64_t)sqlite3_column_int64(statement, 2);
		sqlite3_reset(statement);
	}
	return found;
}

int store_setting_set(struct store *store, const char *name, const char *value, const char *actor)
{
	static const char sql[] = "INSERT INTO setting (name, value, actor, changed_ns)"
				  " VALUES (?1, ?2, ?3, ?4)"
				  " ON CONFLICT (name) DO UPDATE"
				  " SET value = ?2, actor = ?3, changed_ns = ?4";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, actor, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, (int64_t)utc_now_ns());
	return store_run(store, statement);
}
