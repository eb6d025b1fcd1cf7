// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What outlives a restart: one SQLite database, STATE_DIR/sekisho.db.
//
// Write-ahead log, so that a reader never waits for a writer and a writer only for another writer.
// Two threads write, the main one (contacts, mode) and the loader (rows of feeds); each has a
// connection of its own, and neither holds a transaction longer than some ten milliseconds. A
// connection belongs to one thread.
//
// Every call that can fail returns -1 and leaves one line in store_error. A commit is on the disk
// when it returns (synchronous = FULL), except for rows of feeds, which can be read from their
// files again.

#include <stddef.h>
#include <stdint.h>

#define STORE_FILE "sekisho.db"

// How long a writer waits for the other one before it gives up.
#define STORE_BUSY_TIMEOUT_MS 5000

struct store;
struct sqlite3_stmt;

// Opens or makes the database and brings its schema up to date. NULL with one line in `error`; a
// database made by a newer version is refused rather than guessed at.
struct store *store_open(const char *state_dir, char *error, size_t error_size);
void store_close(struct store *store); // NULL is allowed

const char *store_error(const struct store *store);

// Transactions do not nest. store_rollback keeps the error that led to it.
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

// Trades the fsync of every commit on this connection for speed; a crash of the machine may then
// lose the last commits, never their order.
int store_relax(struct store *store);

// For the other files of this directory.

// An error that SQLite knows nothing of; the file's name is put in front. Returns -1.
int store_set_error(struct store *store, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

// The prepared statement of `sql`, reset and without bindings. `sql` must be a constant: its
// address is the key of the cache. NULL: failed.
struct sqlite3_stmt *store_statement(struct store *store, const char *sql);

// Steps a statement that yields no row, and resets it.
int store_run(struct store *store, struct sqlite3_stmt *statement);

// 1: a row, 0: no more (reset), -1: failed (reset).
int store_next(struct store *store, struct sqlite3_stmt *statement);

// Runs several statements that need no values.
int store_script(struct store *store, const char *sql);

int64_t store_last_id(const struct store *store);
int64_t store_changes(const struct store *store);
