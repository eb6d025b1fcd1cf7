// SPDX-License-Identifier: BSD-3-Clause
#include "control/guard_files.h"

#include "config/utc.h"
#include "control/file_stamp.h"

#include <string.h>

size_t guard_files_count(const struct config *config)
{
	return config->never_block_count + config->sinkhole_count;
}

static struct stat stamp_of(const struct config *config, size_t number)
{
	const char *path = number < config->never_block_count
				   ? config->never_block[number]
				   : config->sinkholes[number - config->never_block_count];
	struct stat stamp;

	if (stat(path, &stamp) < 0)
		memset(&stamp, 0, sizeof(stamp));
	return stamp;
}

void guard_files_note(const struct config *config, struct stat stamps[])
{
	for (size_t i = 0; i < guard_files_count(config); i++)
		stamps[i] = stamp_of(config, i);
}

bool guard_files_changed(
	const struct config *config, const struct stat stamps[], uint64_t *written_ns)
{
	bool changed = false;

	*written_ns = 0;
	for (size_t i = 0; i < guard_files_count(config); i++) {
		const struct stat now = stamp_of(config, i);
		const uint64_t now_ns =
			(uint64_t)now.st_mtim.tv_sec * UTC_NS_PER_S + (uint64_t)now.st_mtim.tv_nsec;

		if (file_stamp_same(&now, &stamps[i]))
			continue;
		changed = true;
		if (now_ns > *written_ns)
			*written_ns = now_ns;
	}
	return changed;
}
