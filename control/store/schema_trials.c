// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/schema_steps.h"

const char schema_trials[] =
	// Trials and their phases. `mark` tells the secret of the draw from another one.
	"CREATE TABLE trial ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  name TEXT NOT NULL UNIQUE,"
	"  note TEXT NOT NULL,"
	"  mark BLOB NOT NULL,"
	"  ended_ns INTEGER" // NULL: it runs
	");"
	"CREATE UNIQUE INDEX trial_running ON trial ((1)) WHERE ended_ns IS NULL;"
	"CREATE TABLE trial_phase ("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  trial INTEGER NOT NULL REFERENCES trial (id),"
	"  per_mille INTEGER NOT NULL,"
	"  from_ns INTEGER NOT NULL,"
	"  actor TEXT NOT NULL"
	");"
	"CREATE INDEX trial_phase_trial ON trial_phase (trial);"
	"CREATE INDEX trial_phase_from ON trial_phase (from_ns);"

	// Of the last packet: the phase it fell in, 0 for none, and the group of its subscriber.
	"ALTER TABLE contact ADD COLUMN phase INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE contact ADD COLUMN trial_group INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE share ADD COLUMN phase INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE share ADD COLUMN trial_group INTEGER NOT NULL DEFAULT 0;"

	// day: since the epoch, of the last packet; enforced: a verdict was carried out.
	"CREATE TABLE activity ("
	"  id INTEGER PRIMARY KEY,"
	"  contact INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,"
	"  day INTEGER NOT NULL,"
	"  phase INTEGER NOT NULL,"
	"  trial_group INTEGER NOT NULL,"
	"  packets_up INTEGER NOT NULL,"
	"  packets_down INTEGER NOT NULL,"
	"  packets_dropped INTEGER NOT NULL,"
	"  attempts INTEGER NOT NULL,"
	"  enforced INTEGER NOT NULL,"
	"  first_ns INTEGER NOT NULL,"
	"  last_ns INTEGER NOT NULL,"
	"  UNIQUE (contact, day, phase, trial_group)"
	");"
	"CREATE INDEX activity_day ON activity (day);";
