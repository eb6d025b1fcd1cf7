// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/schema.h"

#include "config/address.h"
#include "control/store/store.h"

#include <sqlite3.h>

#include <stdio.h>
#include <string.h>

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

	// Who held the keys: contacts belong to subscribers, not to addresses. `name` is what the
	// resolver says, the key's text where nobody knows better.
	"CREATE TABLE subscriber ("
	"  id INTEGER PRIMARY KEY,"
	"  name TEXT NOT NULL UNIQUE,"
	"  known INTEGER NOT NULL,"
	"  flags INTEGER NOT NULL,"
	"  first_ns INTEGER NOT NULL,"
	"  last_ns INTEGER NOT NULL"
	");"
	// settled_*: of what is no longer in `share`; NULL: nothing is.
	"CREATE TABLE subscriber_key ("
	"  id INTEGER PRIMARY KEY,"
	"  subscriber INTEGER NOT NULL REFERENCES subscriber (id) ON DELETE CASCADE,"
	"  key TEXT NOT NULL,"
	"  address BLOB," // NULL: the key has none
	"  first_ns INTEGER NOT NULL,"
	"  last_ns INTEGER NOT NULL,"
	"  settled_first_ns INTEGER,"
	"  settled_last_ns INTEGER,"
	"  UNIQUE (subscriber, key)"
	");"
	"CREATE INDEX subscriber_key_text ON subscriber_key (key);"
	"CREATE INDEX subscriber_key_address ON subscriber_key (address)"
	"  WHERE address IS NOT NULL;"
	"CREATE INDEX subscriber_key_recent ON subscriber_key (last_ns);"

	"DROP INDEX contact_recent;"
	"DROP INDEX contact_infected;"
	"ALTER TABLE contact RENAME TO contact_by_address;"
	// Totals of one subscriber and one listed service; told_*: what the last event said; key:
	// the last one.
	"CREATE TABLE contact ("
	"  id INTEGER PRIMARY KEY,"
	"  subscriber INTEGER NOT NULL REFERENCES subscriber (id),"
	"  key TEXT NOT NULL,"
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
	"  told_ns INTEGER NOT NULL,"
	"  told_evidence INTEGER NOT NULL,"
	"  told_verdict INTEGER NOT NULL,"
	"  told_applied INTEGER NOT NULL,"
	"  settled_seen INTEGER NOT NULL,"
	"  settled_first_ns INTEGER,"
	"  settled_last_ns INTEGER,"
	"  UNIQUE (subscriber, address, port, transport, rule_transport)"
	");"
	"CREATE INDEX contact_recent ON contact (last_ns);"
	"CREATE INDEX contact_infected ON contact (subscriber, evidence, family, last_ns);"
	"CREATE TRIGGER contact_gone AFTER DELETE ON contact BEGIN"
	"  DELETE FROM subscriber WHERE id = OLD.subscriber"
	"   AND NOT EXISTS (SELECT 1 FROM contact WHERE subscriber = OLD.subscriber);"
	" END;"

	// A record of the data plane. base_*: what it said last, and is therefore in the totals.
	"CREATE TABLE record ("
	"  id INTEGER PRIMARY KEY,"
	"  kind INTEGER NOT NULL,"
	"  key_address BLOB NOT NULL," // without the link's number
	"  key_port INTEGER NOT NULL,"
	"  key_length INTEGER NOT NULL,"
	"  link TEXT NOT NULL," // '' where the key has none
	"  address BLOB NOT NULL,"
	"  port INTEGER NOT NULL,"
	"  transport INTEGER NOT NULL,"
	"  rule_transport INTEGER NOT NULL,"
	"  key TEXT NOT NULL,"
	"  instance INTEGER NOT NULL REFERENCES instance (id),"
	"  serial INTEGER NOT NULL,"
	"  base_seen INTEGER NOT NULL,"
	"  base_packets_up INTEGER NOT NULL,"
	"  base_packets_down INTEGER NOT NULL,"
	"  base_bytes_up INTEGER NOT NULL,"
	"  base_bytes_down INTEGER NOT NULL,"
	"  base_packets_dropped INTEGER NOT NULL,"
	"  last_ns INTEGER NOT NULL,"
	"  UNIQUE (kind, key_address, key_port, key_length, link, address, port, transport,"
	"   rule_transport)"
	");"
	"CREATE INDEX record_instance ON record (instance, last_ns);"

	// What records added to contacts lately. `seen` and `from_ns` are the record's, counted_*
	// what the contact got of them; `via` is the address the key stood for, if another.
	"CREATE TABLE share ("
	"  id INTEGER PRIMARY KEY,"
	"  record INTEGER NOT NULL REFERENCES record (id),"
	"  contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,"
	"  via BLOB,"
	"  stored_ns INTEGER NOT NULL,"
	"  from_ns INTEGER NOT NULL,"
	"  until_ns INTEGER NOT NULL,"
	"  seen INTEGER NOT NULL,"
	"  counted_from_ns INTEGER NOT NULL,"
	"  counted_seen INTEGER NOT NULL,"
	"  packets_up INTEGER NOT NULL,"
	"  packets_down INTEGER NOT NULL,"
	"  bytes_up INTEGER NOT NULL,"
	"  bytes_down INTEGER NOT NULL,"
	"  packets_dropped INTEGER NOT NULL"
	");"
	"CREATE INDEX share_record ON share (record);"
	"CREATE INDEX share_contact ON share (contact);"
	"CREATE INDEX share_via ON share (via) WHERE via IS NOT NULL;"

	// Until now an address was a subscriber; all of it is settled.
	"INSERT INTO subscriber (name, known, flags, first_ns, last_ns)"
	" SELECT address_text(subscriber, subscriber_length), 0, 0, min(first_ns), max(last_ns)"
	"  FROM contact_by_address GROUP BY subscriber, subscriber_length;"
	"INSERT INTO subscriber_key (subscriber, key, address, first_ns, last_ns,"
	"  settled_first_ns, settled_last_ns)"
	" SELECT s.id, s.name, c.subscriber, s.first_ns, s.last_ns, s.first_ns, s.last_ns"
	"  FROM subscriber s JOIN (SELECT DISTINCT subscriber, subscriber_length"
	"   FROM contact_by_address) c"
	"  ON s.name = address_text(c.subscriber, c.subscriber_length);"
	"INSERT INTO contact"
	" SELECT c.id, s.id, s.name, address, port, transport, rule_transport, seen_port, level,"
	"  seen, evidence, verdict, applied, family, packets_up, packets_down, bytes_up,"
	"  bytes_down, packets_dropped, c.first_ns, c.last_ns, told_ns, told_evidence,"
	"  told_verdict, told_applied, seen, c.first_ns, c.last_ns"
	"  FROM contact_by_address c JOIN subscriber s"
	"  ON s.name = address_text(c.subscriber, c.subscriber_length);"
	"INSERT INTO record"
	" SELECT id, 0, subscriber, 0, subscriber_length, '', address, port, transport,"
	"  rule_transport, address_text(subscriber, subscriber_length), instance, serial, seen,"
	"  base_packets_up, base_packets_down, base_bytes_up, base_bytes_down,"
	"  base_packets_dropped, last_ns FROM contact_by_address;"
	"DROP TABLE contact_by_address;",

	// Entries that the over-block guard disarmed, and since when entries may act.
	"CREATE TABLE disarmed ("
	"  address BLOB NOT NULL,"
	"  port INTEGER NOT NULL,"
	"  transport INTEGER NOT NULL,"
	"  limit_passed INTEGER NOT NULL,"
	"  figure INTEGER NOT NULL,"
	"  allowed INTEGER NOT NULL,"
	"  since_ns INTEGER NOT NULL,"
	"  PRIMARY KEY (address, port, transport)"
	") WITHOUT ROWID;"
	"CREATE TABLE known ("
	"  address BLOB NOT NULL,"
	"  port INTEGER NOT NULL,"
	"  transport INTEGER NOT NULL,"
	"  since_ns INTEGER NOT NULL,"
	"  PRIMARY KEY (address, port, transport)"
	") WITHOUT ROWID;",
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
