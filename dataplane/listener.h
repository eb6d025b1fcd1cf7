// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The data plane's own end of its socket in the file system: RUNTIME_DIR/dataplane.sock, mode 0660,
// of the user the process is going to be.
//
// A socket file that nobody answers on is what a killed process left: it is replaced. If somebody
// answers, another data plane is running with this runtime directory, and this one must not start.

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

struct listener {
	int fd;
	char path[PATH_MAX];
};

// Makes the directory if it is missing (0750). With `owner` (uid_t)-1 files stay ours. 0, or -1
// with one line in `error`.
int listener_open(struct listener *listener, const char *runtime_dir, uid_t owner, gid_t group,
	char *error, size_t error_size);

// Closes and removes the file, if that is allowed by then.
void listener_close(struct listener *listener);
