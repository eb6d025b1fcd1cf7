// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stands of each feed: its last good rows, and how its file was when last looked at.
//
// A feed whose file cannot be read, holds nothing, or lost more than shrink_percent of its rows is
// refused: the rows read before stand, and the feed says so until a later reading is good. A
// reading is forced past the last two, never past the first. What has expired by now, or is
// forbidden by the never-block files, does not count as lost. Rows keep their validity; only the
// merge drops what has expired, so that the same rows give what is right at any moment.
//
// Owned by the loader's thread.

#include "config/config.h"
#include "control/catalogue.h"
#include "control/guard.h"
#include "control/list.h"

#include <stdbool.h>
#include <sys/stat.h>

#define INTAKE_PROBLEM_SIZE 384

// For people: no pointers but those into the configuration.
struct feed_state {
	const char *name, *path;
	size_t indicators;                 // that stand
	uint64_t loaded_ns;                // UTC: when they were read; 0: there are none
	uint64_t checked_ns;               // UTC: when the file was last read, or tried; 0: never
	bool read;                         // the file's end was reached once
	struct list_report report;         // of the last reading that did
	char problem[INTAKE_PROBLEM_SIZE]; // one line; "": none
	uint64_t problem_since_ns;
};

// One feed's rows: sealed without regard to validity; shared by reference count.
struct feed_rows {
	struct catalogue *catalogue; // NULL: none
	uint64_t loaded_ns;
	int64_t load; // their number in the store; 0: not stored yet
};

struct intake_feed {
	const struct config_feed *config;
	struct feed_state state;
	struct feed_rows rows;
	struct stat file; // as last read; all zero: unknown
};

struct intake {
	size_t count;
	struct intake_feed feeds[];
};

// One entry per feed of `config`, which must outlive it. NULL only when memory is out.
struct intake *intake_create(const struct config *config);
// The same rows by reference, for a trial that changes nothing.
struct intake *intake_copy(const struct intake *intake);
void intake_free(struct intake *intake); // NULL is allowed

// Reads the feed's file. true: its rows stand now. false: refused, and state.problem says why.
bool intake_read(struct intake *intake, size_t feed, const struct guard *guard, bool force);

// Puts rows in place that were read earlier. Takes over the reference.
void intake_restore(struct intake *intake, size_t feed, struct feed_rows rows);

// Whether the file is another than the one that was read: a look at its name, size and times.
bool intake_changed(const struct intake *intake, size_t feed);

// All rows that stand, but for what `guard` forbids today or has expired; the former is in the
// catalogue's quarantine, with what was withheld when the rows were read. NULL only when memory is
// out.
struct catalogue *intake_merge(
	const struct intake *intake, const struct guard *guard, int64_t now_s);

// Whether any feed has rows.
bool intake_stands(const struct intake *intake);

struct feed_rows feed_rows_hold(const struct feed_rows *rows);
void feed_rows_release(struct feed_rows *rows);
