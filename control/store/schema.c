// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/schema.h"

#include "control/store/store.h"

#include <sqlite3.h>

#include <stdio.h>

static const char *const steps[] = {
	// Moments are nanoseconds, in feeds seconds, of UTC since the epoch; addresses 16 bytes.
	"CREATE TABLE setting ("
	"  name TEXT PRIMARY KEY,"
	"  value TEXT NOT NULL,"
	"  actor TEXT NOT NULL,"
	"  changed_ns INTEGER NOT NULL"
	") WITHOUT ROWID;"

	"CREATE TABLE audit ("
	"  id INTEGER PRIMARY KEY,"
	"  at_ns INTEGER NOT NULL,"
	"  actor TEXT NOT NULL,"
	"  action TEXT NOT NULL,"
	"  detail TEXT NOT NULL"
	");"

	// One start of the data plane, and how far its changes are stored.
	"CREATE TABLE instance ("
	"  id INTEGER PRIMARY KEY,"
	"  value BLOB NOT NULL UNIQUE,"
	"  cursor INTEGER NOT NULL,"
	"  first_ns INTEGER NOT NULL"
	");"

	// Totals over all instances; base_*: what the record `serial` of `instance` said last, and
	// is therefore already in the totals; told_*: what the last event said.
	"CREATE TABLE contact ("
	"  id INTEGER PRIMARY KEY,"
	"  subscriber BLOB NOT NULL,"
	"  subscriber_length INTEGER NOT NULL,"
	"  address BLOB NOT NULL,"
	"  port INTEGER NOT NULL,"
	"  transport INTEGER NOT NULL,"
	"  rule_transport INTEGER NOT NULL,"
	"  seen_port INTEGER NOT NULL,"
	"  level INTEGER NOT NULL,"
	"  seen INTEGER NOT NULL,"
	"  evidence INTEGER NOT NULL,"
	"  verdict INTEGER NOT NULL,"
	"  applied INTEGER NOT NULL,"
	"  family TEXT,"
	"  packets_up INTEGER NOT NULL,"
	"  packets_down INTEGER NOT NULL,"
	"  bytes_up INTEGER NOT NULL,"
	"  bytes_down INTEGER NOT NULL,"
	"  packets_dropped INTEGER NOT NULL,"
	"  first_ns INTEGER NOT NULL,"
	"  last_ns INTEGER NOT NULL,"
	"  instance INTEGER NOT NULL REFERENCES instance (id),"
	"  serial INTEGER NOT NULL,"
	"  base_packets_up INTEGER NOT NULL,"
	"  base_packets_down INTEGER NOT NULL,"
	"  base_bytes_up INTEGER NOT NULL,"
	"  base_bytes_down INTEGER NOT NULL,"
	"  base_packets_dropped INTEGER NOT NULL,"
	"  told_ns INTEGER NOT NULL,"
	"  told_evidence INTEGER NOT NULL,"
	"  told_verdict INTEGER NOT NULL,"
	"  told_applied INTEGER NOT NULL,"
	"  UNIQUE (subscriber, subscriber_length, address, port, transport, rule_transport)"
	");"
	"CREATE INDEX contact_recent ON contact (last_ns);"
	"CREATE INDEX contact_infected ON contact (subscriber, subscriber_length, evidence, family,"
	"  last_ns);"

	// The rows of one feed as read once. Complete once all its rows are written.
	"CREATE TABLE feed_load ("
	"  id INTEGER PRIMARY KEY,"
	"  feed TEXT NOT NULL,"
	"  loaded_ns INTEGER NOT NULL,"
	"  digest BLOB NOT NULL,"
	"  complete INTEGER NOT NULL"
	");"
	"CREATE TABLE indicator ("
	"  load INTEGER NOT NULL REFERENCES feed_load (id),"
	"  ordinal INTEGER NOT NULL,"
	"  line INTEGER NOT NULL,"
	"  address BLOB,"
	"  port INTEGER NOT NULL,"
	"  transport INTEGER NOT NULL,"
	"  level INTEGER NOT NULL,"
	"  confidence INTEGER NOT NULL,"
	"  max_action INTEGER NOT NULL,"
	"  first_seen_s INTEGER NOT NULL,"
	"  last_seen_s INTEGER NOT NULL,"
	"  valid_until_s INTEGER NOT NULL,"
	"  domain TEXT,"
	"  family TEXT,"
	"  country TEXT,"
	"  asn TEXT,"
	"  source TEXT,"
	"  reference TEXT,"
	"  PRIMARY KEY (load, ordinal)"
	") WITHOUT ROWID;"
	// Which load of each feed is in force, and which was before the last change.
	"CREATE TABLE feed_set ("
	"  slot TEXT NOT NULL CHECK (slot IN ('current', 'previous')),"
	"  feed TEXT NOT NULL,"
	"  load INTEGER NOT NULL REFERENCES feed_load (id),"
	"  PRIMARY KEY (slot, feed)"
	") WITHOUT ROWID;",

	// Who held which address when, as accounting tells: sessions, and what each held. An open
	// end is NULL. `source` is the attribute an address came by, `stopped` says that a session
	// ended by its own Stop. word_ns: the moment its last word speaks of; heard_ns: when that
	// arrived.
	"CREATE TABLE session ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  nas TEXT NOT NULL,"
	"  name TEXT NOT NULL,"
	"  start_ns INTEGER NOT NULL,"
	"  end_ns INTEGER,"
	"  stopped INTEGER NOT NULL,"
	"  word_ns INTEGER NOT NULL,"
	"  heard_ns INTEGER NOT NULL,"
	"  UNIQUE (nas, name)"
	");"
	"CREATE INDEX session_heard ON session (heard_ns) WHERE end_ns IS NULL;"
	"CREATE INDEX session_open ON session (nas, start_ns) WHERE end_ns IS NULL;"
	"CREATE INDEX session_ended ON session (end_ns) WHERE end_ns IS NOT NULL;"
	"CREATE TABLE binding ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  session INTEGER NOT NULL,"
	"  prefix BLOB NOT NULL,"
	"  length INTEGER NOT NULL,"
	"  source INTEGER NOT NULL,"
	"  start_ns INTEGER NOT NULL,"
	"  end_ns INTEGER,"
	"  heard_ns INTEGER NOT NULL,"
	"  subscriber TEXT NOT NULL,"
	"  nas TEXT NOT NULL,"
	"  session_name TEXT NOT NULL,"
	"  calling_station TEXT NOT NULL,"
	"  nas_port TEXT NOT NULL"
	");"
	"CREATE INDEX binding_held ON binding (length, prefix, start_ns);"
	"CREATE INDEX binding_session ON binding (session);"
	"CREATE INDEX binding_open ON binding (subscriber) WHERE end_ns IS NULL;"
	"CREATE INDEX binding_ended ON binding (end_ns) WHERE end_ns IS NOT NULL;"
	// How many there are, without counting them each time.
	"CREATE TABLE binding_count ("
	"  stored INTEGER NOT NULL,"
	"  open INTEGER NOT NULL,"
	"  sessions INTEGER NOT NULL"
	");"
	"INSERT INTO binding_count VALUES (0, 0, 0);"
	"CREATE TRIGGER binding_made AFTER INSERT ON binding BEGIN"
	"  UPDATE binding_count SET stored = stored + 1, open = open + (NEW.end_ns IS NULL);"
	" END;"
	"CREATE TRIGGER binding_gone AFTER DELETE ON binding BEGIN"
	"  UPDATE binding_count SET stored = stored - 1, open = open - (OLD.end_ns IS NULL);"
	" END;"
	"CREATE TRIGGER binding_changed AFTER UPDATE OF end_ns ON binding"
	"  WHEN (OLD.end_ns IS NULL) <> (NEW.end_ns IS NULL) BEGIN"
	"  UPDATE binding_count"
	"   SET open = open + (NEW.end_ns IS NULL) - (OLD.end_ns IS NULL);"
	" END;"
	"CREATE TRIGGER session_made AFTER INSERT ON session BEGIN"
	"  UPDATE binding_count SET sessions = sessions + 1;"
	" END;"
	"CREATE TRIGGER session_gone AFTER DELETE ON session BEGIN"
	"  UPDATE binding_count SET sessions = sessions - 1;"
	" END;",

	// The audit log becomes a chain (chain.h); entries of before are chained as they stand.
	"ALTER TABLE audit RENAME TO audit_unchained;"
	"CREATE TABLE audit ("
	"  id INTEGER PRIMARY KEY,"
	"  at_ns INTEGER NOT NULL,"
	"  actor TEXT NOT NULL,"
	"  action TEXT NOT NULL,"
	"  from_value TEXT NOT NULL,"
	"  to_value TEXT NOT NULL,"
	"  detail TEXT NOT NULL,"
	"  hash BLOB NOT NULL"
	") STRICT;"
	"WITH RECURSIVE chain (id, at_ns, actor, action, detail, hash) AS ("
	"  SELECT id, at_ns, actor, action, detail,"
	"    audit_hash(zeroblob(32), id, at_ns, actor, action, '', '', detail)"
	"  FROM audit_unchained WHERE id = (SELECT min(id) FROM audit_unchained)"
	"  UNION ALL"
	"  SELECT next.id, next.at_ns, next.actor, next.action, next.detail, audit_hash("
	"    chain.hash, next.id, next.at_ns, next.actor, next.action, '', '', next.detail)"
	"  FROM chain JOIN audit_unchained AS next"
	"    ON next.id = (SELECT min(id) FROM audit_unchained WHERE id > chain.id)"
	") INSERT INTO audit SELECT id, at_ns, actor, action, '', '', detail, hash FROM chain;"
	"DROP TABLE audit_unchained;"
	// Where the oldest entries were cut last, and how many have been in all.
	"CREATE TABLE audit_anchor ("
	"  one INTEGER PRIMARY KEY CHECK (one = 1),"
	"  entry INTEGER NOT NULL,"
	"  hash BLOB NOT NULL,"
	"  cut_ns INTEGER NOT NULL,"
	"  entries INTEGER NOT NULL"
	") STRICT;"
	"CREATE TRIGGER audit_insert BEFORE INSERT ON audit"
	"  WHEN new.id <= (SELECT max(id) FROM audit) BEGIN"
	"  SELECT RAISE(ABORT, 'the audit log is append-only'); END;"
	"CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN"
	"  SELECT RAISE(ABORT, 'the audit log is append-only'); END;"
	"CREATE TRIGGER audit_delete BEFORE DELETE ON audit"
	"  WHEN old.id > coalesce((SELECT entry FROM audit_anchor), 0) BEGIN"
	"  SELECT RAISE(ABORT, 'the audit log is append-only'); END;"
	"CREATE TRIGGER audit_anchor_update BEFORE UPDATE ON audit_anchor"
	"  WHEN new.entry <= old.entry BEGIN"
	"  SELECT RAISE(ABORT, 'the anchor of the audit log only moves on'); END;"
	"CREATE TRIGGER audit_anchor_delete BEFORE DELETE ON audit_anchor BEGIN"
	"  SELECT RAISE(ABORT, 'the anchor of the audit log only moves on'); END;",
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
