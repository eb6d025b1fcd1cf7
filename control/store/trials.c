// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/trials.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

#define TRIAL_SELECT \
	"SELECT t.id, name, note, mark, (SELECT min(from_ns) FROM trial_phase WHERE trial = " \
	"t.id)," \
	" t.ended_ns, p.id, per_mille, from_ns, actor FROM trial t JOIN trial_phase p" \
	" ON p.id = (SELECT max(id) FROM trial_phase WHERE trial = t.id) "

static void column_text(sqlite3_stmt *statement, int column, char *text, size_t size)
{
	snprintf(text, size, "%s", (const char *)sqlite3_column_text(statement, column));
}

static void read_trial(sqlite3_stmt *statement, struct trial *trial)
{
	memset(trial, 0, sizeof(*trial));
	trial->number = (uint32_t)sqlite3_column_int64(statement, 0);
	column_text(statement, 1, trial->name, sizeof(trial->name));
	column_text(statement, 2, trial->note, sizeof(trial->note));
	if (sqlite3_column_bytes(statement, 3) == TRIAL_MARK_SIZE)
		memcpy(trial->mark, sqlite3_column_blob(statement, 3), TRIAL_MARK_SIZE);
	trial->started_ns = (uint64_t)sqlite3_column_int64(statement, 4);
	trial->ended_ns = (uint64_t)sqlite3_column_int64(statement, 5); // 0 for NULL
	trial->last.id = sqlite3_column_int64(statement, 6);
	trial->last.trial = trial->number;
	trial->last.per_mille = (uint16_t)sqlite3_column_int(statement, 7);
	trial->last.from_ns = (uint64_t)sqlite3_column_int64(statement, 8);
	trial->last.until_ns = trial->ended_ns;
	column_text(statement, 9, trial->last.actor, sizeof(trial->last.actor));
}

static int read_one(struct store *store, sqlite3_stmt *statement, struct trial *trial)
{
	const int found = store_next(store, statement);

	if (found == 1) {
		read_trial(statement, trial);
		sqlite3_reset(statement);
	}
	return found;
}

int store_trial_running(struct store *store, struct trial *trial)
{
	static const char sql[] = TRIAL_SELECT "WHERE t.ended_ns IS NULL";
	sqlite3_stmt *statement = store_statement(store, sql);

	return statement == NULL ? -1 : read_one(store, statement, trial);
}

int store_trial_find(struct store *store, const char *name, struct trial *trial)
{
	static const char sql[] = TRIAL_SELECT "WHERE name = ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	return read_one(store, statement, trial);
}

#define PHASE_SELECT \
	"SELECT p.id, p.trial, per_mille, from_ns, coalesce((SELECT min(n.from_ns) FROM" \
	" trial_phase n WHERE n.trial = p.trial AND n.id > p.id), t.ended_ns), actor" \
	" FROM trial_phase p JOIN trial t ON t.id = p.trial "

static void read_phase(sqlite3_stmt *statement, struct trial_phase *phase)
{
	memset(phase, 0, sizeof(*phase));
	phase->id = sqlite3_column_int64(statement, 0);
	phase->trial = (uint32_t)sqlite3_column_int64(statement, 1);
	phase->per_mille = (uint16_t)sqlite3_column_int(statement, 2);
	phase->from_ns = (uint64_t)sqlite3_column_int64(statement, 3);
	phase->until_ns = (uint64_t)sqlite3_column_int64(statement, 4);
	column_text(statement, 5, phase->actor, sizeof(phase->actor));
}

int store_trial_phase_at(struct store *store, uint64_t at_ns, struct trial_phase *phase)
{
	// The latest that began before; if that one has ended, none ran then.
	static const char sql[] =
		PHASE_SELECT "WHERE from_ns <= ?1 ORDER BY from_ns DESC, p.id DESC LIMIT 1";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)at_ns);
	found = store_next(store, statement);
	if (found != 1)
		return found;
	read_phase(statement, phase);
	sqlite3_reset(statement);
	return phase->until_ns == 0 || at_ns < phase->until_ns;
}

int store_trials_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct trial *trial), void *context)
{
	static const char sql[] = TRIAL_SELECT "ORDER BY t.id DESC LIMIT ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	struct trial trial;
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, limit);
	while ((found = store_next(store, statement)) == 1) {
		read_trial(statement, &trial);
		each(context, &trial);
	}
	return found;
}

int store_trial_phases(struct store *store, uint32_t trial,
	void (*each)(void *context, const struct trial_phase *phase), void *context)
{
	static const char sql[] = PHASE_SELECT "WHERE p.trial = ? ORDER BY p.id";
	sqlite3_stmt *statement = store_statement(store, sql);
	struct trial_phase phase;
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, trial);
	while ((found = store_next(store, statement)) == 1) {
		read_phase(statement, &phase);
		each(context, &phase);
	}
	return found;
}

int store_trial_add(struct store *store, const struct trial *trial, uint32_t *number)
{
	static const char sql[] = "INSERT INTO trial (name, note, mark) VALUES (?, ?, ?)";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, trial->name, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, trial->note, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 3, trial->mark, TRIAL_MARK_SIZE, SQLITE_STATIC);
	if (store_run(store, statement) < 0)
		return -1;
	*number = (uint32_t)store_last_id(store);
	return 0;
}

int store_trial_phase_add(struct store *store, const struct trial_phase *phase)
{
	static const char sql[] = "INSERT INTO trial_phase (trial, per_mille, from_ns, actor)"
				  " VALUES (?, ?, ?, ?)";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, phase->trial);
	sqlite3_bind_int(statement, 2, phase->per_mille);
	sqlite3_bind_int64(statement, 3, (int64_t)phase->from_ns);
	sqlite3_bind_text(statement, 4, phase->actor, -1, SQLITE_STATIC);
	return store_run(store, statement);
}

int store_trial_end(struct store *store, uint32_t number, uint64_t ended_ns)
{
	static const char sql[] = "UPDATE trial SET ended_ns = ?2 WHERE id = ?1";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, number);
	sqlite3_bind_int64(statement, 2, (int64_t)ended_ns);
	return store_run(store, statement);
}
