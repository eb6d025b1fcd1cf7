// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is in force: the generation and the mode. The service thread writes, the workers read.
//
// A change is one store; nobody waits. Whether every worker has seen it is told by quiescent-state
// based reclamation (rte_rcu_qsbr): a worker reports between two bursts that it holds nothing, and
// a change has settled once each has reported after it. A generation that was replaced is freed
// only then, so that each packet is judged by exactly one generation, whole.

#include "config/mode.h"
#include "dataplane/generation.h"

#include <rte_rcu_qsbr.h>

#include <stdbool.h>
#include <stdint.h>

struct regime {
	struct rte_rcu_qsbr *qsbr;
	const struct generation *generation; // atomic
	uint32_t mode;                       // atomic; enum mode
	// Service thread only.
	struct generation *current; // the same, ours to free
	struct generation *retired; // replaced; a worker may still be using it
	uint64_t replaced_token;    // of the last replacement
};

// A point in time after which all workers must report.
typedef uint64_t regime_token;

// No generation yet. `workers` may be 0 (tests). -1 only when memory is out.
int regime_init(struct regime *regime, uint32_t workers, enum mode mode);
void regime_destroy(struct regime *regime); // after the workers have stopped

// Workers, between two reports. Datapath.
static inline const struct generation *regime_generation(const struct regime *regime)
{
	return __atomic_load_n(&regime->generation, __ATOMIC_ACQUIRE);
}

static inline enum mode regime_mode(const struct regime *regime)
{
	return (enum mode)__atomic_load_n(&regime->mode, __ATOMIC_RELAXED);
}

// Workers: "I hold nothing." Datapath: one store.
static inline void regime_report(const struct regime *regime, uint32_t worker)
{
	rte_rcu_qsbr_quiescent(regime->qsbr, worker);
}

// Workers: nobody needs to wait for me until I return.
static inline void regime_leave(const struct regime *regime, uint32_t worker)
{
	rte_rcu_qsbr_thread_offline(regime->qsbr, worker);
}

static inline void regime_return(const struct regime *regime, uint32_t worker)
{
	rte_rcu_qsbr_thread_online(regime->qsbr, worker);
}

// Before a worker starts: it is counted from here on, as absent until regime_return.
void regime_enroll(struct regime *regime, uint32_t worker);

// Service thread from here on.
regime_token regime_set_mode(struct regime *regime, enum mode mode);

// Takes `generation` over. The one before must have been taken away (regime_take_retired).
void regime_replace(struct regime *regime, struct generation *generation);

// True once every worker has reported after `token` was given. Never waits.
bool regime_settled(const struct regime *regime, regime_token token);

// The generation that was replaced last, the caller's to free; NULL: there was none. Only after
// `replaced_token` has settled.
struct generation *regime_take_retired(struct regime *regime);
