// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One mapping file, read: its rows in order, each distinct name once.
//
// Immutable once read; shared by reference count, any thread. A row costs 40 bytes, a name its text
// and 16 to 32 bytes of the pool.

#include "control/subscriber/mapping_row.h"
#include "control/subscriber/table.h"

#include <stdatomic.h>

struct string_pool;

struct mapping_file {
	atomic_uint holders;
	char *path;
	struct string_pool *names;
	struct mapping_row *rows; // in the order of mapping_row_compare
	size_t count;
	uint32_t rejected; // rows, for what they say themselves
};

// NULL with one line in `error` when the file as a whole cannot be used. `listener` may be NULL.
struct mapping_file *mapping_file_read(const char *path, const struct config *config,
	const struct table_listener *listener, char *error, size_t error_size);
struct mapping_file *mapping_file_hold(struct mapping_file *file);
void mapping_file_release(struct mapping_file *file); // NULL is allowed
