// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The directories the control plane writes into.

#include <stddef.h>
#include <sys/types.h>

// Makes `path` (not its parents) where it is missing, and where it was made here, as root, hands it
// to `owner` and `group`; (uid_t)-1 leaves it ours. -1 with one line in `error` that names
// `setting`.
int directory_make(const char *setting, const char *path, mode_t mode, uid_t owner, gid_t group,
	char *error, size_t error_size);
