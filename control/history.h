// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The last minute of the data plane's status: enough to tell rates and what went wrong lately.
//
// Bounded: a few samples of the last two seconds, and two that are half a minute apart. Samples of
// another start of the data plane are forgotten. One thread.

#include "dataplane/api/message.h"

#include <stdint.h>

struct sample {
	uint64_t at_ns; // CLOCK_MONOTONIC
	struct message_status status;
};

struct history;

struct history *history_create(void);       // NULL only when memory is out
void history_free(struct history *history); // NULL is allowed
void history_clear(struct history *history);

// `at_ns` never goes back.
void history_add(struct history *history, uint64_t at_ns, const struct message_status *status);

// NULL where there is none. Valid until the next history_add.
const struct sample *history_now(const struct history *history);
const struct sample *history_second(const struct history *history); // 1 to 2 s before, for rates
const struct sample *history_minute(const struct history *history); // the oldest, up to 60 s before
