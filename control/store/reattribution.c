// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/reattribution.h"

#include "control/store/attribution.h"
#include "control/store/contact_row.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
	struct share share;
	struct record_key key;
};

// The holder and key that lost a share, and whose times are to be measured once all of its shares
// in a row are looked at.
struct stale {
	int64_t subscriber; // 0: none
	char key[SUBSCRIBER_KEY_TEXT_SIZE];
};

static int refresh(struct store *store, struct stale *stale)
{
	const int64_t subscriber = stale->subscriber;

	stale->subscriber = 0;
	return subscriber == 0 ? 0 : store_holder_remeasure(store, subscriber, stale->key);
}

static int make_stale(struct store *store, struct stale *stale, int64_t subscriber, const char *key)
{
	if (stale->subscriber == subscriber && strcmp(stale->key, key) == 0)
		return 0;
	if (refresh(store, stale) < 0)
		return -1;
	stale->subscriber = subscriber;
	snprintf(stale->key, sizeof(stale->key), "%s", key);
	return 0;
}

static void column_key(sqlite3_stmt *statement, int column, struct record_key *key)
{
	key->key.kind = (uint8_t)sqlite3_column_int(statement, column);
	if (sqlite3_column_bytes(statement, column + 1) == sizeof(key->key.address.bytes))
		memcpy(key->key.address.bytes, sqlite3_column_blob(statement, column + 1),
			sizeof(key->key.address.bytes));
	key->key.port = (uint16_t)sqlite3_column_int(statement, column + 2);
	key->key.length = (uint8_t)sqlite3_column_int(statement, column + 3);
	snprintf(key->link, sizeof(key->link), "%s",
		(const char *)sqlite3_column_text(statement, column + 4));
	snprintf(key->text, sizeof(key->text), "%s",
		(const char *)sqlite3_column_text(statement, column + 5));
}

static void read_candidate(sqlite3_stmt *statement, struct candidate *candidate)
{
	struct share *share = &candidate->share;

	memset(candidate, 0, sizeof(*candidate));
	share->row = sqlite3_column_int64(statement, 0);
	share->record = sqlite3_column_int64(statement, 1);
	share->contact = sqlite3_column_int64(statement, 2);
	share->from_ns = (uint64_t)sqlite3_column_int64(statement, 3);
	share->until_ns = (uint64_t)sqlite3_column_int64(statement, 4);
	share->seen = (uint8_t)sqlite3_column_int(statement, 5);
	share->counted_from_ns = (uint64_t)sqlite3_column_int64(statement, 6);
	share->counted_seen = (uint8_t)sqlite3_column_int(statement, 7);
	share->counters.packets_up = (uint64_t)sqlite3_column_int64(statement, 8);
	share->counters.packets_down = (uint64_t)sqlite3_column_int64(statement, 9);
	share->counters.bytes_up = (uint64_t)sqlite3_column_int64(statement, 10);
	share->counters.bytes_down = (uint64_t)sqlite3_column_int64(statement, 11);
	share->counters.packets_dropped = (uint64_t)sqlite3_column_int64(statement, 12);
	column_key(statement, 13, &candidate->key);
}

#define CANDIDATE_COLUMNS \
	"share.id, share.record, contact, from_ns, until_ns, seen, counted_from_ns, counted_seen," \
	" packets_up, packets_down, bytes_up, bytes_down, packets_dropped, kind, key_address," \
	" key_port, key_length, link, key"

static sqlite3_stmt *select_candidates(
	struct store *store, const struct reattribution *reattribution)
{
	static const char every[] =
		"SELECT " CANDIDATE_COLUMNS " FROM share JOIN record ON record.id = share.record"
		" WHERE share.id > ?1 AND until_ns >= ?2 ORDER BY share.id LIMIT ?3";
	// The kinds of keys that are addresses are the first ones.
	static const char inside[] =
		"WITH chosen (id) AS MATERIALIZED"
		" (SELECT share.id FROM record CROSS JOIN share ON share.record = record.id"
		"   WHERE kind IN (0, 1) AND key_address BETWEEN ?4 AND ?5"
		"  UNION SELECT id FROM share WHERE via BETWEEN ?4 AND ?5)"
		"SELECT " CANDIDATE_COLUMNS " FROM chosen CROSS JOIN share ON share.id = chosen.id"
		" CROSS JOIN record ON record.id = share.record"
		" WHERE share.id > ?1 AND until_ns >= ?2 ORDER BY share.id LIMIT ?3";
	const struct holder_change *change = &reattribution->change;
	sqlite3_stmt *statement = store_statement(store, change->all ? every : inside);
	struct address last;

	_Static_assert(SUBSCRIBER_ADDRESS == 0 && SUBSCRIBER_PORTS == 1, "as the statement says");
	if (statement == NULL)
		return NULL;
	sqlite3_bind_int64(statement, 1, reattribution->after);
	sqlite3_bind_int64(statement, 2, (int64_t)change->from_ns);
	sqlite3_bind_int(statement, 3, REATTRIBUTION_CHUNK);
	if (!change->all) {
		last = prefix_last(&change->prefix);
		sqlite3_bind_blob(statement, 4, change->prefix.address.bytes, 16, SQLITE_STATIC);
		sqlite3_bind_blob(statement, 5, last.bytes, 16, SQLITE_TRANSIENT);
	}
	return statement;
}

// Takes from a contact what is no longer its.
static int lose(struct store *store, struct stored_contact *contact, const struct candidate *from,
	struct stale *stale)
{
	attribution_subtract(&from->share, &contact->total);
	if (contact->total.packets_up + contact->total.packets_down == 0) {
		if (contact_row_remove(store, contact->row) < 0)
			return -1;
	} else if (contact_row_write(store, contact) < 0 ||
		   contact_row_remeasure(store, contact->row) < 0) {
		return -1;
	}
	return make_stale(store, stale, contact->subscriber_row, from->key.text);
}

// The holder is the same, but not what counts of the share.
static int recount(struct store *store, const struct stored_contact *contact,
	const struct candidate *candidate, struct stale *stale)
{
	if (store_share_move(store, &candidate->share) < 0 ||
		contact_row_remeasure(store, contact->row) < 0)
		return -1;
	return make_stale(store, stale, contact->subscriber_row, candidate->key.text);
}

static int gain(struct store *store, const struct stored_contact *old,
	const struct resolved *resolved, struct candidate *candidate,
	const struct contact_observer *observer)
{
	struct contact_record record = old->total;
	struct stored_contact contact;

	record.last_ns = candidate->share.until_ns;
	if (attribution_gain(
		    store, resolved, &candidate->key, &candidate->share, &record, &contact) < 0)
		return -1;
	if (contact.family[0] == '\0')
		memcpy(contact.family, old->family, sizeof(contact.family));
	observer->judge(observer->context, &contact);
	if (contact_row_write(store, &contact) < 0)
		return -1;
	candidate->share.contact = contact.row;
	return store_share_move(store, &candidate->share);
}

// 1: moved, 0: it stays, -1: failed.
static int reconsider(struct store *store, struct candidate *candidate,
	const struct contact_observer *observer, struct stale *stale)
{
	const struct share before = candidate->share;
	struct stored_contact old;
	struct resolved resolved;
	const int found = contact_row_of_share(store, before.row, &old);

	// A contact that disappeared meanwhile took along shares without packets.
	if (found <= 0)
		return found;
	if (attribution_find(&observer->resolver, &candidate->key, &candidate->share, &resolved) <
		0)
		return -1;
	if (strcmp(resolved.name, old.subscriber) != 0) {
		if (gain(store, &old, &resolved, candidate, observer) < 0 ||
			lose(store, &old, candidate, stale) < 0)
			return -1;
		return 1;
	}
	// Another mapping may know him otherwise under the same name.
	if ((resolved.known != old.known || resolved.flags != old.flags) &&
		store_holder_note(store, &resolved, old.total.first_ns, old.total.last_ns,
			&old.subscriber_row) < 0)
		return -1;
	if (candidate->share.counted_from_ns == before.counted_from_ns &&
		candidate->share.counted_seen == before.counted_seen)
		return 0;
	return recount(store, &old, candidate, stale);
}

int store_contacts_reattribute(struct store *store, struct reattribution *reattribution,
	const struct contact_observer *observer)
{
	struct candidate *candidates = malloc(REATTRIBUTION_CHUNK * sizeof(*candidates));
	struct stale stale = {0};
	uint64_t moved = 0;
	sqlite3_stmt *statement;
	size_t count = 0;
	int result;

	if (candidates == NULL)
		return store_set_error(store, "no memory to attribute contacts anew");
	if (store_begin(store) < 0)
		goto free_candidates;
	statement = select_candidates(store, reattribution);
	if (statement == NULL)
		goto rollback;
	while ((result = store_next(store, statement)) == 1)
		read_candidate(statement, &candidates[count++]);
	for (size_t i = 0; result >= 0 && i < count; i++) {
		result = reconsider(store, &candidates[i], observer, &stale);
		moved += result == 1;
	}
	if (result < 0 || refresh(store, &stale) < 0 || store_commit(store) < 0)
		goto rollback;
	reattribution->moved += moved;
	if (count > 0)
		reattribution->after = candidates[count - 1].share.row;
	free(candidates);
	return count == REATTRIBUTION_CHUNK;
rollback:
	store_rollback(store);
free_candidates:
	free(candidates);
	return -1;
}
