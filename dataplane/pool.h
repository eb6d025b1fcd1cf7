// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The packet buffers: one pool for all ports, so that a packet passes from port to port without
// being copied (the AF_XDP driver sends a buffer in place only if both ports share the pool).
//
// A frame lies in one buffer, so buffers are as large as the largest frame of any port. AF_XDP
// keeps each buffer with its bookkeeping within one page and the whole pool in one piece.

#include <rte_mempool.h>

#include <stddef.h>
#include <stdint.h>

struct pool_request {
	uint32_t frame_size; // bytes of the largest frame, tags included, without FCS
	uint32_t buffers;    // all that ports and workers may hold at once
	uint32_t workers;    // each adds a cache
	bool af_xdp;
};

// NULL with one line in `error`.
struct rte_mempool *pool_create(const struct pool_request *request, char *error, size_t error_size);
