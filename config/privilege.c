// SPDX-License-Identifier: BSD-3-Clause
#include "config/privilege.h"

#include <linux/capability.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fail(char *error, size_t error_size, const char *what)
{
	snprintf(error, error_size, "%s: %s", what, strerror(errno));
	return -1;
}

int privilege_resolve(const char *user, struct identity *identity, char *error, size_t error_size)
{
	const struct passwd *entry;

	*identity = (struct identity){.root = geteuid() == 0, .uid = (uid_t)-1, .gid = (gid_t)-1};
	if (!identity->root)
		return 0;
	errno = 0;
	entry = getpwnam(user);
	if (!entry) {
		snprintf(error, error_size,
			"user: there is no user \"%s\" on this machine; make it (useradd --system "
			"--shell /usr/sbin/nologin %s) or name another",
			user, user);
		return -1;
	}
	if (entry->pw_uid == 0) {
		snprintf(error, error_size,
			"user: \"%s\" is root; name a user without privileges, which the data "
			"plane "
			"becomes once its ports are open",
			user);
		return -1;
	}
	identity->uid = entry->pw_uid;
	identity->gid = entry->pw_gid;
	return 0;
}

int privilege_forgo(char *error, size_t error_size)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
		return fail(error, error_size, "the kernel refuses PR_SET_NO_NEW_PRIVS");
	return 0;
}

static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	// Unreadable counts as present: the caller must not go on in doubt.
	if (syscall(SYS_capget, &header, data) != 0)
		return true;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		if (data[i].effective || data[i].permitted || data[i].inheritable)
			return true;
	}
	return false;
}

int privilege_drop(const struct identity *identity, char *error, size_t error_size)
{
	if (!identity->root)
		return 0;
	// glibc carries each of these to all threads.
	if (setgroups(0, NULL) != 0)
		return fail(error, error_size, "the supplementary groups cannot be dropped");
	if (setresgid(identity->gid, identity->gid, identity->gid) != 0)
		return fail(error, error_size, "the group cannot be changed");
	if (setresuid(identity->uid, identity->uid, identity->uid) != 0)
		return fail(error, error_size, "the user cannot be changed");
	if (setuid(0) == 0 || has_capabilities()) {
		snprintf(error, error_size, "privileges remain after the change of user");
		return -1;
	}
	return 0;
}
