// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One core that forwards: for each link and direction, receive a burst, run the stages, send.
//
// A worker serves queue number `index` of every port, receiving and sending, so that no two workers
// meet in a queue. It neither locks, allocates, logs nor makes a system call of its own; the one
// exception is its sleep when there is nothing to do. (Drivers on top of the kernel make theirs.)
//
// Idle: after SPIN_BEFORE_SLEEP_US without a packet it sleeps between rounds, from 1 µs
// doubling up to idle_sleep_us; any packet brings it back to polling. So a link under load never
// waits, and the first packet after silence waits at most idle_sleep_us and the timer's error.
//
// What goes to a sinkhole, and what comes from it, is one more port that it serves (diversion.h).
// Answers of our own leave last and are counted apart.
//
// What the other port does not take after a few attempts is dropped and counted (dropped_tx_full):
// waiting longer would lose other packets, unnamed, in the receive ring.
//
// A worker and the service thread share: the regime (regime.h), counters (one writer, relaxed
// readers), the heartbeat, and two ledgers that change hands by pointer: the service offers an
// empty one, the worker takes it between two bursts and leaves the full one for the service.

#include "dataplane/link.h"
#include "dataplane/pipeline.h"
#include "dataplane/regime.h"

#include <stdint.h>

struct worker;

struct worker_request {
	uint32_t index;     // = queue
	uint32_t core;      // CPU
	unsigned int lcore; // EAL thread
	const struct links *links;
	const struct regime *regime;
	const struct subscribers *subscribers;
	uint32_t idle_sleep_us;             // 0: never sleep
	const struct config_decode *decode; // need not outlive the call
	uint32_t ledger_limit;              // contacts it can keep until the service takes them
};

// NULL only when memory is out. The links, regime and subscribers must outlive the worker.
struct worker *worker_create(const struct worker_request *request);
void worker_free(struct worker *worker); // a stopped one; NULL is allowed

// Runs it on its EAL thread. 0, or a negative errno.
int worker_start(struct worker *worker);

// Asks it to stop after the burst at hand; worker_join waits until it has.
void worker_stop(struct worker *worker);
void worker_join(struct worker *worker);

// Service thread from here on.

// The ledger it filled, or NULL: it has none to give yet. Give it back empty with worker_offer.
struct ledger *worker_take(struct worker *worker);
void worker_offer(struct worker *worker, struct ledger *empty);

// After worker_join: the ledger it was filling last; stays the worker's.
struct ledger *worker_last_ledger(struct worker *worker);

uint32_t worker_core(const struct worker *worker);

struct worker_activity {
	uint64_t heartbeat_ticks; // TSC at the start of its last round
	uint64_t polls, empty_polls;
};

struct worker_activity worker_activity(const struct worker *worker);

// Adds the packets it received, by link.
void worker_count_received(const struct worker *worker, uint64_t received[CONFIG_LINKS_MAX]);

// Adds its counters for the packets that arrived by that port. Read so that the packets sent and
// dropped never exceed those received.
void worker_count(
	const struct worker *worker, size_t link, int side, uint64_t totals[COUNTER_COUNT]);

// Whether the link's sinkhole leaves its questions unanswered (act/pulse.h).
bool worker_sinkhole_is_silent(const struct worker *worker, size_t link);
