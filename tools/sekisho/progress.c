// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/progress.h"

#include "config/utc.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL_NS 200000000u

// Frames between two looks at the clock: a small part of the interval at any speed.
#define CLOCK_FRAMES 1024u

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UTC_NS_PER_S + (uint64_t)now.tv_nsec;
}

void progress_start(struct progress *progress)
{
	*progress = (struct progress){.shown = isatty(STDERR_FILENO) == 1};
	progress->started_ns = progress->drawn_ns = now_ns();
}

void progress_update(struct progress *progress, const struct captures *captures, uint64_t frames)
{
	uint64_t bytes, total;

	if (!progress->shown || frames % CLOCK_FRAMES != 0)
		return;
	const uint64_t now = now_ns();
	if (now - progress->drawn_ns < INTERVAL_NS)
		return;
	progress->drawn_ns = now;
	progress->drawn = true;
	const double seconds = (double)(now - progress->started_ns) / UTC_NS_PER_S;
	fputs("\r", stderr);
	if (captures_progress(captures, &bytes, &total) && total > 0)
		fprintf(stderr, "%3.0f %%  ", 100.0 * (double)bytes / (double)total);
	fprintf(stderr, "%" PRIu64 " packets  %.2f M/s\033[K", frames,
		(double)frames / seconds / 1e6);
	fflush(stderr);
}

void progress_clear(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = false;
}
