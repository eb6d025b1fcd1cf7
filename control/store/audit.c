// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/audit.h"

#include "config/log.h"
#include "config/utc.h"

#include <sqlite3.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// An entry and its hash: the last one, or the last one that is to go.
struct position {
	int64_t id;
	uint8_t hash[CHAIN_HASH_SIZE];
};

// The first row of `statement`: id, hash. 1: found, 0: none, -1: failed.
static int read_position(
	struct store *store, struct sqlite3_stmt *statement, struct position *position)
{
	const int found = store_next(store, statement);

	if (found == 1) {
		position->id = sqlite3_column_int64(statement, 0);
		if (sqlite3_column_bytes(statement, 1) == CHAIN_HASH_SIZE)
			memcpy(position->hash, sqlite3_column_blob(statement, 1), CHAIN_HASH_SIZE);
		sqlite3_reset(statement);
	}
	return found;
}

// What the next entry follows; all zero before the first.
static int find_last(struct store *store, struct position *last)
{
	static const char entry[] = "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1";
	static const char anchor[] = "SELECT entry, hash FROM audit_anchor";
	const char *const sources[] = {entry, anchor};
	int found = 0;

	memset(last, 0, sizeof(*last));
	for (size_t i = 0; i < 2 && found == 0; i++) {
		struct sqlite3_stmt *statement = store_statement(store, sources[i]);

		found = statement == NULL ? -1 : read_position(store, statement, last);
	}
	return found < 0 ? -1 : 0;
}

static void bind_text(struct sqlite3_stmt *statement, int index, const struct chain_text *text)
{
	sqlite3_bind_text(statement, index, text->bytes, (int)text->size, SQLITE_STATIC);
}

static struct chain_text text_of(const char *text)
{
	return (struct chain_text){text, strlen(text)};
}

#define CHANGE_SIZE 256

static void format_change(const char *from, const char *to, char change[CHANGE_SIZE])
{
	change[0] = '\0';
	if (from[0] != '\0' || to[0] != '\0')
		snprintf(change, CHANGE_SIZE, " \"%s\" -> \"%s\"", from, to);
}

// The texts of `link` are terminated.
static void announce(struct store *store, const struct chain_link *link, const char *hash)
{
	const char *detail = link->detail.bytes;
	char change[CHANGE_SIZE];

	format_change(link->from.bytes, link->to.bytes, change);
	store_announce(store, "audit %" PRId64 " %s: %s: %s%s%s%s", link->id, hash,
		(const char *)link->actor.bytes, (const char *)link->action.bytes, change,
		detail[0] == '\0' ? "" : ": ", detail);
}

static int append(struct store *store, const char *actor, const char *action, const char *from,
	const char *to, const char *detail)
{
	static const char sql[] =
		"INSERT INTO audit (id, at_ns, actor, action, from_value, to_value, detail, hash)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
	struct sqlite3_stmt *statement = store_statement(store, sql);
	struct position last;
	struct chain_link link = {
		.at_ns = (int64_t)utc_now_ns(),
		.actor = text_of(actor),
		.action = text_of(action),
		.from = text_of(from),
		.to = text_of(to),
		.detail = text_of(detail),
	};
	char text[CHAIN_TEXT_SIZE];

	if (statement == NULL || find_last(store, &last) < 0)
		return -1;
	link.id = last.id + 1;
	chain_hash(last.hash, &link, last.hash);
	sqlite3_bind_int64(statement, 1, link.id);
	sqlite3_bind_int64(statement, 2, link.at_ns);
	bind_text(statement, 3, &link.actor);
	bind_text(statement, 4, &link.action);
	bind_text(statement, 5, &link.from);
	bind_text(statement, 6, &link.to);
	bind_text(statement, 7, &link.detail);
	sqlite3_bind_blob(statement, 8, last.hash, CHAIN_HASH_SIZE, SQLITE_STATIC);
	if (store_run(store, statement) < 0)
		return -1;
	chain_format(last.hash, text);
	announce(store, &link, text);
	return 0;
}

// Moves the anchor to `last`, the last of those to go, and says so in the log itself, so that the
// anchor proves nothing that the chain does not.
static int cut(struct store *store, int64_t first, const struct position *last)
{
	static const char move[] =
		"INSERT INTO audit_anchor (one, entry, hash, cut_ns, entries)"
		" VALUES (1, ?1, ?2, ?3, ?4)"
		" ON CONFLICT (one) DO UPDATE"
		" SET entry = ?1, hash = ?2, cut_ns = ?3, entries = entries + ?4";
	static const char drop[] = "DELETE FROM audit WHERE id <= ?";
	char from[32], to[32], hash[CHAIN_TEXT_SIZE];
	struct sqlite3_stmt *statement;

	snprintf(from, sizeof(from), "entry %" PRId64, first);
	snprintf(to, sizeof(to), "entry %" PRId64, last->id);
	chain_format(last->hash, hash);
	if (append(store, AUDIT_SELF, AUDIT_ACTION_CUT, from, to, hash) < 0)
		return -1;
	statement = store_statement(store, move);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, last->id);
	sqlite3_bind_blob(statement, 2, last->hash, CHAIN_HASH_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, (int64_t)utc_now_ns());
	sqlite3_bind_int64(statement, 4, last->id - first + 1);
	if (store_run(store, statement) < 0)
		return -1;
	statement = store_statement(store, drop);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, last->id);
	return store_run(store, statement);
}

static int keep_bound(struct store *store)
{
	static const char range[] =
		"SELECT (SELECT min(id) FROM audit), (SELECT max(id) FROM audit)";
	static const char nth[] = "SELECT id, hash FROM audit WHERE id = ?";
	struct sqlite3_stmt *statement = store_statement(store, range);
	struct position last;
	int64_t first, newest;

	if (statement == NULL || store_next(store, statement) != 1)
		return -1;
	first = sqlite3_column_int64(statement, 0);
	newest = sqlite3_column_int64(statement, 1);
	sqlite3_reset(statement);
	if (newest - first < AUDIT_ENTRIES_MAX)
		return 0;
	statement = store_statement(store, nth);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, first + AUDIT_CUT_ENTRIES - 1);
	switch (read_position(store, statement, &last)) {
	case 1:
		return cut(store, first, &last);
	case 0:
		// Entries are missing: what is left is proof of that, and is kept.
		return 0;
	default:
		return -1;
	}
}

static int add(struct store *store, const char *actor, const char *action, const char *from,
	const char *to, const char *detail)
{
	const bool own = !store_in_transaction(store);

	// One transaction, for the other connection may append as well.
	if (own && store_begin(store) < 0)
		return -1;
	if (append(store, actor, action, from, to, detail) < 0 || keep_bound(store) < 0)
		goto fail;
	if (own && store_commit(store) < 0)
		goto fail;
	return 0;
fail:
	if (own)
		store_rollback(store);
	return -1;
}

int store_audit_add(struct store *store, const char *actor, const char *action, const char *from,
	const char *to, const char *detail)
{
	char change[CHANGE_SIZE];

	if (add(store, actor, action, from, to, detail) == 0)
		return 0;
	format_change(from, to, change);
	log_warning("audit: not recorded (%s): %s: %s%s%s%s", store_error(store), actor, action,
		change, detail[0] == '\0' ? "" : ": ", detail);
	return -1;
}

int store_audit_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct audit_entry *entry), void *context)
{
	static const char sql[] = "SELECT id, at_ns, actor, action, from_value, to_value, detail,"
				  " hash FROM audit ORDER BY id DESC LIMIT ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, limit);
	while ((found = store_next(store, statement)) == 1) {
		struct audit_entry entry = {
			.id = sqlite3_column_int64(statement, 0),
			.at_ns = (uint64_t)sqlite3_column_int64(statement, 1),
			.actor = (const char *)sqlite3_column_text(statement, 2),
			.action = (const char *)sqlite3_column_text(statement, 3),
			.from = (const char *)sqlite3_column_text(statement, 4),
			.to = (const char *)sqlite3_column_text(statement, 5),
			.detail = (const char *)sqlite3_column_text(statement, 6),
		};

		if (sqlite3_column_bytes(statement, 7) == CHAIN_HASH_SIZE)
			memcpy(entry.hash, sqlite3_column_blob(statement, 7), CHAIN_HASH_SIZE);
		each(context, &entry);
	}
	return found;
}
