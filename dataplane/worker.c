// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/worker.h"

#include "dataplane/act/pulse.h"
#include "dataplane/answer.h"
#include "dataplane/diversion.h"
#include "dataplane/fragment.h"
#include "dataplane/state.h"

#include <rte_branch_prediction.h>
#include <rte_config.h>
#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include <string.h>
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
	struct pulse pulses[CONFIG_LINKS_MAX]; // of their sinkholes

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
	struct answers answers;

	// Written every round, read by the service thread now and then.
	uint64_t heartbeat_ticks;
	uint64_t polls, empty_polls;
};

// Where a link has one. false: memory is out.
static bool create_sinkhole(struct worker *worker)
{
	for (size_t link = 0; link < worker->links->count; link++) {
		if (!link_has_sinkhole(&worker->links->links[link]))
			continue;
		worker->pipeline.sinkhole = sinkhole_create(SINKHOLE_FLOWS, rte_get_tsc_hz());
		return worker->pipeline.sinkhole != NULL;
	}
	return true;
}

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
	worker->pipeline.state = state_create(STATE_CONTACTS, rte_get_tsc_hz());
	if (!worker->pipeline.ledger || !worker->offered || !worker->pipeline.fragments ||
		!worker->pipeline.state || !create_sinkhole(worker)) {
		worker_free(worker);
		return NULL;
	}
	return worker;
}

void worker_free(struct worker *worker)
{
	if (!worker)
		return;
	sinkhole_free(worker->pipeline.sinkhole);
	state_free(worker->pipeline.state);
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

// Frames for one port, and what is counted of them.
struct outgoing {
	struct rte_mbuf *frames[BURST_MAX];
	uint16_t count;
};

static inline void push(struct outgoing *outgoing, struct rte_mbuf *frame)
{
	outgoing->frames[outgoing->count++] = frame;
}

// Sends what can be sent and frees the rest. Returns how many were sent; adds up their bytes.
static uint16_t send_some(const struct worker *worker, uint16_t port, struct rte_mbuf *frames[],
	uint16_t count, uint64_t *bytes)
{
	uint32_t lengths[BURST_MAX];
	uint16_t sent = 0;

	// Whoever sent a frame has no right to look at it any more.
	for (uint16_t i = 0; i < count; i++)
		lengths[i] = rte_pktmbuf_pkt_len(frames[i]);
	for (int attempt = 0; sent < count && attempt < SEND_ATTEMPTS; attempt++) {
		if (attempt > 0)
			rte_pause();
		sent = (uint16_t)(sent + rte_eth_tx_burst(port, (uint16_t)worker->index,
						 &frames[sent], (uint16_t)(count - sent)));
	}
	*bytes = 0;
	for (uint16_t i = 0; i < sent; i++)
		*bytes += lengths[i];
	if (unlikely(sent < count))
		rte_pktmbuf_free_bulk(&frames[sent], (unsigned int)(count - sent));
	return sent;
}

static void send_received(const struct worker *worker, uint16_t port, struct outgoing *outgoing,
	enum counter as, struct counters *counters)
{
	uint64_t bytes;
	uint16_t sent;

	if (outgoing->count == 0)
		return;
	sent = send_some(worker, port, outgoing->frames, outgoing->count, &bytes);
	counters_add(counters, as, sent);
	if (as == COUNTER_FORWARDED)
		counters_add(counters, COUNTER_FORWARDED_BYTES, bytes);
	if (unlikely(sent < outgoing->count))
		counters_add(counters, COUNTER_DROPPED_TX_FULL, (uint64_t)(outgoing->count - sent));
}

static void send_answers(struct worker *worker, const struct port ports[], enum direction direction,
	struct counters *counters)
{
	struct answers *answers = &worker->answers;

	for (unsigned int way = 0; way < 2; way++) {
		uint16_t count = answers->counts[way], sent;
		uint64_t bytes;

		if (count == 0)
			continue;
		sent = send_some(worker, ports[(unsigned int)direction ^ way].id,
			answers->frames[way], count, &bytes);
		counters_add(counters, COUNTER_INJECTED, sent);
		counters_add(counters, COUNTER_INJECTED_LOST, (uint64_t)(count - sent));
	}
}

// false: nothing came.
static bool receive(struct worker *worker, size_t link, int side)
{
	struct burst *burst = &worker->burst;
	uint64_t now;

	burst->count = rte_eth_rx_burst(worker->links->links[link].ports[side].id,
		(uint16_t)worker->index, burst->frames, BURST_MAX);
	if (burst->count == 0)
		return false;
	now = rte_rdtsc();
	for (uint16_t i = 0; i < burst->count; i++)
		burst->ticks[i] = now;
	burst->link = (uint16_t)link;
	return true;
}

static void judge(struct worker *worker, struct counters *counters)
{
	const struct link *link = &worker->links->links[worker->burst.link];

	worker->pipeline.generation = regime_generation(worker->regime);
	worker->pipeline.mode = regime_mode(worker->regime);
	worker->pipeline.gate = (struct sinkhole_gate){
		.there = link_has_sinkhole(link),
		.timeout_ticks = link->sinkhole_timeout_ticks,
		.pulse = &worker->pulses[worker->burst.link],
	};
	pipeline_run(&worker->pipeline, &worker->burst, counters);
}

// Receives, judges and sends one burst. Returns how many packets came.
static uint16_t forward(struct worker *worker, size_t index, enum direction direction)
{
	const struct link *link = &worker->links->links[index];
	struct counters *counters = &worker->counters[index][direction];
	struct burst *burst = &worker->burst;
	struct outgoing passing, dropped, sinkholed;

	if (!receive(worker, index, (int)direction))
		return 0;
	burst->direction = direction;
	judge(worker, counters);
	passing.count = dropped.count = sinkholed.count = 0;
	for (uint16_t i = 0; i < burst->count; i++) {
		enum verdict verdict = VERDICT_FORWARD;

		if (unlikely(burst->judged >> i & 1))
			verdict = (enum verdict)burst->verdicts[i];
		if (likely(verdict == VERDICT_FORWARD)) {
			push(&passing, burst->frames[i]);
		} else if (verdict == VERDICT_SINKHOLE) {
			diversion_hand_over(burst->frames[i], &burst->packets[i], link);
			push(&sinkholed, burst->frames[i]);
		} else {
			push(&dropped, burst->frames[i]);
		}
	}
	worker->answers.counts[0] = worker->answers.counts[1] = 0;
	if (unlikely(burst->answered))
		answers_make(&worker->answers, burst, worker->links->pool,
			link->ports[direction].mtu, counters);
	send_received(worker, link->ports[direction ^ 1].id, &passing, COUNTER_FORWARDED, counters);
	if (unlikely(sinkholed.count > 0))
		send_received(worker, link->ports[LINK_SINKHOLE].id, &sinkholed, COUNTER_SINKHOLED,
			counters);
	if (unlikely(dropped.count > 0))
		rte_pktmbuf_free_bulk(dropped.frames, dropped.count);
	if (unlikely(burst->answered))
		send_answers(worker, link->ports, direction, counters);
	return burst->count;
}

// What the sinkhole answers goes to the subscriber port.
static uint16_t take_back(struct worker *worker, size_t index)
{
	const struct link *link = &worker->links->links[index];
	struct counters *counters = &worker->counters[index][LINK_SINKHOLE];
	struct burst *burst = &worker->burst;
	struct outgoing passing;

	if (!receive(worker, index, LINK_SINKHOLE))
		return 0;
	passing.count = diversion_take_back(
		burst, worker->pipeline.sinkhole, link, &worker->pulses[index], counters);
	for (uint16_t i = 0; i < passing.count; i++)
		passing.frames[i] = burst->frames[i];
	send_received(worker, link->ports[DIRECTION_UP].id, &passing, COUNTER_FORWARDED, counters);
	if (passing.count < burst->count)
		rte_pktmbuf_free_bulk(&burst->frames[passing.count],
			(unsigned int)(burst->count - passing.count));
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
			if (link_has_sinkhole(&worker->links->links[link]))
				received += take_back(worker, link);
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

void worker_count(
	const struct worker *worker, size_t link, int side, uint64_t totals[COUNTER_COUNT])
{
	const struct counters *counters = &worker->counters[link][side];

	// `received` is the first counter and written first: read last, it can only be ahead.
	for (int i = COUNTER_COUNT - 1; i >= 0; i--) {
		totals[i] += counters_get(counters, (enum counter)i);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	}
}

bool worker_sinkhole_is_silent(const struct worker *worker, size_t link)
{
	return pulse_is_silent(&worker->pulses[link],
		worker->links->links[link].sinkhole_timeout_ticks, rte_rdtsc());
}

void worker_count_received(const struct worker *worker, uint64_t received[CONFIG_LINKS_MAX])
{
	for (size_t link = 0; link < worker->links->count; link++)
		for (int side = 0; side < LINK_SINKHOLE; side++)
			received[link] +=
				counters_get(&worker->counters[link][side], COUNTER_RECEIVED);
}
