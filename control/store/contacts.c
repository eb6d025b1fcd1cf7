// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/contacts.h"

#include "config/utc.h"
#include "control/feed/text.h"
#include "control/store/activity.h"
#include "control/store/attribution.h"
#include "control/store/contact_row.h"
#include "control/store/eviction.h"
#include "control/store/shares.h"

#include <sqlite3.h>

#include <string.h>

// Whether there is room is asked for one in so many new rows: counting a million takes a while.
#define ROOM_INTERVAL 1024

static struct record_key make_key(
	const struct contact_record *record, const struct contact_observer *observer)
{
	const struct subscriber_key *key = &record->subscriber;

	if (!subscriber_key_has_link(key))
		return record_key_make(key, NULL);
	return record_key_make(
		key, observer->link(observer->context, subscriber_key_ids(key).link));
}

static int apply_share(struct store *store, const struct contact_record *record,
	const struct record_key *key, struct share *share, const struct contact_observer *observer)
{
	const char *family = observer->family(observer->context, record);
	struct stored_contact contact;
	struct resolved resolved;
	bool begins;

	if (attribution_find(&observer->resolver, key, share, &resolved) < 0 ||
		attribution_member(observer, &resolved, key, share) < 0 ||
		attribution_gain(store, &resolved, key, share, record, &contact) < 0)
		return -1;
	if (family != NULL)
		text_show(family, contact.family, sizeof(contact.family));
	observer->judge(observer->context, &contact);
	if (contact_row_write(store, &contact) < 0)
		return -1;
	share->contact = contact.row;
	if (store_share_add(store, share, &begins) < 0)
		return -1;
	return store_activity_add(store, share, begins, record->applied != 0);
}

// Whether one of the two rows is one after which room is looked for. -1: failed.
static int apply_record(struct store *store, int64_t instance, const struct contact_record *record,
	const struct contact_observer *observer)
{
	const struct record_key key = make_key(record, observer);
	struct record_base base;
	struct share share;
	bool grown;

	if (store_record_find(store, &key, record, &base) < 0)
		return -1;
	if (base.instance != instance || base.serial != record->serial)
		base = (struct record_base){.row = base.row};
	grown = share_of(record, &base, &share);
	if (base.instance == instance && !grown)
		return 0;
	if (store_record_write(store, &key, record, instance, &share.record) < 0 ||
		(grown && apply_share(store, record, &key, &share, observer) < 0))
		return -1;
	return share.record % ROOM_INTERVAL == 0 || share.contact % ROOM_INTERVAL == 0;
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
	*cursor = found == 1 ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
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

int store_contacts_apply(struct store *store, const uint8_t instance[INSTANCE_SIZE],
	const struct message_contacts *batch, const struct contact_observer *observer)
{
	static const struct store_bounds bounds = {.contacts = STORE_CONTACTS_MAX,
		.records = STORE_RECORDS_MAX,
		.keys = STORE_SUBSCRIBER_KEYS_MAX};
	bool look = false;
	int64_t row;

	if (store_begin(store) < 0)
		return -1;
	if (set_cursor(store, instance, batch->next, &row) < 0)
		goto fail;
	for (uint32_t i = 0; i < batch->count; i++) {
		const int result = apply_record(store, row, &batch->records[i], observer);

		if (result < 0)
			goto fail;
		look |= result == 1;
	}
	if (look && store_evict_quiet(store, &bounds) < 0)
		goto fail;
	if (store_commit(store) < 0)
		goto fail;
	return 0;
fail:
	store_rollback(store);
	return -1;
}
