// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/schema_steps.h"

// Entries that the over-block guard disarmed, and since when entries may act.
const char schema_caution[] = "CREATE TABLE disarmed ("
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
			      ") WITHOUT ROWID;";
