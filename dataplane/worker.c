// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/worker.h"

#include "dataplane/fragment.h"

#include <rte_branch_prediction.h>
#include <rte_config.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include <sys/prctl.h>
#include <time.h>

// Longer than the gaps within a busy TCP connection, so that a worker under load never sleeps;
// short enough to sleep most of an idle second.
#define SPIN_BEFORE_SLEEP_US 5000u
// A ring that is full frees slots at line rate: a few hundred nanoseconds are worth waiting.
#define SEND_ATTEMPTS 4
#define NS_PER_US     1000

struct worker {
	// The worker's own.
	struct counters counters[CONFIG_LINKS_MAX][LINK_SIDES];

	// Written by the service thread; on one cache line with what never changes.
	struct ledger *offered __rte_cache_aligned; // service → worker, empty
	struct ledger *returned;                    // worker → service, full
	const struct links *links;
	const struct regime *regime;
	uint32_t index, core;
	unsigned int lcore;
	uint32_t idle_sleep_us;
	bool stop;

	// The worker's own again.
	struct burst burst;
	struct pipeline pipeline;

	// Written every round, read by the service thread now and then.
	uint64_t heartbeat_ticks;
	uint64_t polls, empty_polls;
};

struct worker *worker_create(const struct worker_request *request)
{
	struct worker *worker = rte_zmalloc("worker", sizeof(*worker), RTE_CACHE_LINE_SIZE);

	if (!worker)
		return NULL;
	worker->index = request->index;
	worker->core = request->core;
	worker->lcore = request->lcore;
	worker->links = request->links;
	worker->regime = request->regime;
	worker->idle_sleep_us = request->idle_sleep_us;
	worker->pipeline.subscribers = request->subscribers;
	worker->pipeline.first = LAYER_ETHERNET;
	worker->pipeline.depth = request->decode->depth;
	worker->pipeline.match_all = request->decode->match == CONFIG_MATCH_ALL;
	worker->heartbeat_ticks = rte_rdtsc();
	worker->pipeline.ledger = ledger_create(request->ledger_limit);
	worker->offered = ledger_create(request->ledger_limit);
	worker->pipeline.fragments = fragments_create(request->decode->fragment_limit,
		rte_get_tsc_hz() / MS_PER_S * request->decode->fragment_timeout_ms);
	if (!worker->pipeline.ledger || !worker->offered || !worker->pipeline.fragments) {
		worker_free(worker);
		return NULL;
	}
	return worker;
}

void worker_free(struct worker *worker)
{
	if (!worker)
		return;
	fragments_free(worker->pipeline.fragments);
	ledger_free(worker->returned);
	ledger_free(worker->offered);
	ledger_free(worker->pipeline.ledger);
	rte_free(worker);
}

static inline void add(uint64_t *value, uint64_t more)
{
	__atomic_store_n(value, *value + more, __ATOMIC_RELAXED);
}

// Sends what can be sent and frees the rest.
static void send_frames(struct worker *worker, uint16_t port, struct rte_mbuf *frames[],
	const uint32_t lengths[], uint16_t count, struct counters *counters)
{
	uint16_t sent = 0;
	uint64_t bytes = 0;

	for (int attempt = 0; sent < count && attempt < SEND_ATTEMPTS; attempt++) {
		if (attempt > 0)
			rte_pause();
		sent = (uint16_t)(sent + rte_eth_tx_burst(port, (uint16_t)worker->index,
						 &frames[sent], (uint16_t)(count - sent)));
	}
	for (uint16_t i = 0; i < sent; i++)
		bytes += lengths[i];
	counters_add(counters, COUNTER_FORWARDED, sent);
	counters_add(counters, COUNTER_FORWARDED_BYTES, bytes);
	if (unlikely(sent < count)) {
		rte_pktmbuf_free_bulk(&frames[sent], (unsigned int)(count - sent));
		counters_add(counters, COUNTER_DROPPED_TX_FULL, (uint64_t)(count - sent));
	}
}

// Receives, judges and sends one burst. Returns how many packets came.
static uint16_t forward(struct worker *worker, size_t link, enum direction direction)
{
	const struct port *ports = worker->links->links[link].ports;
	struct counters *counters = &worker->counters[link][direction];
	struct burst *burst = &worker->burst;
	struct rte_mbuf *passing[BURST_MAX], *dropped[BURST_MAX];
	uint32_t lengths[BURST_MAX];
	uint16_t pass_count = 0, drop_count = 0;
	uint64_t now;

	burst->count = rte_eth_rx_burst(
		ports[direction].id, (uint16_t)worker->index, burst->frames, BURST_MAX);
	if (burst->count == 0)
		return 0;
	now = rte_rdtsc();
	for (uint16_t i = 0; i < burst->count; i++)
		burst->ticks[i] = now;
	burst->link = (uint16_t)link;
	burst->direction = direction;
	worker->pipeline.generation = regime_generation(worker->regime);
	worker->pipeline.mode = regime_mode(worker->regime);
	pipeline_run(&worker->pipeline, burst, counters);

	for (uint16_t i = 0; i < burst->count; i++) {
		if (unlikely((burst->judged >> i & 1) && burst->verdicts[i] == VERDICT_DROP)) {
			dropped[drop_count++] = burst->frames[i];
			continue;
		}
		lengths[pass_count] = rte_pktmbuf_pkt_len(burst->frames[i]);
		passing[pass_count++] = burst->frames[i];
	}
	if (pass_count > 0)
		send_frames(
			worker, ports[direction ^ 1].id, passing, lengths, pass_count, counters);
	if (drop_count > 0)
		rte_pktmbuf_free_bulk(dropped, drop_count);
	return burst->count;
}

// Takes the empty ledger if one is offered and leaves the full one.
static inline void exchange_ledger(struct worker *worker)
{
	struct ledger *empty;

	if (likely(!__atomic_load_n(&worker->offered, __ATOMIC_RELAXED)))
		return;
	// The service offers only after it has taken what was returned before.
	empty = __atomic_exchange_n(&worker->offered, NULL, __ATOMIC_ACQUIRE);
	__atomic_store_n(&worker->returned, worker->pipeline.ledger, __ATOMIC_RELEASE);
	worker->pipeline.ledger = empty;
}

static uint32_t sleep_idle(const struct worker *worker, uint32_t sleep_us)
{
	struct timespec duration = {
		.tv_sec = sleep_us / US_PER_S,
		.tv_nsec = (long)(sleep_us % US_PER_S) * NS_PER_US,
	};

	regime_leave(worker->regime, worker->index);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, NULL);
	regime_return(worker->regime, worker->index);
	return RTE_MIN(2 * sleep_us, worker->idle_sleep_us);
}

static int run(void *argument)
{
	struct worker *worker = argument;
	const uint64_t spin_ticks = rte_get_tsc_hz() / US_PER_S * SPIN_BEFORE_SLEEP_US;
	uint64_t busy_ticks = rte_rdtsc(); // when packets came last
	uint32_t sleep_us = 1;

	// The kernel otherwise adds 50 µs to every short sleep.
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	regime_return(worker->regime, worker->index);
	while (!__atomic_load_n(&worker->stop, __ATOMIC_RELAXED)) {
		uint64_t now = rte_rdtsc();
		uint32_t received = 0;

		__atomic_store_n(&worker->heartbeat_ticks, now, __ATOMIC_RELAXED);
		for (size_t link = 0; link < worker->links->count; link++) {
			received += forward(worker, link, DIRECTION_UP);
			received += forward(worker, link, DIRECTION_DOWN);
		}
		regime_report(worker->regime, worker->index);
		exchange_ledger(worker);
		add(&worker->polls, 1);
		if (received > 0) {
			busy_ticks = now;
			sleep_us = 1;
			continue;
		}
		add(&worker->empty_polls, 1);
		if (worker->idle_sleep_us == 0 || now - busy_ticks < spin_ticks)
			rte_pause();
		else
			sleep_us = sleep_idle(worker, sleep_us);
	}
	regime_leave(worker->regime, worker->index);
	return 0;
}

int worker_start(struct worker *worker)
{
	return rte_eal_remote_launch(run, worker, worker->lcore);
}

void worker_stop(struct worker *worker)
{
	__atomic_store_n(&worker->stop, true, __ATOMIC_RELAXED);
}

void worker_join(struct worker *worker)
{
	rte_eal_wait_lcore(worker->lcore);
}

struct ledger *worker_take(struct worker *worker)
{
	return __atomic_exchange_n(&worker->returned, NULL, __ATOMIC_ACQUIRE);
}

void worker_offer(struct worker *worker, struct ledger *empty)
{
	__atomic_store_n(&worker->offered, empty, __ATOMIC_RELEASE);
}

struct ledger *worker_last_ledger(struct worker *worker)
{
	return worker->pipeline.ledger;
}

uint32_t worker_core(const struct worker *worker)
{
	return worker->core;
}

struct worker_activity worker_activity(const struct worker *worker)
{
	return (struct worker_activity){
		.heartbeat_ticks = __atomic_load_n(&worker->heartbeat_ticks, __ATOMIC_RELAXED),
		.polls = __atomic_load_n(&worker->polls, __ATOMIC_RELAXED),
		.empty_polls = __atomic_load_n(&worker->empty_polls, __ATOMIC_RELAXED),
	};
}

void worker_count(const struct worker *worker, size_t link, enum direction direction,
	uint64_t totals[COUNTER_COUNT])
{
	const struct counters *counters = &worker->counters[link][direction];

	// `received` is the first counter and written first: read last, it can only be ahead.
	for (int i = COUNTER_COUNT - 1; i >= 0; i--) {
		totals[i] += counters_get(counters, (enum counter)i);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	}
}

void worker_count_received(const struct worker *worker, uint64_t received[CONFIG_LINKS_MAX])
{
	for (size_t link = 0; link < worker->links->count; link++)
		for (int side = 0; side < LINK_SIDES; side++)
			received[link] +=
				counters_get(&worker->counters[link][side], COUNTER_RECEIVED);
}
