// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/claims.h"

#include <sqlite3.h>

// A binding as those that change it need it.
struct row {
	int64_t id, session;
	struct prefix prefix;
	uint64_t start_ns, end_ns;
	char subscriber[BINDING_TEXT_SIZE];
};

#define ROW_COLUMNS "id, session, prefix, length, start_ns, end_ns, subscriber"

// How many of a session's bindings are ended at a time.
#define ENDING_BATCH 16

static void column_text(sqlite3_stmt *statement, int column, char text[BINDING_TEXT_SIZE])
{
	const unsigned char *value = sqlite3_column_text(statement, column);
	size_t length = value == NULL ? 0 : strlen((const char *)value);

	if (length >= BINDING_TEXT_SIZE)
		length = BINDING_TEXT_SIZE - 1;
	if (length > 0)
		memcpy(text, value, length);
	text[length] = '\0';
}

static void column_prefix(sqlite3_stmt *statement, int column, struct prefix *prefix)
{
	memset(prefix, 0, sizeof(*prefix));
	if (sqlite3_column_bytes(statement, column) == sizeof(prefix->address.bytes))
		memcpy(prefix->address.bytes, sqlite3_column_blob(statement, column),
			sizeof(prefix->address.bytes));
	prefix->length = (uint8_t)sqlite3_column_int(statement, column + 1);
}

static void read_row(sqlite3_stmt *statement, struct row *row)
{
	row->id = sqlite3_column_int64(statement, 0);
	row->session = sqlite3_column_int64(statement, 1);
	column_prefix(statement, 2, &row->prefix);
	row->start_ns = (uint64_t)sqlite3_column_int64(statement, 4);
	row->end_ns = (uint64_t)sqlite3_column_int64(statement, 5); // 0 for NULL
	column_text(statement, 6, row->subscriber);
}

static void bind_prefix(sqlite3_stmt *statement, const struct prefix *prefix)
{
	sqlite3_bind_int(statement, 1, prefix->length);
	sqlite3_bind_blob(
		statement, 2, prefix->address.bytes, sizeof(prefix->address.bytes), SQLITE_STATIC);
}

static bool holds_beyond(uint64_t end_ns, uint64_t at_ns)
{
	return end_ns == BINDING_OPEN || end_ns > at_ns;
}

static void tell(const struct binding_observer *observer, const struct row *row, uint64_t from_ns)
{
	const struct binding_change change = {
		.prefix = row->prefix,
		.subscriber = row->subscriber,
		.start_ns = row->start_ns,
		.end_ns = row->end_ns,
		.from_ns = from_ns,
	};

	if (observer != NULL && observer->changed != NULL)
		observer->changed(observer->context, &change);
}

// Never later than before. What had not begun by then ends as it begins.
static int end_row(struct store *store, struct row *row, uint64_t at_ns,
	const struct binding_observer *observer)
{
	static const char sql[] = "UPDATE binding SET end_ns = ? WHERE id = ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	row->end_ns = at_ns > row->start_ns ? at_ns : row->start_ns;
	sqlite3_bind_int64(statement, 1, (int64_t)row->end_ns);
	sqlite3_bind_int64(statement, 2, row->id);
	if (store_run(store, statement) < 0)
		return -1;
	tell(observer, row, row->end_ns);
	return 0;
}

// The last binding of the prefix that starts at `at_ns` or before, the row `but` left out, whether
// it still holds then or not. 1: found, 0: none, -1: failed.
static int find_last(struct store *store, const struct prefix *prefix, uint64_t at_ns, int64_t but,
	struct row *row)
{
	static const char sql[] = "SELECT " ROW_COLUMNS " FROM binding"
				  " WHERE length = ?1 AND prefix = ?2 AND start_ns <= ?3"
				  " AND id <> ?4 ORDER BY start_ns DESC, id DESC LIMIT 1";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	bind_prefix(statement, prefix);
	sqlite3_bind_int64(statement, 3, (int64_t)at_ns);
	sqlite3_bind_int64(statement, 4, but);
	found = store_next(store, statement);
	if (found == 1)
		read_row(statement, row);
	sqlite3_reset(statement);
	return found;
}

// Where the next claim on the prefix starts after `at_ns`; BINDING_OPEN: nowhere.
static int find_next_start(
	struct store *store, const struct prefix *prefix, uint64_t at_ns, uint64_t *start_ns)
{
	static const char sql[] = "SELECT min(start_ns) FROM binding"
				  " WHERE length = ?1 AND prefix = ?2 AND start_ns > ?3";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	bind_prefix(statement, prefix);
	sqlite3_bind_int64(statement, 3, (int64_t)at_ns);
	if (store_next(store, statement) != 1)
		return -1;
	*start_ns = (uint64_t)sqlite3_column_int64(statement, 0); // 0 for NULL
	sqlite3_reset(statement);
	return 0;
}

// Ends what holds the prefix at that moment.
static int clear_at(struct store *store, const struct prefix *prefix, uint64_t at_ns, int64_t but,
	const struct binding_observer *observer)
{
	struct row last;
	const int found = find_last(store, prefix, at_ns, but, &last);

	if (found == 1 && holds_beyond(last.end_ns, at_ns))
		return end_row(store, &last, at_ns, observer);
	return found < 0 ? -1 : 0;
}

static int insert(
	struct store *store, int64_t session, const struct binding *binding, uint64_t end_ns)
{
	static const char sql[] =
		"INSERT INTO binding (length, prefix, session, source, start_ns, end_ns, heard_ns,"
		" subscriber, nas, session_name, calling_station, nas_port)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const char *const texts[] = {binding->subscriber, binding->nas, binding->session,
		binding->calling_station, binding->nas_port};
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	bind_prefix(statement, &binding->prefix);
	sqlite3_bind_int64(statement, 3, session);
	sqlite3_bind_int(statement, 4, binding->source);
	sqlite3_bind_int64(statement, 5, (int64_t)binding->start_ns);
	if (end_ns != BINDING_OPEN)
		sqlite3_bind_int64(statement, 6, (int64_t)end_ns);
	sqlite3_bind_int64(statement, 7, (int64_t)binding->heard_ns);
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++)
		sqlite3_bind_text(statement, 8 + i, texts[i], -1, SQLITE_STATIC);
	return store_run(store, statement);
}

int store_claim_enter(struct store *store, int64_t session, const struct binding *binding,
	const struct binding_observer *observer)
{
	uint64_t end_ns = binding->end_ns, next_ns;

	if (find_next_start(store, &binding->prefix, binding->start_ns, &next_ns) < 0)
		return -1;
	if (next_ns != BINDING_OPEN && holds_beyond(end_ns, next_ns))
		end_ns = next_ns;
	if (!holds_beyond(end_ns, binding->start_ns))
		return 0;
	if (clear_at(store, &binding->prefix, binding->start_ns, 0, observer) < 0 ||
		insert(store, session, binding, end_ns) < 0)
		return -1;
	const struct binding_change change = {.prefix = binding->prefix,
		.subscriber = binding->subscriber,
		.start_ns = binding->start_ns,
		.end_ns = end_ns,
		.from_ns = binding->start_ns};

	if (observer != NULL && observer->changed != NULL)
		observer->changed(observer->context, &change);
	return 0;
}

int store_claim_standing(struct store *store, int64_t session, const struct prefix *prefix,
	uint64_t at_ns, struct claim_standing *standing)
{
	static const char sql[] = "SELECT id, start_ns, end_ns IS NULL FROM binding"
				  " WHERE session = ?3 AND length = ?1 AND prefix = ?2"
				  " ORDER BY start_ns, id";
	sqlite3_stmt *statement = store_statement(store, sql);
	struct row last;
	int found;

	memset(standing, 0, sizeof(*standing));
	if (statement == NULL)
		return -1;
	bind_prefix(statement, prefix);
	sqlite3_bind_int64(statement, 3, session);
	while ((found = store_next(store, statement)) == 1) {
		if (!standing->known) {
			standing->first_row = sqlite3_column_int64(statement, 0);
			standing->first_start_ns = (uint64_t)sqlite3_column_int64(statement, 1);
		}
		standing->known = true;
		standing->open |= sqlite3_column_int(statement, 2) != 0;
	}
	if (found < 0)
		return -1;
	found = find_last(store, prefix, at_ns, 0, &last);
	standing->held = found == 1 && holds_beyond(last.end_ns, at_ns);
	return found < 0 ? -1 : 0;
}

int store_claim_known(struct store *store, int64_t session, uint8_t source)
{
	static const char sql[] = "SELECT 1 FROM binding WHERE session = ? AND source = ? LIMIT 1";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, session);
	sqlite3_bind_int(statement, 2, source);
	found = store_next(store, statement);
	sqlite3_reset(statement);
	return found;
}

static int find_row(struct store *store, int64_t id, struct row *row)
{
	static const char sql[] = "SELECT " ROW_COLUMNS " FROM binding WHERE id = ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, id);
	found = store_next(store, statement);
	if (found == 1)
		read_row(statement, row);
	sqlite3_reset(statement);
	return found;
}

int store_claim_extend(
	struct store *store, int64_t id, uint64_t start_ns, const struct binding_observer *observer)
{
	static const char sql[] = "UPDATE binding SET start_ns = ? WHERE id = ?";
	sqlite3_stmt *statement;
	struct row row, last;
	int found = find_row(store, id, &row);

	if (found != 1 || start_ns >= row.start_ns)
		return found < 0 ? -1 : 0;
	found = find_last(store, &row.prefix, row.start_ns, id, &last);
	if (found < 0)
		return -1;
	if (found == 1 && last.start_ns > start_ns)
		return 0;
	if (clear_at(store, &row.prefix, start_ns, id, observer) < 0)
		return -1;
	statement = store_statement(store, sql);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)start_ns);
	sqlite3_bind_int64(statement, 2, id);
	if (store_run(store, statement) < 0)
		return -1;
	row.start_ns = start_ns;
	tell(observer, &row, start_ns);
	return 0;
}

static bool is_kept(const struct claim_ending *ending, const struct prefix *prefix)
{
	for (size_t i = 0; i < ending->keep_count; i++)
		if (ending->keep[i].length == prefix->length &&
			address_compare(&ending->keep[i].address, &prefix->address) == 0)
			return true;
	return false;
}

// The next rows behind `after` to be ended. Returns how many; -1: failed.
static int collect_ending(struct store *store, int64_t session, const struct claim_ending *ending,
	int64_t *after, struct row rows[ENDING_BATCH])
{
	static const char sql[] =
		"SELECT " ROW_COLUMNS " FROM binding WHERE session = ?1 AND id > ?2"
		" AND (end_ns IS NULL OR end_ns > ?3) AND (?4 OR source = ?5) ORDER BY id";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found = 0, count = 0;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, session);
	sqlite3_bind_int64(statement, 2, *after);
	sqlite3_bind_int64(statement, 3, (int64_t)ending->at_ns);
	sqlite3_bind_int(statement, 4, ending->all);
	sqlite3_bind_int(statement, 5, ending->source);
	while (count < ENDING_BATCH && (found = store_next(store, statement)) == 1) {
		read_row(statement, &rows[count]);
		*after = rows[count].id;
		// An empty one would only be told again.
		if (rows[count].end_ns != rows[count].start_ns &&
			!is_kept(ending, &rows[count].prefix))
			count++;
	}
	sqlite3_reset(statement);
	return found < 0 ? -1 : count;
}

int store_claims_end(struct store *store, int64_t session, const struct claim_ending *ending,
	const struct binding_observer *observer)
{
	struct row rows[ENDING_BATCH];
	int64_t after = 0;
	int count;

	do {
		count = collect_ending(store, session, ending, &after, rows);
		for (int i = 0; i < count; i++)
			if (end_row(store, &rows[i], ending->at_ns, observer) < 0)
				return -1;
	} while (count == ENDING_BATCH);
	return count < 0 ? -1 : 0;
}

int store_claims_hear(struct store *store, int64_t session, uint64_t word_ns)
{
	static const char sql[] = "UPDATE binding SET heard_ns = ?2"
				  " WHERE session = ?1 AND end_ns IS NULL AND heard_ns < ?2";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, session);
	sqlite3_bind_int64(statement, 2, (int64_t)word_ns);
	return store_run(store, statement);
}
