// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether a file is still the one that was read: a look at its name, size and times. A file that is
// not there has a stamp of zeros. Pure.

#include <stdbool.h>
#include <sys/stat.h>

// The same file with the same content.
static inline bool file_stamp_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}
