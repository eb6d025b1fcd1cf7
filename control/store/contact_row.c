// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/contact_row.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

static uint8_t column_byte(sqlite3_stmt *statement, int column)
{
	return (uint8_t)sqlite3_column_int(statement, column);
}

static uint64_t column_count(sqlite3_stmt *statement, int column)
{
	return (uint64_t)sqlite3_column_int64(statement, column);
}

static void column_text(sqlite3_stmt *statement, int column, char *text, size_t size)
{
	const unsigned char *value = sqlite3_column_text(statement, column);

	snprintf(text, size, "%s", value == NULL ? "" : (const char *)value);
}

void contact_row_read(sqlite3_stmt *statement, struct stored_contact *contact)
{
	struct contact_record *total = &contact->total;

	memset(contact, 0, sizeof(*contact));
	contact->row = sqlite3_column_int64(statement, 0);
	contact->subscriber_row = sqlite3_column_int64(statement, 1);
	column_text(statement, 2, contact->subscriber, sizeof(contact->subscriber));
	contact->known = sqlite3_column_int(statement, 3) != 0;
	contact->flags = column_byte(statement, 4);
	column_text(statement, 5, contact->key, sizeof(contact->key));
	if (sqlite3_column_bytes(statement, 6) == sizeof(total->address))
		memcpy(total->address, sqlite3_column_blob(statement, 6), sizeof(total->address));
	total->port = (uint16_t)sqlite3_column_int(statement, 7);
	total->transport = column_byte(statement, 8);
	total->rule_transport = column_byte(statement, 9);
	total->seen_port = (uint16_t)sqlite3_column_int(statement, 10);
	total->level = column_byte(statement, 11);
	total->seen = column_byte(statement, 12);
	contact->evidence = (enum evidence)sqlite3_column_int(statement, 13);
	total->verdict = column_byte(statement, 14);
	total->applied = column_byte(statement, 15);
	column_text(statement, 16, contact->family, sizeof(contact->family));
	total->packets_up = column_count(statement, 17);
	total->packets_down = column_count(statement, 18);
	total->bytes_up = column_count(statement, 19);
	total->bytes_down = column_count(statement, 20);
	total->packets_dropped = column_count(statement, 21);
	total->first_ns = column_count(statement, 22);
	total->last_ns = column_count(statement, 23);
	contact->told_ns = column_count(statement, 24);
	contact->told_evidence = (enum evidence)sqlite3_column_int(statement, 25);
	contact->told_verdict = column_byte(statement, 26);
	contact->told_applied = column_byte(statement, 27);
	contact->membership.phase = sqlite3_column_int64(statement, 28);
	contact->membership.group = (enum cohort_group)sqlite3_column_int(statement, 29);
}

static int read_one(struct store *store, sqlite3_stmt *statement, struct stored_contact *contact)
{
	const int found = store_next(store, statement);

	if (found == 1)
		contact_row_read(statement, contact);
	else
		memset(contact, 0, sizeof(*contact));
	sqlite3_reset(statement);
	return found;
}

int contact_row_find(struct store *store, int64_t subscriber, const struct contact_record *service,
	struct stored_contact *contact)
{
	static const char sql[] = "SELECT " CONTACT_ROW_COLUMNS " FROM " CONTACT_ROW_TABLES
				  " WHERE c.subscriber = ? AND address = ? AND port = ?"
				  " AND transport = ? AND rule_transport = ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, subscriber);
	sqlite3_bind_blob(statement, 2, service->address, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 3, service->port);
	sqlite3_bind_int(statement, 4, service->transport);
	sqlite3_bind_int(statement, 5, service->rule_transport);
	return read_one(store, statement, contact);
}

int contact_row_of_share(struct store *store, int64_t share, struct stored_contact *contact)
{
	static const char sql[] = "SELECT " CONTACT_ROW_COLUMNS " FROM " CONTACT_ROW_TABLES
				  " WHERE c.id = (SELECT contact FROM share WHERE id = ?)";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, share);
	return read_one(store, statement, contact);
}

int contact_row_write(struct store *store, struct stored_contact *contact)
{
	static const char sql[] =
		"INSERT INTO contact (subscriber, key, address, port, transport, rule_transport,"
		" seen_port, level, seen, evidence, verdict, applied, family, packets_up,"
		" packets_down, bytes_up, bytes_down, packets_dropped, first_ns, last_ns, told_ns,"
		" told_evidence, told_verdict, told_applied, phase, trial_group, settled_seen)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
		" ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, 0)"
		" ON CONFLICT DO UPDATE SET key = ?2, seen_port = ?7, level = ?8, seen = ?9,"
		" evidence = ?10, verdict = ?11, applied = ?12, family = ?13, packets_up = ?14,"
		" packets_down = ?15, bytes_up = ?16, bytes_down = ?17, packets_dropped = ?18,"
		" first_ns = ?19, last_ns = ?20, told_ns = ?21, told_evidence = ?22,"
		" told_verdict = ?23, told_applied = ?24, phase = ?25, trial_group = ?26"
		" RETURNING id";
	const struct contact_record *total = &contact->total;
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, contact->subscriber_row);
	sqlite3_bind_text(statement, 2, contact->key, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 3, total->address, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, total->port);
	sqlite3_bind_int(statement, 5, total->transport);
	sqlite3_bind_int(statement, 6, total->rule_transport);
	sqlite3_bind_int(statement, 7, total->seen_port);
	sqlite3_bind_int(statement, 8, total->level);
	sqlite3_bind_int(statement, 9, total->seen);
	sqlite3_bind_int(statement, 10, (int)contact->evidence);
	sqlite3_bind_int(statement, 11, total->verdict);
	sqlite3_bind_int(statement, 12, total->applied);
	if (contact->family[0] != '\0')
		sqlite3_bind_text(statement, 13, contact->family, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 14, (int64_t)total->packets_up);
	sqlite3_bind_int64(statement, 15, (int64_t)total->packets_down);
	sqlite3_bind_int64(statement, 16, (int64_t)total->bytes_up);
	sqlite3_bind_int64(statement, 17, (int64_t)total->bytes_down);
	sqlite3_bind_int64(statement, 18, (int64_t)total->packets_dropped);
	sqlite3_bind_int64(statement, 19, (int64_t)total->first_ns);
	sqlite3_bind_int64(statement, 20, (int64_t)total->last_ns);
	sqlite3_bind_int64(statement, 21, (int64_t)contact->told_ns);
	sqlite3_bind_int(statement, 22, (int)contact->told_evidence);
	sqlite3_bind_int(statement, 23, contact->told_verdict);
	sqlite3_bind_int(statement, 24, contact->told_applied);
	sqlite3_bind_int64(statement, 25, contact->membership.phase);
	sqlite3_bind_int(statement, 26, (int)contact->membership.group);
	if (store_next(store, statement) != 1)
		return -1;
	contact->row = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

// What counts for a contact: the settled part and each share.
static int measure(struct store *store, int64_t row, struct contact_record *total)
{
	static const char sql[] =
		"SELECT settled_seen, settled_first_ns, settled_last_ns FROM contact WHERE id = ?1"
		" UNION ALL SELECT counted_seen, counted_from_ns, until_ns FROM share"
		" WHERE contact = ?1";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, row);
	while ((found = store_next(store, statement)) == 1) {
		const uint64_t first_ns = column_count(statement, 1);
		const uint64_t last_ns = column_count(statement, 2);

		total->seen |= column_byte(statement, 0);
		if (sqlite3_column_type(statement, 1) == SQLITE_NULL)
			continue; // nothing is settled
		if (total->first_ns == 0 || first_ns < total->first_ns)
			total->first_ns = first_ns;
		if (last_ns > total->last_ns)
			total->last_ns = last_ns;
	}
	return found;
}

int contact_row_remeasure(struct store *store, int64_t row)
{
	// What was told and turned out to be another's is no longer told.
	static const char sql[] =
		"UPDATE contact SET seen = ?2, evidence = ?3, first_ns = ?4, last_ns = ?5,"
		" told_evidence = min(told_evidence, ?3) WHERE id = ?1";
	struct contact_record total = {0};
	sqlite3_stmt *statement;

	if (measure(store, row, &total) < 0)
		return -1;
	statement = store_statement(store, sql);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, row);
	sqlite3_bind_int(statement, 2, total.seen);
	sqlite3_bind_int(statement, 3, (int)evidence_of(total.seen));
	sqlite3_bind_int64(statement, 4, (int64_t)total.first_ns);
	sqlite3_bind_int64(statement, 5, (int64_t)total.last_ns);
	return store_run(store, statement);
}

int contact_row_remove(struct store *store, int64_t row)
{
	static const char sql[] = "DELETE FROM contact WHERE id = ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, row);
	return store_run(store, statement);
}
