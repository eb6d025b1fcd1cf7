// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One row of contact and its subscriber, in a struct stored_contact and back. All for the caller's
// transaction, but contact_row_read.

#include "control/store/contacts.h"
#include "control/store/shares.h"

struct sqlite3_stmt;

// The columns that contact_row_read expects first, of "contact c JOIN subscriber s".
#define CONTACT_ROW_COLUMNS \
	"c.id, c.subscriber, s.name, s.known, s.flags, c.key, address, port, transport," \
	" rule_transport, seen_port, level, seen, evidence, verdict, applied, family," \
	" packets_up, packets_down, bytes_up, bytes_down, packets_dropped, c.first_ns, c.last_ns," \
	" told_ns, told_evidence, told_verdict, told_applied, c.phase, c.trial_group"
#define CONTACT_ROW_TABLES "contact c JOIN subscriber s ON s.id = c.subscriber"

void contact_row_read(struct sqlite3_stmt *statement, struct stored_contact *contact);

// The contact of that subscriber with the service of `service`. 1: found, 0: none (`contact` is
// zeroed), -1: failed.
int contact_row_find(struct store *store, int64_t subscriber, const struct contact_record *service,
	struct stored_contact *contact);
// The contact that a share belongs to.
int contact_row_of_share(struct store *store, int64_t share, struct stored_contact *contact);

// Writes it under its subscriber and service; a new one (row 0) gets its row.
int contact_row_write(struct store *store, struct stored_contact *contact);

// Finds first and last time and the flags anew, from what is settled and the shares there are.
int contact_row_remeasure(struct store *store, int64_t row);

int contact_row_remove(struct store *store, int64_t row);
