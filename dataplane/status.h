// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All figures of the data plane, gathered from where they are kept. Service thread; costs a few
// system calls per port.

#include "dataplane/api/message.h"
#include "dataplane/drain.h"
#include "dataplane/installation.h"
#include "dataplane/link.h"
#include "dataplane/worker.h"

#include <stdint.h>

struct status_sources {
	uint64_t started_ns; // UTC
	const struct links *links;
	struct worker *const *workers;
	uint32_t worker_count;
	const struct regime *regime;
	const struct installation *installation;
	const struct drain *drain;
};

// Fills all of `status` but its header and instance.
void status_fill(const struct status_sources *sources, struct message_status *status);

// The counters of all workers for the packets that arrived by one port.
void status_count(const struct status_sources *sources, size_t link, int side,
	uint64_t totals[COUNTER_COUNT]);

// Writes one line of totals for each port to the log. With the workers stopped nothing is in
// flight: false, with an error in the log, if received packets were neither forwarded nor dropped
// for a reason.
bool status_log_totals(const struct status_sources *sources);
