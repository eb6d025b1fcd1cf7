// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/effects.h"

#include <sqlite3.h>

#include <stdio.h>

int store_effect_rows(struct store *store, const struct effect_stretch *stretch,
	void (*each)(void *context, const struct effect_row *row), void *context)
{
	static const char sql[] =
		"WITH did AS MATERIALIZED (SELECT contact, trial_group,"
		"  sum(packets_up + packets_down) AS packets, sum(attempts) AS attempts,"
		"  min(first_ns) AS first_ns, max(last_ns) AS last_ns FROM activity"
		"  WHERE day BETWEEN ?1 AND ?2 AND (?3 = 0 OR phase = ?3)"
		"  GROUP BY contact, trial_group)"
		" SELECT c.subscriber, coalesce(family, ''), level, c.first_ns, did.trial_group,"
		"  did.packets, did.attempts, did.first_ns, did.last_ns"
		"  FROM contact c LEFT JOIN did ON did.contact = c.id"
		"  WHERE evidence >= ?4 AND c.subscriber IN"
		"   (SELECT subscriber FROM did JOIN contact ON contact.id = did.contact)"
		"  ORDER BY c.subscriber";
	sqlite3_stmt *statement = store_statement(store, sql);
	int found;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)stretch->from_day);
	sqlite3_bind_int64(statement, 2, (int64_t)stretch->until_day);
	sqlite3_bind_int64(statement, 3, stretch->phase);
	sqlite3_bind_int(statement, 4, EVIDENCE_ATTEMPTED);
	while ((found = store_next(store, statement)) == 1) {
		struct effect_row row = {
			.subscriber = sqlite3_column_int64(statement, 0),
			.level = (uint8_t)sqlite3_column_int(statement, 2),
			.contact_first_ns = (uint64_t)sqlite3_column_int64(statement, 3),
			.group = (enum cohort_group)sqlite3_column_int(statement, 4),
			.packets = (uint64_t)sqlite3_column_int64(statement, 5),
			.attempts = (uint64_t)sqlite3_column_int64(statement, 6),
			.first_ns = (uint64_t)sqlite3_column_int64(statement, 7),
			.last_ns = (uint64_t)sqlite3_column_int64(statement, 8),
		};

		snprintf(row.family, sizeof(row.family), "%s",
			(const char *)sqlite3_column_text(statement, 1));
		each(context, &row);
	}
	return found;
}
