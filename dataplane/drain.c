// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/drain.h"

#include "config/utc.h"

#include <rte_config.h>
#include <rte_cycles.h>

static struct contact_clock read_clock(void)
{
	return (struct contact_clock){
		.ticks = rte_rdtsc(),
		.ns = utc_now_ns(),
		.hz = rte_get_tsc_hz(),
	};
}

static void drain_worker(struct drain *drain, uint32_t index)
{
	struct ledger *full = worker_take(drain->workers[index]);
	struct contact_clock clock = read_clock();

	if (!full)
		return;
	drain->entries[index] = ledger_count(full);
	contacts_merge(drain->contacts, full, &clock);
	ledger_clear(full);
	worker_offer(drain->workers[index], full);
}

void drain_run(struct drain *drain)
{
	for (uint32_t i = 0; i < drain->worker_count; i++)
		drain_worker(drain, i);
}

void drain_finish(struct drain *drain)
{
	for (uint32_t i = 0; i < drain->worker_count; i++) {
		struct ledger *last = worker_last_ledger(drain->workers[i]);
		struct contact_clock clock = read_clock();

		drain_worker(drain, i);
		contacts_merge(drain->contacts, last, &clock);
		ledger_clear(last);
	}
}
