// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Configurations for tests, as text, without a file on disk.

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH_SIZE 32

// The descriptor is the caller's.
static inline int text_path(const char *text, size_t size, char path[PATH_SIZE])
{
	int memfd = memfd_create("sekisho.conf", MFD_CLOEXEC);

	assert_true(memfd >= 0);
	assert_int_equal(write(memfd, text, size), size);
	snprintf(path, PATH_SIZE, "/proc/self/fd/%d", memfd);
	return memfd;
}

// Asserts that it is right.
static inline struct config *loaded(const char *text)
{
	char path[PATH_SIZE], error[CONFIG_ERROR_SIZE];
	int memfd = text_path(text, strlen(text), path);
	struct config *config = config_load(path, error);

	if (!config) {
		fail_msg("%s: %s", text, error);
		abort(); // fail_msg does not return, which its header does not say
	}
	assert_string_equal(config->path, path);
	close(memfd);
	return config;
}

// Asserts that it is wrong; `expected` is the line without the file's name.
static inline void assert_refused(const char *text, size_t size, const char *expected)
{
	char path[PATH_SIZE], error[CONFIG_ERROR_SIZE] = "";
	int memfd = text_path(text, size, path);
	struct config *config = config_load(path, error);

	if (config)
		fail_msg("accepted: %s", text);
	if (strncmp(error, path, strlen(path)) != 0 || strcmp(error + strlen(path), expected) != 0)
		fail_msg("\n  of: %s\n got: %s\nwant: %s%s", text, error, path, expected);
	close(memfd);
}
