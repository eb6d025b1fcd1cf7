// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/listener.h"

#include "dataplane/api/message.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DIRECTORY_MODE 0750
#define SOCKET_MODE    0660

static int fail(char *error, size_t error_size, const char *path, const char *what)
{
	snprintf(error, error_size, "%s: %s: %s", path, what, strerror(errno));
	return -1;
}

static int make_directory(
	const char *path, uid_t owner, gid_t group, char *error, size_t error_size)
{
	if (mkdir(path, DIRECTORY_MODE) != 0) {
		// An existing one is the administrator's: neither owner nor mode is ours to change.
		if (errno == EEXIST)
			return 0;
		return fail(error, error_size, path, "the runtime directory cannot be made");
	}
	if (owner != (uid_t)-1 && chown(path, owner, group) != 0)
		return fail(error, error_size, path, "the runtime directory cannot be given away");
	return 0;
}

// 1: somebody answers, 0: nobody does, -1: cannot tell.
static int probe(const struct sockaddr_un *address)
{
	struct stat file;
	int result, fd;

	// A connection to a plain file is refused like one to a dead socket.
	if (lstat(address->sun_path, &file) == 0 && !S_ISSOCK(file.st_mode)) {
		errno = ENOTSOCK;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
		result = 1;
	else
		result = errno == ECONNREFUSED || errno == ENOENT ? 0 : -1;
	close(fd);
	return result;
}

static int bind_socket(struct listener *listener, const struct sockaddr_un *address, uid_t owner,
	gid_t group, char *error, size_t error_size)
{
	switch (probe(address)) {
	case 1:
		snprintf(error, error_size,
			"%s: another data plane is running here; stop it, or set another "
			"runtime_dir",
			listener->path);
		return -1;
	case 0:
		if (unlink(listener->path) != 0 && errno != ENOENT)
			return fail(error, error_size, listener->path,
				"what an earlier data plane left cannot be removed");
		break;
	default:
		return fail(error, error_size, listener->path,
			"whether a data plane is running here cannot be told");
	}
	if (bind(listener->fd, (const struct sockaddr *)address, sizeof(*address)) != 0)
		return fail(error, error_size, listener->path, "the socket cannot be made");
	if (chmod(listener->path, SOCKET_MODE) != 0 ||
		(owner != (uid_t)-1 && chown(listener->path, owner, group) != 0) ||
		listen(listener->fd, MESSAGE_CLIENTS_MAX) != 0) {
		fail(error, error_size, listener->path, "the socket cannot be set up");
		unlink(listener->path);
		return -1;
	}
	return 0;
}

int listener_open(struct listener *listener, const char *runtime_dir, uid_t owner, gid_t group,
	char *error, size_t error_size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = snprintf(
		listener->path, sizeof(listener->path), "%s/%s", runtime_dir, MESSAGE_SOCKET);

	if (length < 0 || (size_t)length >= sizeof(address.sun_path)) {
		snprintf(error, error_size,
			"runtime_dir \"%s\" is too long: with \"/%s\" a socket's name has at most "
			"%zu "
			"characters",
			runtime_dir, MESSAGE_SOCKET, sizeof(address.sun_path) - 1);
		return -1;
	}
	memcpy(address.sun_path, listener->path, (size_t)length + 1);
	if (make_directory(runtime_dir, owner, group, error, error_size) < 0)
		return -1;
	listener->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0)
		return fail(error, error_size, listener->path, "no socket can be had");
	if (bind_socket(listener, &address, owner, group, error, error_size) < 0) {
		close(listener->fd);
		return -1;
	}
	return 0;
}

void listener_close(struct listener *listener)
{
	unlink(listener->path);
	close(listener->fd);
}
