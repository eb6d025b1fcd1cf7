// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/contacts.h"

#include "config/utc.h"
#include "control/feed/text.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

// How many give way at once when there are too many.
#define EVICTION_BATCH (STORE_CONTACTS_MAX / 100)

// The columns that make a struct stored_contact, in the order of read_contact.
#define CONTACT_COLUMNS \
	"subscriber, subscriber_length, address, port, transport, rule_transport," \
	" seen_port, level, seen, evidence, verdict, applied, family," \
	" packets_up, packets_down, bytes_up, bytes_down, packets_dropped, first_ns, last_ns," \
	" told_ns, told_evidence, told_verdict, told_applied"
#define CONTACT_COLUMN_COUNT 24

// What the totals contain already of one record of the data plane.
struct base {
	int64_t row;
	int64_t instance;
	uint64_t serial;
	uint64_t packets_up, packets_down, bytes_up, bytes_down, packets_dropped;
};

static uint8_t column_byte(sqlite3_stmt *statement, int column)
{
	return (uint8_t)sqlite3_column_int(statement, column);
}

static uint64_t column_count(sqlite3_stmt *statement, int column)
{
	return (uint64_t)sqlite3_column_int64(statement, column);
}

static void column_address(sqlite3_stmt *statement, int column, uint8_t address[16])
{
	if (sqlite3_column_bytes(statement, column) == 16)
		memcpy(address, sqlite3_column_blob(statement, column), 16);
}

static void read_contact(sqlite3_stmt *statement, struct stored_contact *contact)
{
	struct contact_record *total = &contact->total;
	const unsigned char *family = sqlite3_column_text(statement, 12);

	memset(contact, 0, sizeof(*contact));
	column_address(statement, 0, total->subscriber.address.bytes);
	total->subscriber.length = column_byte(statement, 1);
	column_address(statement, 2, total->address);
	total->port = (uint16_t)sqlite3_column_int(statement, 3);
	total->transport = column_byte(statement, 4);
	total->rule_transport = column_byte(statement, 5);
	total->seen_port = (uint16_t)sqlite3_column_int(statement, 6);
	total->level = column_byte(statement, 7);
	total->seen = column_byte(statement, 8);
	contact->evidence = (enum evidence)sqlite3_column_int(statement, 9);
	total->verdict = column_byte(statement, 10);
	total->applied = column_byte(statement, 11);
	if (family != NULL)
		snprintf(contact->family, sizeof(contact->family), "%s", (const char *)family);
	total->packets_up = column_count(statement, 13);
	total->packets_down = column_count(statement, 14);
	total->bytes_up = column_count(statement, 15);
	total->bytes_down = column_count(statement, 16);
	total->packets_dropped = column_count(statement, 17);
	total->first_ns = column_count(statement, 18);
	total->last_ns = column_count(statement, 19);
	contact->told_ns = column_count(statement, 20);
	contact->told_evidence = (enum evidence)sqlite3_column_int(statement, 21);
	contact->told_verdict = column_byte(statement, 22);
	contact->told_applied = column_byte(statement, 23);
}

// 1: found, 0: new, -1: failed.
static int find_contact(struct store *store, const struct contact_record *record,
	struct stored_contact *contact, struct base *base)
{
	static const char sql[] =
		"SELECT " CONTACT_COLUMNS ", id, instance, serial, base_packets_up,"
		" base_packets_down, base_bytes_up, base_bytes_down, base_packets_dropped"
		" FROM contact WHERE subscriber = ? AND subscriber_length = ? AND address = ?"
		" AND port = ? AND transport = ? AND rule_transport = ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int column = CONTACT_COLUMN_COUNT;
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_blob(statement, 1, record->subscriber.address.bytes, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 2, record->subscriber.length);
	sqlite3_bind_blob(statement, 3, record->address, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, record->port);
	sqlite3_bind_int(statement, 5, record->transport);
	sqlite3_bind_int(statement, 6, record->rule_transport);
	found = store_next(store, statement);
	if (found != 1)
		return found;
	read_contact(statement, contact);
	base->row = sqlite3_column_int64(statement, column++);
	base->instance = sqlite3_column_int64(statement, column++);
	base->serial = column_count(statement, column++);
	base->packets_up = column_count(statement, column++);
	base->packets_down = column_count(statement, column++);
	base->bytes_up = column_count(statement, column++);
	base->bytes_down = column_count(statement, column++);
	base->packets_dropped = column_count(statement, column++);
	sqlite3_reset(statement);
	return 1;
}

// Totals never shrink: a record that says less than before adds nothing.
static void add_difference(uint64_t *total, uint64_t now, uint64_t before)
{
	if (now > before)
		*total += now - before;
}

static void merge_record(struct stored_contact *contact, const struct contact_record *record,
	const struct base *base)
{
	struct contact_record merged = *record;
	const struct contact_record *old = &contact->total;

	merged.packets_up = old->packets_up;
	merged.packets_down = old->packets_down;
	merged.bytes_up = old->bytes_up;
	merged.bytes_down = old->bytes_down;
	merged.packets_dropped = old->packets_dropped;
	add_difference(&merged.packets_up, record->packets_up, base->packets_up);
	add_difference(&merged.packets_down, record->packets_down, base->packets_down);
	add_difference(&merged.bytes_up, record->bytes_up, base->bytes_up);
	add_difference(&merged.bytes_down, record->bytes_down, base->bytes_down);
	add_difference(&merged.packets_dropped, record->packets_dropped, base->packets_dropped);
	if (old->first_ns != 0 && old->first_ns < merged.first_ns)
		merged.first_ns = old->first_ns;
	if (old->last_ns > merged.last_ns)
		merged.last_ns = old->last_ns;
	if (old->seen_port != 0)
		merged.seen_port = old->seen_port;
	merged.seen |= old->seen;
	contact->total = merged;
	contact->evidence = evidence_of(merged.seen);
}

static int write_contact(struct store *store, const struct stored_contact *contact,
	const struct contact_record *record, int64_t instance)
{
	static const char sql[] =
		"INSERT INTO contact (" CONTACT_COLUMNS ", instance, serial, base_packets_up,"
		" base_packets_down, base_bytes_up, base_bytes_down, base_packets_dropped)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
		" ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31)"
		" ON CONFLICT (subscriber, subscriber_length, address, port, transport,"
		" rule_transport) DO UPDATE SET seen_port = ?7, level = ?8, seen = ?9,"
		" evidence = ?10, verdict = ?11, applied = ?12, family = ?13, packets_up = ?14,"
		" packets_down = ?15, bytes_up = ?16, bytes_down = ?17, packets_dropped = ?18,"
		" first_ns = ?19, last_ns = ?20, told_ns = ?21, told_evidence = ?22,"
		" told_verdict = ?23, told_applied = ?24, instance = ?25, serial = ?26,"
		" base_packets_up = ?27, base_packets_down = ?28, base_bytes_up = ?29,"
		" base_bytes_down = ?30, base_packets_dropped = ?31";
	const struct contact_record *total = &contact->total;
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_blob(statement, 1, total->subscriber.address.bytes, 16, SQLITE_STATIC);
	sqlite3_bind_int(statement, 2, total->subscriber.length);
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
	sqlite3_bind_int64(statement, 25, instance);
	sqlite3_bind_int64(statement, 26, (int64_t)record->serial);
	sqlite3_bind_int64(statement, 27, (int64_t)record->packets_up);
	sqlite3_bind_int64(statement, 28, (int64_t)record->packets_down);
	sqlite3_bind_int64(statement, 29, (int64_t)record->bytes_up);
	sqlite3_bind_int64(statement, 30, (int64_t)record->bytes_down);
	sqlite3_bind_int64(statement, 31, (int64_t)record->packets_dropped);
	return store_run(store, statement);
}

// 1: it was new, 0: known, -1: failed.
static int apply_record(struct store *store, int64_t instance, const struct contact_record *record,
	const struct contact_observer *observer)
{
	struct stored_contact contact = {0};
	struct base base = {0};
	const int found = find_contact(store, record, &contact, &base);
	const char *family;

	if (found < 0)
		return -1;
	if (found == 1 && (base.instance != instance || base.serial != record->serial))
		base = (struct base){.row = base.row};
	merge_record(&contact, record, &base);
	family = observer->family(observer->context, record);
	if (family != NULL)
		text_show(family, contact.family, sizeof(contact.family));
	observer->judge(observer->context, &contact);
	return write_contact(store, &contact, record, instance) < 0 ? -1 : !found;
}

int store_contacts_cursor(
	struct store *store, const uint8_t instance[INSTANCE_SIZE], uint64_t *cursor)
{
	static const char sql[] = "SELECT cursor FROM instance WHERE value = ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_blob(statement, 1, instance, INSTANCE_SIZE, SQLITE_STATIC);
	found = store_next(store, statement);
	*cursor = found == 1 ? column_count(statement, 0) : 0;
	sqlite3_reset(statement);
	return found < 0 ? -1 : 0;
}

// Notes how far `instance` is stored and gives its row.
static int set_cursor(
	struct store *store, const uint8_t instance[INSTANCE_SIZE], uint64_t cursor, int64_t *row)
{
	static const char sql[] = "INSERT INTO instance (value, cursor, first_ns)"
				  " VALUES (?1, ?2, ?3)"
				  " ON CONFLICT (value) DO UPDATE SET cursor = ?2 RETURNING id";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_blob(statement, 1, instance, INSTANCE_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 2, (int64_t)cursor);
	sqlite3_bind_int64(statement, 3, (int64_t)utc_now_ns());
	if (store_next(store, statement) != 1)
		return -1;
	*row = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

static int evict_quiet(struct store *store)
{
	static const char count[] = "SELECT count(*) FROM contact";
	static const char evict[] = "DELETE FROM contact WHERE id IN"
				    " (SELECT id FROM contact ORDER BY last_ns LIMIT ?)";
	sqlite3_stmt *statement = store_statement(store, count);
	int64_t contacts;

	if (statement == NULL || store_next(store, statement) != 1)
		return -1;
	contacts = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	if (contacts <= STORE_CONTACTS_MAX)
		return 0;
	statement = store_statement(store, evict);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, EVICTION_BATCH);
	return store_run(store, statement);
}

int store_contacts_apply(struct store *store, const uint8_t instance[INSTANCE_SIZE],
	const struct message_contacts *batch, const struct contact_observer *observer)
{
	bool grown = false;
	int64_t row;

	if (store_begin(store) < 0)
		return -1;
	if (set_cursor(store, instance, batch->next, &row) < 0)
		goto fail;
	for (uint32_t i = 0; i < batch->count; i++) {
		const int made = apply_record(store, row, &batch->records[i], observer);

		if (made < 0)
			goto fail;
		grown |= made == 1;
	}
	if (grown && evict_quiet(store) < 0)
		goto fail;
	if (store_commit(store) < 0)
		goto fail;
	return 0;
fail:
	store_rollback(store);
	return -1;
}

static void prefix_last(const struct prefix *prefix, uint8_t last[16])
{
	for (unsigned bit = 0; bit < 128; bit++) {
		const uint8_t mask = (uint8_t)(0x80u >> (bit % 8));

		if (bit % 8 == 0)
			last[bit / 8] = prefix->address.bytes[bit / 8];
		if (bit >= prefix->length)
			last[bit / 8] |= mask;
	}
}

int store_contacts_list(struct store *store, const struct contact_filter *filter,
	void (*each)(void *context, const struct stored_contact *contact), void *context)
{
	static const char all[] = "SELECT " CONTACT_COLUMNS " FROM contact"
				  " WHERE evidence >= ?1 ORDER BY last_ns DESC LIMIT ?2";
	static const char some[] = "SELECT " CONTACT_COLUMNS " FROM contact"
				   " WHERE evidence >= ?1 AND subscriber BETWEEN ?3 AND ?4"
				   " ORDER BY last_ns DESC LIMIT ?2";
	const struct prefix *range = filter->subscribers;
	sqlite3_stmt *statement = store_statement(store, range == NULL ? all : some);
	struct stored_contact contact;
	uint8_t last[16];
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int(statement, 1, (int)filter->evidence);
	sqlite3_bind_int64(statement, 2, filter->limit);
	if (range != NULL) {
		prefix_last(range, last);
		sqlite3_bind_blob(statement, 3, range->address.bytes, 16, SQLITE_STATIC);
		sqlite3_bind_blob(statement, 4, last, 16, SQLITE_STATIC);
	}
	while ((found = store_next(store, statement)) == 1) {
		read_contact(statement, &contact);
		each(context, &contact);
	}
	return found;
}
