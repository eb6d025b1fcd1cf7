// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/pool.h"

#include <linux/if_xdp.h>

#include <rte_config.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <stdio.h>
#include <unistd.h>

#define CACHE_BUFFERS 256u // per worker: eight bursts
// What the kernel keeps free in front of a frame it writes for AF_XDP (XDP_PACKET_HEADROOM).
#define XDP_HEADROOM 256u
#define MEBIBYTE     1048576u
#define TABLES_MB    64u

static uint32_t object_size(uint32_t data_room)
{
	return rte_mempool_calc_obj_size((uint32_t)sizeof(struct rte_mbuf) + data_room, 0, NULL);
}

// What to set memory_mb to: a quarter more than the buffers take, and room for the tables.
static uint32_t memory_needed_mb(uint32_t buffers, uint32_t data_room)
{
	uint64_t bytes = (uint64_t)buffers * object_size(data_room);

	return (uint32_t)(bytes * 5 / 4 / MEBIBYTE) + TABLES_MB;
}

struct rte_mempool *pool_create(const struct pool_request *request, char *error, size_t error_size)
{
	uint32_t headroom = RTE_PKTMBUF_HEADROOM + (request->af_xdp ? XDP_HEADROOM : 0);
	uint32_t data_room =
		RTE_MAX(RTE_ALIGN_CEIL(request->frame_size + headroom, RTE_CACHE_LINE_SIZE),
			(uint32_t)RTE_MBUF_DEFAULT_BUF_SIZE);
	uint32_t page = (uint32_t)getpagesize();
	uint32_t buffers = request->buffers + request->workers * 2 * CACHE_BUFFERS;
	struct rte_mempool *pool;

	if (request->af_xdp && object_size(data_room) > page) {
		snprintf(error, error_size,
			"frames of %u bytes need buffers of %u bytes, but AF_XDP keeps each within "
			"a page of %u; set `mtu` to 3400 or less",
			request->frame_size, object_size(data_room), page);
		return NULL;
	}
	if (data_room > UINT16_MAX) {
		snprintf(error, error_size, "frames of %u bytes do not fit a buffer of 65535",
			request->frame_size);
		return NULL;
	}
	pool = rte_pktmbuf_pool_create(
		"packets", buffers, CACHE_BUFFERS, 0, (uint16_t)data_room, (int)rte_socket_id());
	if (!pool) {
		snprintf(error, error_size,
			"no memory for %u packet buffers of %u bytes (%s): set memory_mb to %u or "
			"more, or fewer descriptors",
			buffers, object_size(data_room), rte_strerror(rte_errno),
			memory_needed_mb(buffers, data_room));
		return NULL;
	}
	if (request->af_xdp && pool->nb_mem_chunks != 1) {
		snprintf(error, error_size,
			"the %u packet buffers lie in %u pieces of memory, AF_XDP needs one; "
			"reserve hugepages of one size on one node, or more of them",
			buffers, pool->nb_mem_chunks);
		rte_mempool_free(pool);
		return NULL;
	}
	return pool;
}
