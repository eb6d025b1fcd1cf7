// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is no longer of use: shares settle, and the records of earlier starts of the data plane go.

#include "control/store/store.h"

// To be called every second or so, and again at once if it gives 1: there is more to do. Two
// transactions, each of some ten milliseconds at most. 0: done, -1: failed. `*early` grows by the
// shares that were settled before SHARE_SETTLE_NS, for room.
int store_tidy(struct store *store, uint64_t now_ns, uint64_t *early);
