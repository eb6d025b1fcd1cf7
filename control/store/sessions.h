// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Accounting sessions: what is known of each (NAS, Acct-Session-Id), so that a word that comes late
// or twice can be judged. What they held is in control/store/bindings.h, which also bounds them.
//
// All for the caller's transaction.

#include "control/store/store.h"

#define SESSION_OPEN 0 // as an end: it has none

struct stored_session {
	int64_t row; // of bindings
	uint64_t start_ns;
	uint64_t end_ns;   // SESSION_OPEN: it goes on
	bool stopped;      // ended by its own Stop
	uint64_t word_ns;  // the moment its latest word speaks of
	uint64_t heard_ns; // when a word of it last arrived
};

// 1: found, 0: unknown, -1: failed.
int store_session_get(
	struct store *store, const char *nas, const char *name, struct stored_session *session);

// A new session in the place of any of that name; gives its row.
int store_session_make(
	struct store *store, const char *nas, const char *name, struct stored_session *session);
int store_session_update(struct store *store, const struct stored_session *session);

// Up to `room` open sessions: of `nas` that started at `until_ns` or before, or, with NULL, of
// which nothing was heard since `until_ns`. Returns how many; -1: failed.
int store_sessions_open(struct store *store, const char *nas, uint64_t until_ns,
	struct stored_session *sessions, int room);
