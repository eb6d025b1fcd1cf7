// SPDX-License-Identifier: BSD-3-Clause
#include "control/directory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int directory_make(const char *setting, const char *path, mode_t mode, uid_t owner, gid_t group,
	char *error, size_t error_size)
{
	struct stat found;

	if (mkdir(path, mode) == 0) {
		// Not subject to the umask, which hides what is inside, not who may pass.
		if (chmod(path, mode) == 0 &&
			(owner == (uid_t)-1 || chown(path, owner, group) == 0))
			return 0;
	} else if (errno == EEXIST) {
		if (stat(path, &found) == 0 && S_ISDIR(found.st_mode))
			return 0;
		errno = ENOTDIR;
	}
	snprintf(error, error_size, "%s: %s: %s; make it, owned by the configured user", setting,
		path, strerror(errno));
	return -1;
}
