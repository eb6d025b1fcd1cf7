// SPDX-License-Identifier: BSD-3-Clause
#include "control/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

// A file is complete when it is closed or moved into place; IN_ATTRIB: it was made readable.
#define WATCH_EVENTS \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR)

struct watch {
	const struct config *config;
	int fd;
};

static void watch_directory(struct watch *watch, const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX];

	if (slash == NULL)
		snprintf(directory, sizeof(directory), ".");
	else if (slash == path)
		snprintf(directory, sizeof(directory), "/");
	else
		snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path), path);
	// A directory that is watched already stays so; one that is not there will be tried again,
	// and the feed's own refresh finds its file meanwhile.
	(void)inotify_add_watch(watch->fd, directory, WATCH_EVENTS);
}

void watch_renew(struct watch *watch)
{
	for (size_t i = 0; i < watch->config->feed_count; i++)
		watch_directory(watch, watch->config->feeds[i].path);
	for (size_t i = 0; i < watch->config->never_block_count; i++)
		watch_directory(watch, watch->config->never_block[i]);
	for (size_t i = 0; i < watch->config->sinkhole_count; i++)
		watch_directory(watch, watch->config->sinkholes[i]);
	for (size_t i = 0; i < watch->config->subscribers.mapping_count; i++)
		watch_directory(watch, watch->config->subscribers.mapping[i]);
	for (size_t i = 0; i < watch->config->subscribers.cgn_count; i++)
		watch_directory(watch, watch->config->subscribers.cgn[i]);
}

struct watch *watch_create(const struct config *config, char *error, size_t error_size)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL) {
		snprintf(error, error_size, "no memory to watch the lists");
		return NULL;
	}
	watch->config = config;
	watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->fd < 0) {
		snprintf(error, error_size,
			"inotify: %s; fs.inotify.max_user_instances may be too low",
			strerror(errno));
		free(watch);
		return NULL;
	}
	watch_renew(watch);
	return watch;
}

void watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	close(watch->fd);
	free(watch);
}

int watch_fd(const struct watch *watch)
{
	return watch->fd;
}

bool watch_drain(struct watch *watch)
{
	char events[4096];
	bool any = false;

	while (read(watch->fd, events, sizeof(events)) > 0)
		any = true;
	return any;
}
