// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What outlives a restart: one SQLite database, STATE_DIR/sekisho.db.
//
// Write-ahead log, so that a reader never waits for a writer and a writer only for another writer.
// Two threads write, the main one (contacts, mode) and the loader (rows of feeds); each has a
// connection of its own, and neither holds a transaction longer than some tens of milliseconds. A
// connection belongs to one thread.
//
// Every call that can fail returns -1 and leaves one line in store_error.
//
// A commit outlives the process at once, and a crash of the machine from the next checkpoint on,
// which the loader's thread makes every STORE_CHECKPOINT_MS, so that the main thread does not wait
// for a slow disk. What a crash of the machine takes, contacts of the last seconds, the data plane
// on the same machine has lost with it. What must not be lost (the operator's mode) is committed
// durably.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_FILE "sekisho.db"

#define STORE_CHECKPOINT_MS 30000

// How long a writer waits for the other one before it gives up.
#define STORE_BUSY_TIMEOUT_MS 5000

#define STORE_LINES_MAX 8

struct store;
struct sqlite3_stmt;

// Opens or makes the database and brings its schema up to date. NULL with one line in `error`; a
// database made by a newer version is refused rather than guessed at.
struct store *store_open(const char *state_dir, char *error, size_t error_size);
void store_close(struct store *store); // NULL is allowed

// Opens a database, or a copy of one, by its file's name, to look at it: never writes to it, nor
// beside it where no write-ahead log (FILE-wal) is. One of another schema is refused.
struct store *store_open_read_only(const char *path, char *error, size_t error_size);

const char *store_error(const struct store *store);

// Transactions do not nest. store_rollback keeps the error that led to it.
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);
bool store_in_transaction(const struct store *store);

// Whether the transactions to come are on the disk when store_commit returns. Not within one.
int store_set_durable(struct store *store, bool durable);

// Writes what was committed into the database file, as far as no reader is in the way.
int store_checkpoint(struct store *store);

// Leaves that to another connection; else a commit does it whenever the log has grown large.
int store_leave_checkpoints(struct store *store);

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

// A line for the log, told once the transaction is committed; a rollback takes it back. Beyond
// STORE_LINES_MAX in one transaction the last takes the place of the one before it.
void store_announce(struct store *store, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

int64_t store_last_id(const struct store *store);
int64_t store_changes(const struct store *store);
