// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/tidying.h"

#include "control/store/eviction.h"
#include "control/store/shares.h"

int store_tidy(struct store *store, uint64_t now_ns, uint64_t *early)
{
	const int shares = store_shares_settle(store, now_ns, SHARE_SETTLE_NS, SHARES_MAX, early);
	int records;

	if (shares < 0 || store_begin(store) < 0)
		return -1;
	records = store_evict_records(store);
	if (records < 0 || store_commit(store) < 0) {
		store_rollback(store);
		return -1;
	}
	return shares == 1 || records == 1;
}
