// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/health.h"

#include "config/log.h"
#include "config/notify.h"

#include <rte_config.h>
#include <rte_cycles.h>

#include <time.h>

static uint64_t heartbeat_age_ns(const struct worker *worker)
{
	// The heartbeat is read first: a younger one must not look as if it lay in the future.
	uint64_t heartbeat = worker_activity(worker).heartbeat_ticks;
	int64_t age = (int64_t)(rte_rdtsc() - heartbeat);
	double seconds = age > 0 ? (double)age / (double)rte_get_tsc_hz() : 0;

	return (uint64_t)(seconds * (double)NS_PER_S);
}

uint64_t health_heartbeat_ns(const struct worker *worker)
{
	uint64_t age_ns = heartbeat_age_ns(worker);
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec - age_ns;
}

void health_begin(struct health *health)
{
	health_check(health);
	notify_send("READY=1\nSTATUS=forwarding");
}

static bool check_worker(struct health *health, uint32_t index)
{
	const struct worker *worker = health->workers[index];
	uint64_t age_ms = heartbeat_age_ns(worker) / (NS_PER_S / MS_PER_S);
	bool silent = age_ms > HEARTBEAT_LIMIT_MS;

	if (silent && !health->silent[index])
		log_error("worker %u on CPU %u has been silent for %lu ms", index,
			worker_core(worker), (unsigned long)age_ms);
	if (!silent && health->silent[index])
		log_info("worker %u on CPU %u goes on", index, worker_core(worker));
	health->silent[index] = silent;
	return !silent;
}

static void check_port(const struct port *port, bool *down)
{
	bool down_now = !port_read(port).link_up;

	if (down_now && !*down)
		log_warning("port %s (%s) has no carrier", port->name, port->config->text);
	if (!down_now && *down)
		log_info("port %s (%s) has carrier", port->name, port->config->text);
	*down = down_now;
}

bool health_sinkhole_is_silent(struct worker *const workers[], uint32_t worker_count, size_t link)
{
	for (uint32_t i = 0; i < worker_count; i++) {
		if (worker_sinkhole_is_silent(workers[i], link))
			return true;
	}
	return false;
}

static void check_sinkhole(struct health *health, size_t link)
{
	const struct port *port = links_port(health->links, link, LINK_SINKHOLE);
	bool mute = health_sinkhole_is_silent(health->workers, health->worker_count, link);

	if (mute && !health->mute[link])
		log_warning("port %s (%s): the sinkhole does not answer", port->name,
			port->config->text);
	if (!mute && health->mute[link])
		log_info(
			"port %s (%s): the sinkhole answers again", port->name, port->config->text);
	health->mute[link] = mute;
}

void health_check(struct health *health)
{
	bool well = true;

	for (uint32_t i = 0; i < health->worker_count; i++)
		well &= check_worker(health, i);
	for (size_t i = 0; i < health->links->count; i++) {
		for (int side = 0; side < health->links->links[i].sides; side++)
			check_port(links_port(health->links, i, side), &health->down[i][side]);
		if (link_has_sinkhole(&health->links->links[i]))
			check_sinkhole(health, i);
	}
	if (well)
		notify_send("WATCHDOG=1");
}

void health_end(struct health *health)
{
	(void)health;
	notify_send("STOPPING=1");
}
