// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/contact_list.h"

#include "control/store/contact_row.h"

#include <sqlite3.h>

bool contact_filter_names(const struct contact_filter *filter)
{
	return filter->subscriber != NULL || filter->within != NULL;
}

void contact_filter_bind(const struct contact_filter *filter, struct sqlite3_stmt *statement)
{
	const uint64_t until_ns = filter->until_ns == 0 ? INT64_MAX : filter->until_ns;
	struct address last;

	sqlite3_bind_int(statement, 1, (int)filter->evidence);
	sqlite3_bind_int64(statement, 2, (int64_t)filter->since_ns);
	sqlite3_bind_int64(statement, 3, (int64_t)until_ns);
	if (filter->family != NULL)
		sqlite3_bind_text(statement, 4, filter->family, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 5, filter->limit);
	if (filter->subscriber != NULL)
		sqlite3_bind_text(statement, 6, filter->subscriber, -1, SQLITE_STATIC);
	if (filter->within != NULL) {
		last = prefix_last(filter->within);
		sqlite3_bind_blob(statement, 7, filter->within->address.bytes, 16, SQLITE_STATIC);
		sqlite3_bind_blob(statement, 8, last.bytes, 16, SQLITE_TRANSIENT);
	}
}

int store_contacts_list(struct store *store, const struct contact_filter *filter,
	void (*each)(void *context, const struct stored_contact *contact), void *context)
{
	static const char all[] =
		"SELECT " CONTACT_ROW_COLUMNS " FROM " CONTACT_ROW_TABLES " WHERE " CONTACT_FILTER
		" ORDER BY c.last_ns DESC " CONTACT_FILTER_LIMIT;
	static const char some[] =
		"SELECT " CONTACT_ROW_COLUMNS " FROM " CONTACT_ROW_TABLES " WHERE " CONTACT_FILTER
		" AND " CONTACT_FILTER_WHO " ORDER BY c.last_ns DESC " CONTACT_FILTER_LIMIT;
	sqlite3_stmt *statement = store_statement(store, contact_filter_names(filter) ? some : all);
	struct stored_contact contact;
	int found;

	if (statement == NULL)
		return -1;
	contact_filter_bind(filter, statement);
	while ((found = store_next(store, statement)) == 1) {
		contact_row_read(statement, &contact);
		each(context, &contact);
	}
	return found;
}
