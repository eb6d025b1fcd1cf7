// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The files that the guard of lists reads (guard.h), those of never_block and of sinkholes: whether
// they are as they were when they were read last. One stamp a file; of a file that is not there it
// is all zero.

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

size_t guard_files_count(const struct config *config);

// Stamps all of them; before they are read, so that what is written meanwhile is noticed.
void guard_files_note(const struct config *config, struct stat stamps[]);

// Whether one is another than the one that was stamped. `*written_ns` (UTC) is when the latest of
// those was written.
bool guard_files_changed(
	const struct config *config, const struct stat stamps[], uint64_t *written_ns);
