// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Notices that something happened beside the files of feeds, never-block prefixes and subscribers:
// inotify(7) on their directories, because a file that is replaced by rename is another file. What
// happened is for the reader to find out; a burst of changes is one notice.

#include "config/config.h"

#include <stdbool.h>

struct watch;

// NULL with one line in `error`.
struct watch *watch_create(const struct config *config, char *error, size_t error_size);
void watch_free(struct watch *watch); // NULL is allowed

// Readable when something happened.
int watch_fd(const struct watch *watch);

// Takes all notices. true: there were some.
bool watch_drain(struct watch *watch);

// Tries again to watch directories that did not exist.
void watch_renew(struct watch *watch);
