// SPDX-License-Identifier: BSD-3-Clause
#include "control/trial_key.h"

#include <sodium.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Eight bytes that keep keys for one purpose apart from those for another.
#define DERIVE_CONTEXT "sktrial1"
#define MARK_CONTEXT   "skmark_1"

// Complete or not there at all: two threads may be at it, and the machine may crash.
static int make_file(const char *state_dir, const char *path)
{
	uint8_t bytes[TRIAL_SECRET_SIZE];
	char fresh[PATH_MAX];
	bool made;
	int fd;

	if (snprintf(fresh, sizeof(fresh), "%s.XXXXXX", path) >= (int)sizeof(fresh))
		return -1;
	fd = mkstemp(fresh); // mode 0600
	if (fd < 0)
		return -1;
	randombytes_buf(bytes, sizeof(bytes));
	made = write(fd, bytes, sizeof(bytes)) == sizeof(bytes) && fsync(fd) == 0;
	sodium_memzero(bytes, sizeof(bytes));
	close(fd);
	// A file that somebody else made meanwhile stays.
	made = made && (link(fresh, path) == 0 || errno == EEXIST);
	unlink(fresh);
	if (!made)
		return -1;
	fd = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	return 0;
}

int trial_secret_load(
	const char *state_dir, struct trial_secret *secret, char *error, size_t error_size)
{
	char path[PATH_MAX];
	uint8_t bytes[TRIAL_SECRET_SIZE + 1];
	struct stat status;
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "%s/" TRIAL_KEY_FILE, state_dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && make_file(state_dir, path) == 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		snprintf(error, error_size, "%s: %s; state_dir must be writable", path,
			strerror(errno));
		return -1;
	}
	size = read(fd, bytes, sizeof(bytes));
	if (size != TRIAL_SECRET_SIZE) {
		snprintf(error, error_size,
			"%s: holds not the %d bytes of a key; put it back, or "
			"remove it to have another one made",
			path, TRIAL_SECRET_SIZE);
		goto fail;
	}
	if (fstat(fd, &status) < 0 || (status.st_mode & 0077) != 0) {
		snprintf(error, error_size,
			"%s: others may read it; its mode should be 0600, is %04o", path,
			(unsigned)status.st_mode & 07777);
		goto fail;
	}
	memcpy(secret->bytes, bytes, TRIAL_SECRET_SIZE);
	sodium_memzero(bytes, sizeof(bytes));
	close(fd);
	return 0;
fail:
	sodium_memzero(bytes, sizeof(bytes));
	close(fd);
	return -1;
}

void trial_secret_mark(const struct trial_secret *secret, uint8_t mark[TRIAL_MARK_SIZE])
{
	uint8_t derived[crypto_kdf_BYTES_MIN];

	_Static_assert(TRIAL_MARK_SIZE <= crypto_kdf_BYTES_MIN, "a part of a derived key");
	crypto_kdf_derive_from_key(derived, sizeof(derived), 0, MARK_CONTEXT, secret->bytes);
	memcpy(mark, derived, TRIAL_MARK_SIZE);
}

void trial_secret_derive(
	const struct trial_secret *secret, uint32_t trial, uint8_t key[COHORT_KEY_SIZE])
{
	_Static_assert(TRIAL_SECRET_SIZE == crypto_kdf_KEYBYTES, "the secret is a master key");
	_Static_assert(COHORT_KEY_SIZE >= crypto_kdf_BYTES_MIN, "long enough for a derived key");
	crypto_kdf_derive_from_key(key, COHORT_KEY_SIZE, trial, DERIVE_CONTEXT, secret->bytes);
}
