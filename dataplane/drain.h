// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Carries what the workers' ledgers hold into the contacts, past the over-block guard. Service
// thread.
//
// To be called every DRAIN_PERIOD_MS or so. A ledger that is being taken away lies with the worker
// until its next round, so a call merges what the call before asked for. Cost: a fraction of a
// microsecond per contact that was active.

#include "config/config.h"
#include "dataplane/contact.h"
#include "dataplane/overblock.h"
#include "dataplane/worker.h"

#include <stddef.h>
#include <stdint.h>

#define DRAIN_PERIOD_MS 100

struct drain {
	struct worker *const *workers;
	uint32_t worker_count;
	struct contacts *contacts;
	struct overblock *overblock;
	uint64_t entries[CONFIG_WORKERS_MAX]; // in the ledger drained last
};

void drain_run(struct drain *drain);

// After the workers have stopped: also what they were filling last.
void drain_finish(struct drain *drain);
