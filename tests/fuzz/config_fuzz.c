// SPDX-License-Identifier: BSD-3-Clause

// Any bytes as a configuration: a complete struct, or one line that says why not.

#include "config/config.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

// libconfig 1.5 forgets the token it was collecting when the input ends inside of it.
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

static void assert_complete(const struct config *config)
{
	assert(config->runtime_dir[0] && config->state_dir[0] && config->user[0]);
	assert(config->event_path);
	assert(config->workers >= 1 && config->workers <= CONFIG_WORKERS_MAX);
	assert(config->worker_core_count == 0 || config->worker_core_count == config->workers);
	assert(config->rule_limit >= 1);
	assert(config->subscribers.prefix_count >= 1);
	for (size_t i = 0; i < config->link_count; i++) {
		assert(config->links[i].name[0]);
		assert(config->links[i].subscriber.name && config->links[i].network.name);
	}
	for (size_t i = 0; i < config->feed_count; i++)
		assert(config->feeds[i].name[0] && config->feeds[i].path[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32], error[CONFIG_ERROR_SIZE] = "";
	int memfd = memfd_create("sekisho.conf", MFD_CLOEXEC);
	struct config *config;

	if (memfd < 0 || write(memfd, data, size) != (ssize_t)size)
		__builtin_trap();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memfd);
	config = config_load(path, error);
	if (config) {
		assert_complete(config);
	} else {
		assert(strncmp(error, path, strlen(path)) == 0);
		assert(!strchr(error, '\n'));
	}
	config_free(config);
	close(memfd);
	return 0;
}
