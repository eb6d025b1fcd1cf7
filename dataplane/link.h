// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All links: pairs of ports. What enters one port of a link leaves the other. A link may have a
// third, its sinkhole (act/sinkhole.h).
//
// Opened and closed by the main thread, read-only in between.

#include "dataplane/burst.h"
#include "dataplane/port.h"

#include <stddef.h>

// Indexed by enum direction: the port where packets of that direction arrive; then the sinkhole's.
#define LINK_SINKHOLE 2
#define LINK_SIDES    3

struct link {
	struct port ports[LINK_SIDES];
	int sides; // 2, or with a sinkhole 3
	uint8_t sinkhole_mac[MAC_SIZE], sinkhole_port_mac[MAC_SIZE];
	uint64_t sinkhole_timeout_ticks;
};

struct links {
	struct link links[CONFIG_LINKS_MAX];
	size_t count;
	struct rte_mempool *pool;
};

// What can be told before DPDK runs. 0, or -1 with one line in `error`.
int links_check(const struct config *config, char *error, size_t error_size);

// Opens and starts all ports over one pool of buffers. 0, or -1 with one line in `error`; then
// nothing stays open. `config` must outlive the links.
int links_open(struct links *links, const struct config *config, char *error, size_t error_size);

// After the workers have stopped. Packets queued for sending are sent or given up by the driver.
void links_close(struct links *links);

// The port of arrival; for a direction, `side ^ 1` is the one of departure.
static inline const struct port *links_port(const struct links *links, size_t link, int side)
{
	return &links->links[link].ports[side];
}

static inline bool link_has_sinkhole(const struct link *link)
{
	return link->sides > LINK_SINKHOLE;
}
