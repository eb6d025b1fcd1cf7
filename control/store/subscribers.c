// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/subscribers.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

static int count_infected(struct store *store, struct infection_summary *summary)
{
	static const char sql[] = "SELECT count(*), coalesce(sum(contacts), 0) FROM"
				  " (SELECT count(*) AS contacts FROM contact WHERE evidence >= ?"
				  "  GROUP BY subscriber)";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int(statement, 1, EVIDENCE_ATTEMPTED);
	if (store_next(store, statement) != 1)
		return -1;
	summary->infected = (uint64_t)sqlite3_column_int64(statement, 0);
	summary->contacts = (uint64_t)sqlite3_column_int64(statement, 1);
	sqlite3_reset(statement);
	return 0;
}

static int count_unsolicited(struct store *store, struct infection_summary *summary)
{
	static const char sql[] = "SELECT count(*) FROM contact WHERE evidence < ?";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int(statement, 1, EVIDENCE_ATTEMPTED);
	if (store_next(store, statement) != 1)
		return -1;
	summary->unsolicited = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

static int count_families(struct store *store, struct infection_summary *summary)
{
	static const char sql[] = "SELECT coalesce(family, ''), count(*) AS subscribers FROM"
				  " (SELECT DISTINCT subscriber, family FROM contact"
				  "  WHERE evidence >= ?)"
				  " GROUP BY 1 ORDER BY subscribers DESC, 1";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int(statement, 1, EVIDENCE_ATTEMPTED);
	while ((found = store_next(store, statement)) == 1) {
		struct family_count *family = &summary->families[summary->family_count];

		if (summary->family_count == FAMILIES_MAX) {
			summary->other_families++;
			continue;
		}
		snprintf(family->family, sizeof(family->family), "%s",
			(const char *)sqlite3_column_text(statement, 0));
		family->subscribers = (uint64_t)sqlite3_column_int64(statement, 1);
		summary->family_count++;
	}
	return found;
}

int store_infection_summary(struct store *store, struct infection_summary *summary)
{
	memset(summary, 0, sizeof(*summary));
	if (count_infected(store, summary) < 0 || count_unsolicited(store, summary) < 0)
		return -1;
	return count_families(store, summary);
}

#define SUBSCRIBER_COLUMNS \
	"SELECT s.name, s.known, s.flags, count(*), min(c.first_ns), max(c.last_ns)," \
	" sum(packets_up), sum(packets_down), sum(bytes_up), sum(bytes_down)," \
	" sum(packets_dropped), max(evidence), max(level)," \
	" json_group_array(DISTINCT family) FILTER (WHERE family IS NOT NULL), s.id" \
	" FROM contact c JOIN subscriber s ON s.id = c.subscriber WHERE "
#define SUBSCRIBER_ORDER " GROUP BY c.subscriber ORDER BY 6 DESC "

static int read_keys(struct store *store, int64_t row, struct infected_subscriber *subscriber,
	sqlite3_stmt **keys)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM subscriber_key WHERE subscriber = ?1),"
		" json_group_array(key) FROM (SELECT key FROM subscriber_key"
		"  WHERE subscriber = ?1 ORDER BY last_ns DESC, key LIMIT ?2)";

	*keys = store_statement(store, sql);
	if (*keys == NULL)
		return -1;
	sqlite3_bind_int64(*keys, 1, row);
	sqlite3_bind_int(*keys, 2, SUBSCRIBER_KEYS_SHOWN);
	if (store_next(store, *keys) != 1)
		return -1;
	subscriber->key_count = (uint64_t)sqlite3_column_int64(*keys, 0);
	subscriber->keys = (const char *)sqlite3_column_text(*keys, 1);
	return 0;
}

static void read_subscriber(sqlite3_stmt *statement, struct infected_subscriber *subscriber)
{
	*subscriber = (struct infected_subscriber){
		.name = (const char *)sqlite3_column_text(statement, 0),
		.known = sqlite3_column_int(statement, 1) != 0,
		.flags = (uint8_t)sqlite3_column_int(statement, 2),
		.contacts = (uint64_t)sqlite3_column_int64(statement, 3),
		.first_ns = (uint64_t)sqlite3_column_int64(statement, 4),
		.last_ns = (uint64_t)sqlite3_column_int64(statement, 5),
		.packets_up = (uint64_t)sqlite3_column_int64(statement, 6),
		.packets_down = (uint64_t)sqlite3_column_int64(statement, 7),
		.bytes_up = (uint64_t)sqlite3_column_int64(statement, 8),
		.bytes_down = (uint64_t)sqlite3_column_int64(statement, 9),
		.packets_dropped = (uint64_t)sqlite3_column_int64(statement, 10),
		.evidence = (enum evidence)sqlite3_column_int(statement, 11),
		.level = (uint8_t)sqlite3_column_int(statement, 12),
		.families = (const char *)sqlite3_column_text(statement, 13),
	};
}

int store_subscribers_list(struct store *store, const struct contact_filter *filter,
	void (*each)(void *context, const struct infected_subscriber *subscriber), void *context)
{
	static const char all[] =
		SUBSCRIBER_COLUMNS CONTACT_FILTER SUBSCRIBER_ORDER CONTACT_FILTER_LIMIT;
	static const char some[] = SUBSCRIBER_COLUMNS CONTACT_FILTER
		" AND " CONTACT_FILTER_WHO SUBSCRIBER_ORDER CONTACT_FILTER_LIMIT;
	struct contact_filter infected = *filter;
	struct infected_subscriber subscriber;
	sqlite3_stmt *statement = store_statement(store, contact_filter_names(filter) ? some : all);
	sqlite3_stmt *keys;
	int found;

	if (statement == NULL)
		return -1;
	if (infected.evidence < EVIDENCE_ATTEMPTED)
		infected.evidence = EVIDENCE_ATTEMPTED;
	contact_filter_bind(&infected, statement);
	while ((found = store_next(store, statement)) == 1) {
		read_subscriber(statement, &subscriber);
		if (read_keys(store, sqlite3_column_int64(statement, 14), &subscriber, &keys) < 0) {
			sqlite3_reset(statement);
			return -1;
		}
		each(context, &subscriber);
		sqlite3_reset(keys);
	}
	return found;
}
