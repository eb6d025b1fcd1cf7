// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Watches that every worker goes round, every port has carrier and every sinkhole answers; tells
// the log about changes and the service manager (sd_notify) that all is well. Service thread; call
// it at least every HEALTH_PERIOD_MS.
//
// The watchdog is fed only while every worker's heartbeat is young, so that the service manager
// restarts a data plane that no longer forwards, not only one whose service thread hangs.

#include "config/config.h"
#include "dataplane/link.h"
#include "dataplane/worker.h"

#include <stdbool.h>
#include <stdint.h>

#define HEALTH_PERIOD_MS 500
// Longer than the longest idle sleep and any burst; a worker that is silent longer is stuck.
#define HEARTBEAT_LIMIT_MS 2000

struct health {
	const struct links *links;
	struct worker *const *workers;
	uint32_t worker_count;
	bool silent[CONFIG_WORKERS_MAX];
	bool down[CONFIG_LINKS_MAX][LINK_SIDES];
	bool mute[CONFIG_LINKS_MAX]; // its sinkhole
};

// Says that the data plane is ready.
void health_begin(struct health *health);
void health_check(struct health *health);
void health_end(struct health *health);

// Whether a worker's questions to the link's sinkhole go unanswered.
bool health_sinkhole_is_silent(struct worker *const workers[], uint32_t worker_count, size_t link);

// CLOCK_MONOTONIC in nanoseconds of a worker's last round.
uint64_t health_heartbeat_ns(const struct worker *worker);
