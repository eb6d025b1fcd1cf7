// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A list made by a test: text → a path that feed_read can open, in memory.

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct list_file {
	int fd;
	char path[32];
};

static inline struct list_file list_file_make_bytes(const char *bytes, size_t size)
{
	struct list_file file = {.fd = memfd_create("list", MFD_CLOEXEC)};
	assert_true(file.fd >= 0);
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	assert_int_equal(write(file.fd, bytes, size), size);
	return file;
}

static inline struct list_file list_file_make(const char *text)
{
	return list_file_make_bytes(text, strlen(text));
}

static inline void list_file_remove(const struct list_file *file)
{
	close(file->fd);
}
