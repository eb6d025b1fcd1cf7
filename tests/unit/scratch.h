// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A directory for the files of one test, removed with all that is in it.

#include <cmocka.h>

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scratch {
	char path[64];
};

static inline struct scratch scratch_make(void)
{
	struct scratch scratch = {"/tmp/sekisho-test-XXXXXX"};

	assert_non_null(mkdtemp(scratch.path));
	return scratch;
}

static inline int scratch_remove_entry(
	const char *path, const struct stat *status, int type, struct FTW *position)
{
	(void)status;
	(void)type;
	(void)position;
	return remove(path);
}

static inline void scratch_remove(const struct scratch *scratch)
{
	assert_int_equal(nftw(scratch->path, scratch_remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void scratch_path(
	const struct scratch *scratch, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", scratch->path, name);
}

// Replaces the file in one step, as whoever delivers lists should.
static inline void scratch_write(const struct scratch *scratch, const char *name, const char *text)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	FILE *file;

	scratch_path(scratch, name, path);
	scratch_path(scratch, "fresh", fresh);
	file = fopen(fresh, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(fresh, path), 0);
}

// The file's text, the caller's to free.
static inline char *scratch_read(const struct scratch *scratch, const char *name)
{
	char path[PATH_MAX];
	char *text = NULL;
	size_t size = 0;
	FILE *file;

	scratch_path(scratch, name, path);
	file = fopen(path, "r");
	assert_non_null(file);
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}
