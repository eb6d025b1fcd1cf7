// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/subscribers.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

static int count_infected(struct store *store, struct infection_summary *summary)
{
	static const char sql[] = "SELECT count(*), coalesce(sum(contacts), 0) FROM"
				  " (SELECT count(*) AS contacts FROM contact WHERE evidence >= ?"
				  "  GROUP BY subscriber, subscriber_length)";
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
	static const char sql[] =
		"SELECT coalesce(family, ''), count(*) AS subscribers FROM"
		" (SELECT DISTINCT subscriber, subscriber_length, family FROM contact"
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

int store_subscribers_list(struct store *store, uint32_t limit,
	void (*each)(void *context, const struct infected_subscriber *subscriber), void *context)
{
	static const char sql[] =
		"SELECT subscriber, subscriber_length, count(*), min(first_ns), max(last_ns),"
		" sum(packets_up), sum(packets_down), sum(bytes_up), sum(bytes_down),"
		" sum(packets_dropped), max(evidence), max(level),"
		" json_group_array(DISTINCT family) FILTER (WHERE family IS NOT NULL)"
		" FROM contact WHERE evidence >= ?"
		" GROUP BY subscriber, subscriber_length ORDER BY 5 DESC LIMIT ?";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int(statement, 1, EVIDENCE_ATTEMPTED);
	sqlite3_bind_int64(statement, 2, limit);
	while ((found = store_next(store, statement)) == 1) {
		struct infected_subscriber subscriber = {
			.subscriber_length = (uint8_t)sqlite3_column_int(statement, 1),
			.contacts = (uint64_t)sqlite3_column_int64(statement, 2),
			.first_ns = (uint64_t)sqlite3_column_int64(statement, 3),
			.last_ns = (uint64_t)sqlite3_column_int64(statement, 4),
			.packets_up = (uint64_t)sqlite3_column_int64(statement, 5),
			.packets_down = (uint64_t)sqlite3_column_int64(statement, 6),
			.bytes_up = (uint64_t)sqlite3_column_int64(statement, 7),
			.bytes_down = (uint64_t)sqlite3_column_int64(statement, 8),
			.packets_dropped = (uint64_t)sqlite3_column_int64(statement, 9),
			.evidence = (enum evidence)sqlite3_column_int(statement, 10),
			.level = (uint8_t)sqlite3_column_int(statement, 11),
			.families = (const char *)sqlite3_column_text(statement, 12),
		};

		if (sqlite3_column_bytes(statement, 0) == 16)
			memcpy(subscriber.subscriber, sqlite3_column_blob(statement, 0), 16);
		each(context, &subscriber);
	}
	return found;
}
