// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/indicators.h"

#include <sodium.h>
#include <sqlite3.h>

#include <string.h>

// Rows in one transaction: some ten milliseconds.
#define CHUNK_ROWS 2000

#define DIGEST_SIZE 32u

static const char *const slot_names[] = {"current", "previous"};

static void hash_text(crypto_generichash_state *state, const char *text)
{
	// The terminating zero keeps neighbours apart; its absence tells NULL from "".
	if (text != NULL)
		crypto_generichash_update(state, (const unsigned char *)text, strlen(text) + 1);
	else
		crypto_generichash_update(state, (const unsigned char *)"\xff", 1);
}

static void hash_source(crypto_generichash_state *state, const struct indicator *indicator,
	const struct indicator_source *source)
{
	const int64_t numbers[] = {indicator->port, indicator->transport, indicator->is_domain,
		source->line, source->level, source->confidence, (int64_t)source->max_action,
		source->first_seen_s, source->last_seen_s, source->valid_until_s};

	crypto_generichash_update(state, indicator->address.bytes, sizeof(indicator->address));
	crypto_generichash_update(state, (const unsigned char *)numbers, sizeof(numbers));
	hash_text(state, source->domain);
	hash_text(state, source->family);
	hash_text(state, source->country);
	hash_text(state, source->asn);
	hash_text(state, source->source);
	hash_text(state, source->reference);
}

static void hash_rows(const struct catalogue *rows, unsigned char digest[DIGEST_SIZE])
{
	const size_t count = catalogue_count(rows);
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, DIGEST_SIZE);
	for (size_t i = 0; i < count; i++) {
		const struct indicator *indicator = catalogue_at(rows, i);

		for (uint32_t j = 0; j < indicator->source_count; j++)
			hash_source(&state, indicator, &indicator->sources[j]);
	}
	crypto_generichash_final(&state, digest, DIGEST_SIZE);
}

// 1: found, 0: not stored, -1: failed.
static int find_load(struct store *store, const char *feed, const unsigned char digest[DIGEST_SIZE],
	int64_t *load)
{
	static const char sql[] =
		"SELECT id FROM feed_load WHERE feed = ? AND digest = ? AND complete";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, feed, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 2, digest, DIGEST_SIZE, SQLITE_STATIC);
	found = store_next(store, statement);
	if (found == 1)
		*load = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return found;
}

static int begin_load(struct store *store, const char *feed,
	const unsigned char digest[DIGEST_SIZE], uint64_t loaded_ns, int64_t *load)
{
	static const char sql[] = "INSERT INTO feed_load (feed, loaded_ns, digest, complete)"
				  " VALUES (?, ?, ?, 0)";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, feed, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, (int64_t)loaded_ns);
	sqlite3_bind_blob(statement, 3, digest, DIGEST_SIZE, SQLITE_STATIC);
	if (store_run(store, statement) < 0)
		return -1;
	*load = store_last_id(store);
	return 0;
}

static int complete_load(struct store *store, int64_t load)
{
	static const char sql[] = "UPDATE feed_load SET complete = 1 WHERE id = ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, load);
	return store_run(store, statement);
}

static int write_source(struct store *store, int64_t load, int64_t ordinal,
	const struct indicator *indicator, const struct indicator_source *source)
{
	static const char sql[] = "INSERT INTO indicator VALUES"
				  " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *statement = store_statement(store, sql);
	int column = 1;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, column++, load);
	sqlite3_bind_int64(statement, column++, ordinal);
	sqlite3_bind_int64(statement, column++, source->line);
	if (indicator->is_domain)
		sqlite3_bind_null(statement, column++);
	else
		sqlite3_bind_blob(statement, column++, indicator->address.bytes, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, column++, indicator->port);
	sqlite3_bind_int(statement, column++, indicator->transport);
	sqlite3_bind_int(statement, column++, source->level);
	sqlite3_bind_int(statement, column++, source->confidence);
	sqlite3_bind_int(statement, column++, (int)source->max_action);
	sqlite3_bind_int64(statement, column++, source->first_seen_s);
	sqlite3_bind_int64(statement, column++, source->last_seen_s);
	sqlite3_bind_int64(statement, column++, source->valid_until_s);
	// A NULL pointer binds NULL.
	sqlite3_bind_text(statement, column++, source->domain, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, column++, source->family, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, column++, source->country, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, column++, source->asn, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, column++, source->source, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, column++, source->reference, -1, SQLITE_STATIC);
	return store_run(store, statement);
}

static int write_rows(
	struct store *store, int64_t load, const struct catalogue *rows, const atomic_bool *stop)
{
	const size_t count = catalogue_count(rows);
	int64_t ordinal = 0;

	for (size_t i = 0; i < count; i++) {
		const struct indicator *indicator = catalogue_at(rows, i);

		for (uint32_t j = 0; j < indicator->source_count; j++) {
			if (++ordinal % CHUNK_ROWS == 0) {
				if (store_commit(store) < 0)
					return -1;
				if (atomic_load(stop))
					return store_set_error(store, "stopped while writing rows");
				if (store_begin(store) < 0)
					return -1;
			}
			if (write_source(store, load, ordinal, indicator, &indicator->sources[j]) <
				0)
				return -1;
		}
	}
	return 0;
}

int store_feed_save(struct store *store, const char *feed, const struct catalogue *rows,
	uint64_t loaded_ns, const atomic_bool *stop, int64_t *load)
{
	unsigned char digest[DIGEST_SIZE];
	int found;

	hash_rows(rows, digest);
	found = find_load(store, feed, digest, load);
	if (found != 0)
		return found < 0 ? -1 : 0;
	if (store_begin(store) < 0)
		return -1;
	if (begin_load(store, feed, digest, loaded_ns, load) < 0 ||
		write_rows(store, *load, rows, stop) < 0 || complete_load(store, *load) < 0 ||
		store_commit(store) < 0) {
		store_rollback(store);
		return -1;
	}
	return 0;
}

static int write_slot(
	struct store *store, enum feed_slot slot, const struct feed_reference *set, size_t count)
{
	static const char sql[] = "INSERT INTO feed_set (slot, feed, load) VALUES (?, ?, ?)";

	for (size_t i = 0; i < count; i++) {
		sqlite3_stmt *statement = store_statement(store, sql);

		if (statement == NULL)
			return -1;
		if (set[i].load == 0)
			continue;
		sqlite3_bind_text(statement, 1, slot_names[slot], -1, SQLITE_STATIC);
		sqlite3_bind_text(statement, 2, set[i].feed, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, set[i].load);
		if (store_run(store, statement) < 0)
			return -1;
	}
	return 0;
}

int store_feed_switch(struct store *store, const struct feed_reference *current,
	const struct feed_reference *previous, size_t count)
{
	if (store_begin(store) < 0)
		return -1;
	if (store_script(store, "DELETE FROM feed_set") < 0 ||
		write_slot(store, FEED_SLOT_CURRENT, current, count) < 0 ||
		write_slot(store, FEED_SLOT_PREVIOUS, previous, count) < 0 ||
		store_commit(store) < 0) {
		store_rollback(store);
		return -1;
	}
	return 0;
}

static int find_slot(struct store *store, enum feed_slot slot, const char *feed, int64_t *load,
	uint64_t *loaded_ns)
{
	static const char sql[] =
		"SELECT load, loaded_ns FROM feed_set JOIN feed_load ON feed_load.id = load"
		" WHERE slot = ? AND feed_set.feed = ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_text(statement, 1, slot_names[slot], -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, feed, -1, SQLITE_STATIC);
	found = store_next(store, statement);
	if (found == 1) {
		*load = sqlite3_column_int64(statement, 0);
		*loaded_ns = (uint64_t)sqlite3_column_int64(statement, 1);
	}
	sqlite3_reset(statement);
	return found;
}

static bool add_row(struct catalogue *rows, uint16_t number, sqlite3_stmt *statement)
{
	const void *address = sqlite3_column_blob(statement, 1);
	struct feed_row row = {
		.is_domain = address == NULL,
		.port = (uint16_t)sqlite3_column_int(statement, 2),
		.transport = (uint8_t)sqlite3_column_int(statement, 3),
		.level = (uint8_t)sqlite3_column_int(statement, 4),
		.confidence = (uint8_t)sqlite3_column_int(statement, 5),
		.max_action = (enum action)sqlite3_column_int(statement, 6),
		.first_seen_s = sqlite3_column_int64(statement, 7),
		.last_seen_s = sqlite3_column_int64(statement, 8),
		.valid_until_s = sqlite3_column_int64(statement, 9),
		.domain = (const char *)sqlite3_column_text(statement, 10),
		.family = (const char *)sqlite3_column_text(statement, 11),
		.country = (const char *)sqlite3_column_text(statement, 12),
		.asn = (const char *)sqlite3_column_text(statement, 13),
		.source = (const char *)sqlite3_column_text(statement, 14),
		.reference = (const char *)sqlite3_column_text(statement, 15),
	};

	if (address != NULL)
		memcpy(row.address.bytes, address, sizeof(row.address.bytes));
	return catalogue_add(rows, number, (uint32_t)sqlite3_column_int64(statement, 0), &row);
}

static int read_rows(struct store *store, int64_t load, uint16_t number, struct catalogue *rows)
{
	static const char sql[] =
		"SELECT line, address, port, transport, level, confidence, max_action,"
		" first_seen_s, last_seen_s, valid_until_s, domain, family, country, asn, source,"
		" reference FROM indicator WHERE load = ? ORDER BY ordinal";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, load);
	while ((found = store_next(store, statement)) == 1) {
		if (!add_row(rows, number, statement)) {
			sqlite3_reset(statement);
			return store_set_error(store, "no memory for the rows of a feed");
		}
	}
	return found;
}

int store_feed_read(struct store *store, enum feed_slot slot, const char *feed, uint16_t number,
	struct catalogue **rows, uint64_t *loaded_ns, int64_t *load)
{
	const int found = find_slot(store, slot, feed, load, loaded_ns);
	struct catalogue *read;

	if (found != 1)
		return found;
	read = catalogue_create();
	if (read == NULL)
		return store_set_error(store, "no memory for the rows of a feed");
	if (read_rows(store, *load, number, read) < 0)
		goto fail;
	// Moment 0: nothing has expired yet; that is decided anew with every merge.
	if (!catalogue_seal(read, 0)) {
		store_set_error(store, "no memory for the rows of a feed");
		goto fail;
	}
	*rows = read;
	return 1;
fail:
	catalogue_release(read);
	return -1;
}

// Some rows of some load that is of no more use. 1: there may be more, 0: none left, -1: failed.
static int prune_some(struct store *store)
{
	static const char find[] = "SELECT id FROM feed_load"
				   " WHERE id NOT IN (SELECT load FROM feed_set) LIMIT 1";
	static const char rows[] = "DELETE FROM indicator WHERE load = ?1 AND ordinal IN"
				   " (SELECT ordinal FROM indicator WHERE load = ?1 LIMIT ?2)";
	static const char last[] = "DELETE FROM feed_load WHERE id = ?";
	sqlite3_stmt *statement = store_statement(store, find);
	int64_t load;
	int found;

	if (statement == NULL)
		return -1;
	found = store_next(store, statement);
	if (found != 1)
		return found;
	load = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	statement = store_statement(store, rows);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, load);
	sqlite3_bind_int(statement, 2, CHUNK_ROWS);
	if (store_run(store, statement) < 0)
		return -1;
	if (store_changes(store) == CHUNK_ROWS)
		return 1;
	statement = store_statement(store, last);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, load);
	return store_run(store, statement) < 0 ? -1 : 1;
}

int store_feed_prune(struct store *store, const atomic_bool *stop)
{
	int more;

	do
		more = prune_some(store);
	while (more == 1 && !atomic_load(stop));
	return more < 0 ? -1 : 0;
}
