// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The stages in their order: decode → look up → subscriber → ledger → verdict. Fragments and, where
// asked for, outer pairs take a way of their own between looking up and the verdict (datagram.h,
// pair.h); all other packets pay one predictable branch for them.
//
// One pipeline per worker, one thread. Needs no port: tests, fuzzers, replay and the benchmark call
// the very code that forwards. Never fails, never blocks, never allocates; what it cannot do it
// counts, and the packet is forwarded.

#include "config/mode.h"
#include "dataplane/api/counter.h"
#include "dataplane/burst.h"
#include "dataplane/decode/decode.h"
#include "dataplane/generation.h"
#include "dataplane/ledger.h"
#include "dataplane/subscriber.h"

#include <stdbool.h>

// Counters of one worker for one port of arrival: one writer, relaxed readers.
struct counters {
	uint64_t values[COUNTER_COUNT];
} __attribute__((aligned(64)));

static inline void counters_add(struct counters *counters, enum counter counter, uint64_t value)
{
	// Plain addition by the single writer; the store is atomic so that readers see whole
	// values.
	__atomic_store_n(
		&counters->values[counter], counters->values[counter] + value, __ATOMIC_RELAXED);
}

static inline uint64_t counters_get(const struct counters *counters, enum counter counter)
{
	return __atomic_load_n(&counters->values[counter], __ATOMIC_RELAXED);
}

struct fragments;

struct pipeline {
	const struct generation *generation; // of this burst; NULL: none loaded yet
	const struct subscribers *subscribers;
	struct ledger *ledger;
	struct fragments *fragments; // as they arrive on this worker
	enum mode mode;              // of this burst
	enum layer first;            // LAYER_ETHERNET on ports
	uint8_t depth;               // encapsulations that are looked into
	bool match_all;              // false: the innermost pair alone
};

// Decodes and judges `burst`. Counts RECEIVED and everything that is noticed into `counters` (of
// the port of arrival), and DROPPED_VERDICT for packets with VERDICT_DROP; who sends the others
// counts FORWARDED or why not. Frames are neither changed nor freed.
void pipeline_run(const struct pipeline *pipeline, struct burst *burst, struct counters *counters);
