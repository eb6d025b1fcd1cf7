// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/sessions.h"

#include <sqlite3.h>

#define SESSION_COLUMNS "id, start_ns, end_ns, stopped, word_ns, heard_ns"

static void read_session(sqlite3_stmt *statement, struct stored_session *session)
{
	session->row = sqlite3_column_int64(statement, 0);
	session->start_ns = (uint64_t)sqlite3_column_int64(statement, 1);
	session->end_ns = (uint64_t)sqlite3_column_int64(statement, 2); // 0 for NULL
	session->stopped = sqlite3_column_int(statement, 3) != 0;
	session->word_ns = (uint64_t)sqlite3_column_int64(statement, 4);
	session->heard_ns = (uint64_t)sqlite3_column_int64(statement, 5);
}

// The columns from `start_ns` on, as ?1 to ?5.
static void bind_session(sqlite3_stmt *statement, const struct stored_session *session)
{
	sqlite3_bind_int64(statement, 1, (int64_t)session->start_ns);
	if (session->end_ns != SESSION_OPEN)
		sqlite3_bind_int64(statement, 2, (int64_t)session->end_ns);
	sqlite3_bind_int(statement, 3, session->stopped);
	sqlite3_bind_int64(statement, 4, (int64_t)session->word_ns);
	sqlite3_bind_int64(statement, 5, (int64_t)session->heard_ns);
}

int store_session_get(
	struct store *store, const char *nas, const char *name, struct stored_session *session)
{
	static const char sql[] =
		"SELECT " SESSION_COLUMNS " FROM session WHERE nas = ? AND name = ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, nas, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	found = store_next(store, statement);
	if (found == 1)
		read_session(statement, session);
	sqlite3_reset(statement);
	return found;
}

int store_session_make(
	struct store *store, const char *nas, const char *name, struct stored_session *session)
{
	static const char clear[] = "DELETE FROM session WHERE nas = ? AND name = ?";
	static const char sql[] =
		"INSERT INTO session (start_ns, end_ns, stopped, word_ns, heard_ns, nas, name)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *statement = store_statement(store, clear);

	// Not by replacing: that would not tell the trigger that counts.
	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, nas, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	if (store_run(store, statement) < 0)
		return -1;
	statement = store_statement(store, sql);
	if (statement == NULL)
		return -1;
	bind_session(statement, session);
	sqlite3_bind_text(statement, 6, nas, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 7, name, -1, SQLITE_STATIC);
	if (store_run(store, statement) < 0)
		return -1;
	session->row = store_last_id(store);
	return 0;
}

int store_session_update(struct store *store, const struct stored_session *session)
{
	static const char sql[] = "UPDATE session SET start_ns = ?, end_ns = ?, stopped = ?,"
				  " word_ns = ?, heard_ns = ? WHERE id = ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	bind_session(statement, session);
	sqlite3_bind_int64(statement, 6, session->row);
	return store_run(store, statement);
}

int store_sessions_open(struct store *store, const char *nas, uint64_t until_ns,
	struct stored_session *sessions, int room)
{
	static const char of_nas[] =
		"SELECT " SESSION_COLUMNS " FROM session WHERE end_ns IS NULL AND nas = ?3"
		" AND start_ns <= ?1 LIMIT ?2";
	static const char silent[] = "SELECT " SESSION_COLUMNS " FROM session WHERE end_ns IS NULL"
				     " AND heard_ns < ?1 ORDER BY heard_ns LIMIT ?2";
	sqlite3_stmt *statement = store_statement(store, nas != NULL ? of_nas : silent);
	int found, count = 0;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)until_ns);
	sqlite3_bind_int(statement, 2, room);
	if (nas != NULL)
		sqlite3_bind_text(statement, 3, nas, -1, SQLITE_STATIC);
	while ((found = store_next(store, statement)) == 1)
		read_session(statement, &sessions[count++]);
	return found < 0 ? -1 : count;
}
