// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/records.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

struct record_key record_key_make(const struct subscriber_key *key, const char *link)
{
	struct record_key made = {.key = *key};
	struct link_ids ids;

	if (subscriber_key_has_link(key)) {
		ids = subscriber_key_ids(key);
		ids.link = 0;
		made.key = subscriber_key_on_link((enum subscriber_key_kind)key->kind, &ids);
		snprintf(made.link, sizeof(made.link), "%s", link == NULL ? "?" : link);
	}
	subscriber_key_format(&made.key, made.link, made.text);
	return made;
}

const struct address *record_key_address(const struct record_key *key)
{
	return subscriber_key_has_link(&key->key) ? NULL : &key->key.address;
}

static void bind_identity(
	sqlite3_stmt *statement, const struct record_key *key, const struct contact_record *record)
{
	sqlite3_bind_int(statement, 1, key->key.kind);
	sqlite3_bind_blob(statement, 2, key->key.address.bytes, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 3, key->key.port);
	sqlite3_bind_int(statement, 4, key->key.length);
	sqlite3_bind_text(statement, 5, key->link, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 6, record->address, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 7, record->port);
	sqlite3_bind_int(statement, 8, record->transport);
	sqlite3_bind_int(statement, 9, record->rule_transport);
}

int store_record_find(struct store *store, const struct record_key *key,
	const struct contact_record *record, struct record_base *base)
{
	static const char sql[] =
		"SELECT id, instance, serial, last_ns, base_seen, base_packets_up,"
		" base_packets_down, base_bytes_up, base_bytes_down, base_packets_dropped"
		" FROM record WHERE kind = ? AND key_address = ? AND key_port = ?"
		" AND key_length = ? AND link = ? AND address = ? AND port = ? AND transport = ?"
		" AND rule_transport = ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	memset(base, 0, sizeof(*base));
	if (statement == NULL)
		return -1;
	bind_identity(statement, key, record);
	found = store_next(store, statement);
	if (found != 1)
		return found;
	base->row = sqlite3_column_int64(statement, 0);
	base->instance = sqlite3_column_int64(statement, 1);
	base->serial = (uint64_t)sqlite3_column_int64(statement, 2);
	base->last_ns = (uint64_t)sqlite3_column_int64(statement, 3);
	base->seen = (uint8_t)sqlite3_column_int(statement, 4);
	base->counters.packets_up = (uint64_t)sqlite3_column_int64(statement, 5);
	base->counters.packets_down = (uint64_t)sqlite3_column_int64(statement, 6);
	base->counters.bytes_up = (uint64_t)sqlite3_column_int64(statement, 7);
	base->counters.bytes_down = (uint64_t)sqlite3_column_int64(statement, 8);
	base->counters.packets_dropped = (uint64_t)sqlite3_column_int64(statement, 9);
	sqlite3_reset(statement);
	return 1;
}

int store_record_write(struct store *store, const struct record_key *key,
	const struct contact_record *record, int64_t instance, int64_t *row)
{
	static const char sql[] =
		"INSERT INTO record (kind, key_address, key_port, key_length, link, address, port,"
		" transport, rule_transport, key, instance, serial, base_seen, base_packets_up,"
		" base_packets_down, base_bytes_up, base_bytes_down, base_packets_dropped, last_ns)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
		" ?17, ?18, ?19)"
		" ON CONFLICT DO UPDATE SET instance = ?11, serial = ?12, base_seen = ?13,"
		" base_packets_up = ?14, base_packets_down = ?15, base_bytes_up = ?16,"
		" base_bytes_down = ?17, base_packets_dropped = ?18, last_ns = ?19 RETURNING id";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	bind_identity(statement, key, record);
	sqlite3_bind_text(statement, 10, key->text, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 11, instance);
	sqlite3_bind_int64(statement, 12, (int64_t)record->serial);
	sqlite3_bind_int(statement, 13, record->seen);
	sqlite3_bind_int64(statement, 14, (int64_t)record->packets_up);
	sqlite3_bind_int64(statement, 15, (int64_t)record->packets_down);
	sqlite3_bind_int64(statement, 16, (int64_t)record->bytes_up);
	sqlite3_bind_int64(statement, 17, (int64_t)record->bytes_down);
	sqlite3_bind_int64(statement, 18, (int64_t)record->packets_dropped);
	sqlite3_bind_int64(statement, 19, (int64_t)record->last_ns);
	if (store_next(store, statement) != 1)
		return -1;
	*row = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}
