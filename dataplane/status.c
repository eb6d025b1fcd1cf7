// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/status.h"

#include "config/log.h"
#include "dataplane/health.h"

#include <rte_config.h>
#include <rte_mempool.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

_Static_assert(MESSAGE_PORTS_MAX >= LINK_SIDES * CONFIG_LINKS_MAX, "every port has its place");
_Static_assert(MESSAGE_WORKERS_MAX >= CONFIG_WORKERS_MAX, "every worker has its place");

void status_count(
	const struct status_sources *sources, size_t link, int side, uint64_t totals[COUNTER_COUNT])
{
	memset(totals, 0, COUNTER_COUNT * sizeof(totals[0]));
	for (uint32_t i = 0; i < sources->worker_count; i++)
		worker_count(sources->workers[i], link, side, totals);
}

static void fill_port(
	const struct status_sources *sources, size_t link, int side, struct message_port *told)
{
	const struct port *port = links_port(sources->links, link, side);
	struct port_statistics statistics = port_read(port);

	snprintf(told->name, sizeof(told->name), "%.*s", (int)sizeof(told->name) - 1, port->name);
	snprintf(told->device, sizeof(told->device), "%.*s", (int)sizeof(told->device) - 1,
		port->config->text);
	status_count(sources, link, side, told->counters);
	told->driver_missed = statistics.missed;
	told->driver_errors = statistics.errors;
	told->no_mbuf = statistics.no_mbuf;
	told->link_up = statistics.link_up;
	told->silent = side == LINK_SINKHOLE &&
		       health_sinkhole_is_silent(sources->workers, sources->worker_count, link);
}

static void fill_worker(
	const struct status_sources *sources, uint32_t index, struct message_worker *told)
{
	const struct worker *worker = sources->workers[index];
	struct worker_activity activity = worker_activity(worker);

	told->core = worker_core(worker);
	told->heartbeat_ns = health_heartbeat_ns(worker);
	told->polls = activity.polls;
	told->empty_polls = activity.empty_polls;
	told->contact_entries = sources->drain->entries[index];
}

static void fill_contacts(const struct contacts *contacts, struct message_status *status)
{
	struct contact_totals totals = contacts_totals(contacts);

	status->contacts = totals.count;
	status->contact_limit = totals.limit;
	status->contacts_evicted = totals.evicted;
	status->contacts_refused = totals.refused;
}

void status_fill(const struct status_sources *sources, struct message_status *status)
{
	status->started_ns = sources->started_ns;
	status->mode = regime_mode(sources->regime);
	status->generation_building = sources->installation->state == INSTALLATION_BUILDING;
	if (sources->regime->current)
		status->generation = *generation_header(sources->regime->current);
	status->generation_since_ns = sources->installation->since_ns;
	fill_contacts(sources->drain->contacts, status);
	overblock_report(sources->drain->overblock, status);
	status->pool_size = sources->links->pool->size;
	status->pool_free = rte_mempool_avail_count(sources->links->pool);
	for (size_t link = 0; link < sources->links->count; link++) {
		for (int side = 0; side < sources->links->links[link].sides; side++)
			fill_port(sources, link, side, &status->ports[status->port_count++]);
	}
	status->worker_count = sources->worker_count;
	for (uint32_t i = 0; i < sources->worker_count; i++)
		fill_worker(sources, i, &status->workers[i]);
}

static bool log_port_totals(const struct status_sources *sources, size_t link, int side)
{
	const char *name = links_port(sources->links, link, side)->name;
	uint64_t totals[COUNTER_COUNT];
	uint64_t gone;

	status_count(sources, link, side, totals);
	gone = totals[COUNTER_FORWARDED] + totals[COUNTER_SINKHOLED];
	for (int i = 0; i < COUNTER_COUNT; i++) {
		if (counter_infos[i].kind == COUNTER_DROP)
			gone += totals[i];
	}
	log_info("port %s: %" PRIu64 " received, %" PRIu64 " forwarded, %" PRIu64
		 " dropped by verdict, %" PRIu64
		 " dropped because the other port was full, %" PRIu64 " matched",
		name, totals[COUNTER_RECEIVED], totals[COUNTER_FORWARDED],
		totals[COUNTER_DROPPED_VERDICT], totals[COUNTER_DROPPED_TX_FULL],
		totals[COUNTER_MATCHED]);
	if (totals[COUNTER_RECEIVED] == gone)
		return true;
	log_error("port %s: the counters do not balance: %" PRIu64 " received, %" PRIu64
		  " forwarded, handed over or dropped",
		name, totals[COUNTER_RECEIVED], gone);
	return false;
}

bool status_log_totals(const struct status_sources *sources)
{
	bool balanced = true;

	for (size_t link = 0; link < sources->links->count; link++) {
		for (int side = 0; side < sources->links->links[link].sides; side++)
			balanced &= log_port_totals(sources, link, side);
	}
	return balanced;
}
