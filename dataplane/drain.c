// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/drain.h"

#include "config/utc.h"

#include <rte_config.h>
#include <rte_cycles.h>

#include <time.h>

#define NS_PER_MS 1000000u

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
	overblock_merge(drain->overblock, full);
	ledger_clear(full);
	worker_offer(drain->workers[index], full);
}

static void begin_guard(struct drain *drain)
{
	uint64_t received[CONFIG_LINKS_MAX] = {0};
	struct timespec now;

	for (uint32_t i = 0; i < drain->worker_count; i++)
		worker_count_received(drain->workers[i], received);
	clock_gettime(CLOCK_MONOTONIC, &now);
	overblock_begin(drain->overblock,
		(uint64_t)now.tv_sec * MS_PER_S + (uint64_t)now.tv_nsec / NS_PER_MS, received);
}

void drain_run(struct drain *drain)
{
	begin_guard(drain);
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
