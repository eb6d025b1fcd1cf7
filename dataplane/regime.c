// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/regime.h"

#include <rte_config.h>
#include <rte_malloc.h>

#include <assert.h>
#include <string.h>

int regime_init(struct regime *regime, uint32_t workers, enum mode mode)
{
	uint32_t readers = workers > 0 ? workers : 1;

	memset(regime, 0, sizeof(*regime));
	regime->mode = mode;
	regime->qsbr =
		rte_zmalloc("regime", rte_rcu_qsbr_get_memsize(readers), RTE_CACHE_LINE_SIZE);
	if (!regime->qsbr)
		return -1;
	rte_rcu_qsbr_init(regime->qsbr, readers);
	return 0;
}

void regime_destroy(struct regime *regime)
{
	generation_free(regime->retired);
	generation_free(regime->current);
	rte_free(regime->qsbr);
	memset(regime, 0, sizeof(*regime));
}

void regime_enroll(struct regime *regime, uint32_t worker)
{
	rte_rcu_qsbr_thread_register(regime->qsbr, worker);
}

regime_token regime_set_mode(struct regime *regime, enum mode mode)
{
	__atomic_store_n(&regime->mode, mode, __ATOMIC_RELEASE);
	return rte_rcu_qsbr_start(regime->qsbr);
}

void regime_replace(struct regime *regime, struct generation *generation)
{
	assert(!regime->retired);
	regime->retired = regime->current;
	regime->current = generation;
	__atomic_store_n(&regime->generation, generation, __ATOMIC_RELEASE);
	regime->replaced_token = rte_rcu_qsbr_start(regime->qsbr);
}

bool regime_settled(const struct regime *regime, regime_token token)
{
	return rte_rcu_qsbr_check(regime->qsbr, token, false) == 1;
}

struct generation *regime_take_retired(struct regime *regime)
{
	struct generation *retired = regime->retired;

	assert(regime_settled(regime, regime->replaced_token));
	regime->retired = NULL;
	return retired;
}
