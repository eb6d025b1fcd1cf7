// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// From root to nobody in particular.
//
// Ports are opened as root (AF_XDP needs CAP_NET_ADMIN, CAP_BPF and CAP_SYS_ADMIN); from then on
// the process parses what strangers send and needs none of it: the sockets and maps stay open.
// What it cannot do afterwards is open ports anew; a restart does that.
//
// Not started as root, the process runs on as who it is; ports that need no root then work.

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct identity {
	bool root; // the process is root and is to become the below; else they are (uid_t)-1
	uid_t uid;
	gid_t gid;
};

// Whom to become. -1 with one line in `error`: no such user, or root itself.
int privilege_resolve(const char *user, struct identity *identity, char *error, size_t error_size);

// At the very start, before any thread is made: no program this process runs can gain anything.
int privilege_forgo(char *error, size_t error_size);

// Becomes `identity`, all threads of it, without supplementary groups and capabilities, and checks
// that there is no way back. On failure the process must not go on.
int privilege_drop(const struct identity *identity, char *error, size_t error_size);
