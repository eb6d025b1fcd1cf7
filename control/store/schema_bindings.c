// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/schema_steps.h"

// Who held which address when, as accounting tells: sessions, and what each held. An open
// end is NULL. `source` is the attribute an address came by, `stopped` says that a session
// ended by its own Stop. word_ns: the moment its last word speaks of; heard_ns: when that
// arrived.
const char schema_bindings[] =
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
	" END;";

// What is held now, by address: who is within a prefix, without going through what was.
const char schema_bindings_present[] =
	"CREATE INDEX binding_present ON binding (prefix, length) WHERE end_ns IS NULL;";
