// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/audit.h"

#include <sqlite3.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ID, AT_NS, ACTOR, ACTION, FROM, TO, DETAIL, HASH, COLUMNS };

struct anchor {
	bool known;
	int64_t entry;
	uint64_t entries;
	uint8_t hash[CHAIN_HASH_SIZE];
};

// What the newest entry about a cut says; compared with the anchor in the end.
struct told_cut {
	char to[32], hash[CHAIN_TEXT_SIZE];
};

static int read_anchor(struct store *store, struct anchor *anchor)
{
	static const char sql[] = "SELECT entry, entries, hash FROM audit_anchor";
	struct sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	memset(anchor, 0, sizeof(*anchor));
	if (statement == NULL)
		return -1;
	found = store_next(store, statement);
	if (found == 1) {
		anchor->known = true;
		anchor->entry = sqlite3_column_int64(statement, 0);
		anchor->entries = (uint64_t)sqlite3_column_int64(statement, 1);
		if (sqlite3_column_bytes(statement, 2) == CHAIN_HASH_SIZE)
			memcpy(anchor->hash, sqlite3_column_blob(statement, 2), CHAIN_HASH_SIZE);
		sqlite3_reset(statement);
	}
	return found < 0 ? -1 : 0;
}

// The types that the store writes; another one with the same bytes was not written by it.
static bool has_types(struct sqlite3_stmt *statement)
{
	for (int i = 0; i < COLUMNS; i++) {
		const int type = i == ID || i == AT_NS ? SQLITE_INTEGER
				 : i == HASH           ? SQLITE_BLOB
						       : SQLITE_TEXT;

		if (sqlite3_column_type(statement, i) != type)
			return false;
	}
	return sqlite3_column_bytes(statement, HASH) == CHAIN_HASH_SIZE;
}

static struct chain_text column_text(struct sqlite3_stmt *statement, int column)
{
	const void *bytes = sqlite3_column_text(statement, column);

	return (struct chain_text){bytes, (size_t)sqlite3_column_bytes(statement, column)};
}

// Whether the row follows `head`, which becomes its hash.
static bool follows(struct sqlite3_stmt *statement, uint8_t head[CHAIN_HASH_SIZE])
{
	uint8_t hash[CHAIN_HASH_SIZE];
	struct chain_link link;

	if (!has_types(statement))
		return false;
	link = (struct chain_link){
		.id = sqlite3_column_int64(statement, ID),
		.at_ns = sqlite3_column_int64(statement, AT_NS),
		.actor = column_text(statement, ACTOR),
		.action = column_text(statement, ACTION),
		.from = column_text(statement, FROM),
		.to = column_text(statement, TO),
		.detail = column_text(statement, DETAIL),
	};
	chain_hash(head, &link, hash);
	if (memcmp(hash, sqlite3_column_blob(statement, HASH), sizeof(hash)) != 0)
		return false;
	memcpy(head, hash, sizeof(hash));
	return true;
}

static void note_cut(struct sqlite3_stmt *statement, struct told_cut *told)
{
	const char *action = (const char *)sqlite3_column_text(statement, ACTION);

	if (strcmp(action, AUDIT_ACTION_CUT) != 0)
		return;
	snprintf(
		told->to, sizeof(told->to), "%s", (const char *)sqlite3_column_text(statement, TO));
	snprintf(told->hash, sizeof(told->hash), "%s",
		(const char *)sqlite3_column_text(statement, DETAIL));
}

// Whether the chain itself knows of the anchor, and of no later one.
static bool is_told(const struct anchor *anchor, const struct told_cut *told)
{
	char to[sizeof(told->to)], hash[CHAIN_TEXT_SIZE];

	if (!anchor->known)
		return told->to[0] == '\0';
	snprintf(to, sizeof(to), "entry %" PRId64, anchor->entry);
	chain_format(anchor->hash, hash);
	return strcmp(to, told->to) == 0 && strcmp(hash, told->hash) == 0;
}

static void break_at(struct audit_proof *proof, int64_t id, int64_t before)
{
	proof->broken_id = id;
	if (proof->entries > 0)
		snprintf(proof->problem, sizeof(proof->problem),
			"entry %" PRId64 " does not fit entry %" PRId64
			" before it: one of them was "
			"changed, or entries between them were taken out or moved",
			id, before);
	else
		snprintf(proof->problem, sizeof(proof->problem),
			"entry %" PRId64 " does not fit the beginning: it was changed, or entries "
			"before it were taken out",
			id);
}

static int walk(struct store *store, const struct anchor *anchor, struct audit_proof *proof)
{
	static const char sql[] = "SELECT id, at_ns, actor, action, from_value, to_value, detail,"
				  " hash FROM audit ORDER BY id";
	struct sqlite3_stmt *statement = store_statement(store, sql);
	struct told_cut told = {0};
	int64_t before = 0;
	int found;

	if (statement == NULL)
		return -1;
	memcpy(proof->head, anchor->hash, sizeof(proof->head));
	while ((found = store_next(store, statement)) == 1) {
		const int64_t id = sqlite3_column_int64(statement, ID);

		if (!follows(statement, proof->head)) {
			break_at(proof, id, before);
			sqlite3_reset(statement);
			return 0;
		}
		note_cut(statement, &told);
		if (proof->entries++ == 0)
			proof->since_ns = (uint64_t)sqlite3_column_int64(statement, AT_NS);
		before = id;
	}
	if (found < 0)
		return -1;
	if (proof->entries == 0)
		snprintf(proof->problem, sizeof(proof->problem),
			"no entries, not even that of the start: all were taken out");
	else if (!is_told(anchor, &told))
		snprintf(proof->problem, sizeof(proof->problem),
			"the anchor of the last cut (entry %" PRId64 ") is not the one that the "
			"log itself tells of",
			anchor->entry);
	return 0;
}

int store_audit_prove(struct store *store, struct audit_proof *proof)
{
	struct anchor anchor;
	int result;

	memset(proof, 0, sizeof(*proof));
	// Anchor and entries of one moment.
	if (store_script(store, "BEGIN") < 0)
		return -1;
	result = read_anchor(store, &anchor);
	if (result == 0) {
		proof->entries_cut = anchor.entries;
		result = walk(store, &anchor, proof);
	}
	store_rollback(store);
	return result;
}
