// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/schema.h"

#include "config/address.h"
#include "control/store/schema_steps.h"
#include "control/store/store.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

static const char *const steps[] = {
	schema_first,
	schema_bindings,
	schema_audit,
	schema_contacts,
	schema_bindings_present,
	schema_trials,
	schema_caution,
};
#define STEP_COUNT ((int)(sizeof(steps) / sizeof(steps[0])))

static int read_version(struct store *store, int *version)
{
	static const char sql[] = "PRAGMA user_version";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL || store_next(store, statement) != 1)
		return -1;
	*version = sqlite3_column_int(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

static int refuse_newer(struct store *store, int version)
{
	return store_set_error(store, "made by a newer version of sekisho (schema %d, known: %d)",
		version, STEP_COUNT);
}

int schema_check(struct store *store)
{
	int version;

	if (read_version(store, &version) < 0)
		return -1;
	if (version > STEP_COUNT)
		return refuse_newer(store, version);
	if (version < STEP_COUNT)
		return store_set_error(store,
			"made by an older version of sekisho (schema %d, this one's: %d), which a "
			"start of sekisho-control brings up to date",
			version, STEP_COUNT);
	return 0;
}

// address_text(address, length): a subscriber of old as its key is written.
static void address_text(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct prefix prefix = {.length = (uint8_t)sqlite3_value_int(values[1])};
	char text[PREFIX_TEXT_SIZE];

	(void)count;
	if (sqlite3_value_bytes(values[0]) == sizeof(prefix.address.bytes))
		memcpy(prefix.address.bytes, sqlite3_value_blob(values[0]),
			sizeof(prefix.address.bytes));
	prefix_format(&prefix, text);
	sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static int add_functions(struct store *store)
{
	static const char sql[] = "SELECT 1";
	sqlite3_stmt *statement = store_statement(store, sql);

	if (statement == NULL)
		return -1;
	if (sqlite3_create_function(sqlite3_db_handle(statement), "address_text", 2,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, address_text, NULL,
		    NULL) != SQLITE_OK)
		return store_set_error(store, "no memory for its functions");
	return 0;
}

int schema_upgrade(struct store *store)
{
	char text[64];
	int version;

	// The other connection may be at it as well: look only once the lock is ours.
	if (store_begin(store) < 0)
		return -1;
	if (read_version(store, &version) < 0)
		goto fail;
	if (version > STEP_COUNT) {
		refuse_newer(store, version);
		goto fail;
	}
	if (version < STEP_COUNT && add_functions(store) < 0)
		goto fail;
	for (int step = version; step < STEP_COUNT; step++)
		if (store_script(store, steps[step]) < 0)
			goto fail;
	snprintf(text, sizeof(text), "PRAGMA user_version = %d", STEP_COUNT);
	if (version < STEP_COUNT && store_script(store, text) < 0)
		goto fail;
	if (store_commit(store) < 0)
		goto fail;
	return 0;
fail:
	store_rollback(store);
	return -1;
}
