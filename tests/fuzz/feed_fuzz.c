// SPDX-License-Identifier: BSD-3-Clause

// Bytes → every list reader, and detection. What a reader delivers must keep row.h's promises.

#include "control/feed/feed.h"
#include "control/feed/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void accept_row(void *context, uint32_t line, const struct feed_row *row)
{
	(void)context;
	require(line > 0 && row->level >= 1 && row->level <= 4 && row->confidence <= 100);
	require(!row->is_domain || row->domain);
	require(row->first_seen_s >= 0 && row->last_seen_s >= 0 && row->valid_until_s >= 0);
	require(row->max_action < ACTION_COUNT);
	const char *const texts[] = {
		row->domain, row->family, row->country, row->asn, row->source, row->reference};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		require(!texts[i] || text_valid(texts[i]));
}

static void reject_row(void *context, uint32_t line, enum feed_reason reason, const char *text)
{
	char shown[64];
	(void)context;
	require(line > 0 && reason < FEED_REASON_COUNT);
	require(text_valid(text_show(text, shown, sizeof(shown))));
}

static void notice(void *context, uint32_t line, const char *text)
{
	(void)context;
	require(line > 0 && text_valid(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct feed_sink sink = {NULL, accept_row, reject_row, notice};
	char path[32], error[512];
	int fd = memfd_create("list", MFD_CLOEXEC);
	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (enum feed_format format = FEED_DETECT; format < FEED_FORMAT_COUNT; format++) {
		const struct feed_options options = {.format = format, .level = 1};
		enum feed_format found;
		error[0] = '\0';
		if (feed_read(path, &options, &sink, &found, error, sizeof(error)) < 0)
			require(error[0] != '\0' && !strchr(error, '\n'));
	}
	close(fd);
	return 0;
}
