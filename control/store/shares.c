// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/shares.h"

#include "config/utc.h"
#include "dataplane/api/evidence.h"

#include <sqlite3.h>

// How many are settled in one transaction.
#define SETTLE_BATCH 512

// Totals never shrink: a record that says less than before adds nothing.
static uint64_t growth(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

bool share_of(
	const struct contact_record *record, const struct record_base *base, struct share *share)
{
	const struct share_counters *old = &base->counters;
	uint8_t grown = 0;

	*share = (struct share){
		.until_ns = record->last_ns,
		.from_ns = base->instance == 0 ? record->first_ns : record->last_ns,
		.counters =
			{
				.packets_up = growth(record->packets_up, old->packets_up),
				.packets_down = growth(record->packets_down, old->packets_down),
				.bytes_up = growth(record->bytes_up, old->bytes_up),
				.bytes_down = growth(record->bytes_down, old->bytes_down),
				.packets_dropped =
					growth(record->packets_dropped, old->packets_dropped),
			},
	};
	if (share->counters.packets_up > 0)
		grown |= SEEN_UP;
	if (share->counters.packets_down > 0)
		grown |= SEEN_DOWN;
	share->seen = (uint8_t)((record->seen & ~base->seen) | (record->seen & grown));
	share_count(share, false);
	return grown != 0 || share->seen != 0 || share->counters.packets_dropped > 0;
}

void share_count(struct share *share, bool spans)
{
	share->counted_from_ns = spans ? share->until_ns : share->from_ns;
	share->counted_seen = share->seen;
	if (spans && (share->seen & SEEN_UP))
		share->counted_seen = SEEN_UP;
	else if (spans)
		share->counted_seen &= SEEN_DOWN;
}

static void bind_counters(sqlite3_stmt *statement, int first, const struct share_counters *counters)
{
	sqlite3_bind_int64(statement, first, (int64_t)counters->packets_up);
	sqlite3_bind_int64(statement, first + 1, (int64_t)counters->packets_down);
	sqlite3_bind_int64(statement, first + 2, (int64_t)counters->bytes_up);
	sqlite3_bind_int64(statement, first + 3, (int64_t)counters->bytes_down);
	sqlite3_bind_int64(statement, first + 4, (int64_t)counters->packets_dropped);
}

// The last share of the record, if the new one may become part of it; `*up`: it has packets from
// the subscriber. 1: yes, 0: no, -1: failed.
static int find_last(struct store *store, const struct share *share, int64_t *row, bool *up)
{
	static const char sql[] =
		"SELECT id, contact, via, from_ns, until_ns, counted_from_ns = from_ns"
		" AND counted_seen = seen, phase, trial_group, packets_up > 0 FROM share WHERE "
		"record = ? ORDER BY id DESC LIMIT 1";
	sqlite3_stmt *statement = store_statement(store, sql);
	bool fits;
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, share->record);
	found = store_next(store, statement);
	if (found != 1)
		return found;
	*row = sqlite3_column_int64(statement, 0);
	fits = sqlite3_column_int64(statement, 1) == share->contact &&
	       (sqlite3_column_bytes(statement, 2) == 16) == share->translated &&
	       (!share->translated ||
		       memcmp(sqlite3_column_blob(statement, 2), share->via.bytes, 16) == 0) &&
	       (uint64_t)sqlite3_column_int64(statement, 4) <= share->until_ns &&
	       share->until_ns - (uint64_t)sqlite3_column_int64(statement, 3) <= SHARE_SPAN_NS &&
	       sqlite3_column_int(statement, 5) == 1 && share->counted_from_ns == share->from_ns &&
	       share->counted_seen == share->seen &&
	       (uint64_t)sqlite3_column_int64(statement, 4) / UTC_NS_PER_DAY ==
		       share->until_ns / UTC_NS_PER_DAY &&
	       sqlite3_column_int64(statement, 6) == share->membership.phase &&
	       sqlite3_column_int(statement, 7) == (int)share->membership.group;
	*up = sqlite3_column_int(statement, 8) != 0;
	sqlite3_reset(statement);
	return fits;
}

static int extend(struct store *store, int64_t row, const struct share *share)
{
	static const char sql[] =
		"UPDATE share SET from_ns = min(from_ns, ?2), counted_from_ns = min(from_ns, ?2),"
		" until_ns = ?3, seen = seen | ?4, counted_seen = seen | ?4,"
		" packets_up = packets_up + ?5, packets_down = packets_down + ?6,"
		" bytes_up = bytes_up + ?7, bytes_down = bytes_down + ?8,"
		" packets_dropped = packets_dropped + ?9 WHERE id = ?1";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, row);
	sqlite3_bind_int64(statement, 2, (int64_t)share->from_ns);
	sqlite3_bind_int64(statement, 3, (int64_t)share->until_ns);
	sqlite3_bind_int(statement, 4, share->seen);
	bind_counters(statement, 5, &share->counters);
	return store_run(store, statement);
}

int store_share_add(struct store *store, const struct share *share, bool *begins)
{
	static const char sql[] =
		"INSERT INTO share (record, contact, via, stored_ns, from_ns, until_ns, seen,"
		" counted_from_ns, counted_seen, packets_up, packets_down, bytes_up, bytes_down,"
		" packets_dropped, phase, trial_group)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	sqlite3_stmt *statement;
	int64_t last = 0;
	bool up = false;
	int result = find_last(store, share, &last, &up);

	if (result < 0)
		return -1;
	*begins = share->counters.packets_up > 0 && (result == 0 || !up);
	if (result == 1)
		return extend(store, last, share);
	statement = store_statement(store, sql);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, share->record);
	sqlite3_bind_int64(statement, 2, share->contact);
	if (share->translated)
		sqlite3_bind_blob(statement, 3, share->via.bytes, 16, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, (int64_t)utc_now_ns());
	sqlite3_bind_int64(statement, 5, (int64_t)share->from_ns);
	sqlite3_bind_int64(statement, 6, (int64_t)share->until_ns);
	sqlite3_bind_int(statement, 7, share->seen);
	sqlite3_bind_int64(statement, 8, (int64_t)share->counted_from_ns);
	sqlite3_bind_int(statement, 9, share->counted_seen);
	bind_counters(statement, 10, &share->counters);
	sqlite3_bind_int64(statement, 15, share->membership.phase);
	sqlite3_bind_int(statement, 16, (int)share->membership.group);
	return store_run(store, statement);
}

int store_share_move(struct store *store, const struct share *share)
{
	static const char sql[] = "UPDATE share SET contact = ?, via = ?, counted_from_ns = ?,"
				  " counted_seen = ?, phase = ?, trial_group = ? WHERE id = ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, share->contact);
	if (share->translated)
		sqlite3_bind_blob(statement, 2, share->via.bytes, 16, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, (int64_t)share->counted_from_ns);
	sqlite3_bind_int(statement, 4, share->counted_seen);
	sqlite3_bind_int64(statement, 5, share->membership.phase);
	sqlite3_bind_int(statement, 6, (int)share->membership.group);
	sqlite3_bind_int64(statement, 7, share->row);
	return store_run(store, statement);
}

// The row up to which shares are to be settled now, 0 for none, and how many are left then. A share
// from the future was stored before the clock was set back.
static int find_cut(struct store *store, uint64_t now_ns, uint64_t settle_ns, uint64_t shares_max,
	int64_t *cut, uint64_t *early)
{
	// Rows are given out in order and go in order, so the span of their numbers bounds them.
	static const char sql[] = "SELECT coalesce(max(id), 0), coalesce(sum(NOT due), 0) FROM"
				  " (SELECT id, stored_ns <= ?1 OR stored_ns > ?2 AS due FROM"
				  "  (SELECT id, stored_ns FROM share ORDER BY id LIMIT ?4)"
				  "  WHERE due OR id <= (SELECT max(id) FROM share) - ?3)";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)(now_ns > settle_ns ? now_ns - settle_ns : 0));
	sqlite3_bind_int64(statement, 2, (int64_t)now_ns);
	sqlite3_bind_int64(statement, 3, (int64_t)shares_max);
	sqlite3_bind_int(statement, 4, SETTLE_BATCH);
	if (store_next(store, statement) != 1)
		return -1;
	*cut = sqlite3_column_int64(statement, 0);
	*early += (uint64_t)sqlite3_column_int64(statement, 1);
	sqlite3_reset(statement);
	return 0;
}

static int run_up_to(struct store *store, const char *sql, int64_t cut)
{
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, cut);
	return store_run(store, statement);
}

int store_shares_settle(struct store *store, uint64_t now_ns, uint64_t settle_ns,
	uint64_t shares_max, uint64_t *early)
{
	static const char contacts[] =
		"UPDATE contact SET settled_seen = settled_seen | s.seen,"
		" settled_first_ns = min(coalesce(settled_first_ns, s.first_ns), s.first_ns),"
		" settled_last_ns = max(coalesce(settled_last_ns, s.last_ns), s.last_ns)"
		" FROM (SELECT contact AS id, min(counted_from_ns) AS first_ns,"
		"  max(until_ns) AS last_ns, max(counted_seen & 1) | max(counted_seen & 2)"
		"  | max(counted_seen & 4) | max(counted_seen & 8) | max(counted_seen & 16)"
		"  | max(counted_seen & 32) | max(counted_seen & 64) | max(counted_seen & 128)"
		"  AS seen FROM share WHERE id <= ? GROUP BY contact) s WHERE contact.id = s.id";
	static const char keys[] =
		"UPDATE subscriber_key SET"
		" settled_first_ns = min(coalesce(settled_first_ns, s.first_ns), s.first_ns),"
		" settled_last_ns = max(coalesce(settled_last_ns, s.last_ns), s.last_ns)"
		" FROM (SELECT c.subscriber AS subscriber, r.key AS key,"
		"  min(counted_from_ns) AS first_ns, max(until_ns) AS last_ns"
		"  FROM share JOIN contact c ON c.id = share.contact"
		"  JOIN record r ON r.id = share.record WHERE share.id <= ?"
		"  GROUP BY c.subscriber, r.key) s"
		" WHERE subscriber_key.subscriber = s.subscriber AND subscriber_key.key = s.key";
	static const char shares[] = "DELETE FROM share WHERE id <= ?";
	uint64_t given_up = 0;
	int64_t cut, settled;

	if (store_begin(store) < 0)
		return -1;
	if (find_cut(store, now_ns, settle_ns, shares_max, &cut, &given_up) < 0 ||
		run_up_to(store, contacts, cut) < 0 || run_up_to(store, keys, cut) < 0 ||
		run_up_to(store, shares, cut) < 0)
		goto fail;
	settled = cut == 0 ? 0 : store_changes(store);
	if (store_commit(store) < 0)
		goto fail;
	*early += given_up;
	return settled == SETTLE_BATCH;
fail:
	store_rollback(store);
	return -1;
}
