// SPDX-License-Identifier: BSD-3-Clause
#include "control/history.h"

#include <stdlib.h>
#include <string.h>

#define RECENT_MAX 5
#define NS_PER_S   UINT64_C(1000000000)

struct history {
	struct sample recent[RECENT_MAX]; // newest first
	size_t recent_count;
	struct sample anchors[2]; // older, newer
	size_t anchor_count;
};

struct history *history_create(void)
{
	return calloc(1, sizeof(struct history));
}

void history_free(struct history *history)
{
	free(history);
}

void history_clear(struct history *history)
{
	history->recent_count = 0;
	history->anchor_count = 0;
}

void history_add(struct history *history, uint64_t at_ns, const struct message_status *status)
{
	struct sample *newest = &history->recent[0];

	if (history->recent_count > 0 &&
		memcmp(newest->status.instance, status->instance, INSTANCE_SIZE) != 0)
		history_clear(history);
	if (history->recent_count == RECENT_MAX)
		history->recent_count--;
	memmove(&history->recent[1], newest, history->recent_count * sizeof(*newest));
	newest->at_ns = at_ns;
	newest->status = *status;
	history->recent_count++;

	if (history->anchor_count == 0) {
		history->anchors[history->anchor_count++] = *newest;
	} else if (at_ns - history->anchors[history->anchor_count - 1].at_ns >= 30 * NS_PER_S) {
		if (history->anchor_count == 2)
			history->anchors[0] = history->anchors[1];
		history->anchors[1] = *newest;
		history->anchor_count = 2;
	}
}

const struct sample *history_now(const struct history *history)
{
	return history->recent_count == 0 ? NULL : &history->recent[0];
}

const struct sample *history_second(const struct history *history)
{
	for (size_t i = 1; i < history->recent_count; i++)
		if (history->recent[0].at_ns - history->recent[i].at_ns >= NS_PER_S)
			return &history->recent[i];
	return history->recent_count < 2 ? NULL : &history->recent[history->recent_count - 1];
}

const struct sample *history_minute(const struct history *history)
{
	return history->anchor_count == 0 ? NULL : &history->anchors[0];
}
