// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/link.h"

#include "dataplane/pool.h"

#include <rte_config.h>
#include <rte_cycles.h>
#include <rte_mempool.h>

#include <stdio.h>
#include <string.h>

static const char *const side_names[LINK_SIDES] = {
	[DIRECTION_UP] = "subscriber",
	[DIRECTION_DOWN] = "network",
	[LINK_SINKHOLE] = "sinkhole",
};

static const struct config_port *port_of(const struct config_link *link, int side)
{
	const struct config_port *const ports[LINK_SIDES] = {
		[DIRECTION_UP] = &link->subscriber,
		[DIRECTION_DOWN] = &link->network,
		[LINK_SINKHOLE] = &link->sinkhole,
	};

	return ports[side];
}

static int sides_of(const struct config_link *link)
{
	return link->sinkhole.text ? LINK_SIDES : LINK_SINKHOLE;
}

int links_check(const struct config *config, char *error, size_t error_size)
{
	if (config->link_count == 0) {
		snprintf(error, error_size,
			"%s: links: there is none; name at least one pair of ports", config->path);
		return -1;
	}
	for (size_t i = 0; i < config->link_count; i++) {
		for (int side = 0; side < sides_of(&config->links[i]); side++) {
			if (port_check(port_of(&config->links[i], side), config, error,
				    error_size) < 0)
				return -1;
		}
	}
	return 0;
}

static void close_link(struct link *link)
{
	while (link->sides > 0)
		port_close(&link->ports[--link->sides]);
}

static int open_link(struct link *link, const struct config *config, size_t index, char *error,
	size_t error_size)
{
	const struct config_link *config_link = &config->links[index];
	char name[PORT_NAME_SIZE];

	for (int side = 0; side < sides_of(config_link); side++) {
		snprintf(name, sizeof(name), "%s.%s", config_link->name, side_names[side]);
		if (port_open(&link->ports[side], port_of(config_link, side), config, name,
			    (unsigned int)(LINK_SIDES * index) + (unsigned int)side, error,
			    error_size) < 0) {
			close_link(link);
			return -1;
		}
		link->sides++;
	}
	if (!link_has_sinkhole(link))
		return 0;
	memcpy(link->sinkhole_mac, config_link->sinkhole_mac, sizeof(link->sinkhole_mac));
	link->sinkhole_timeout_ticks = rte_get_tsc_hz() * config_link->sinkhole_timeout_s;
	port_mac(&link->ports[LINK_SINKHOLE], link->sinkhole_port_mac);
	return 0;
}

static struct rte_mempool *create_pool(
	const struct links *links, const struct config *config, char *error, size_t error_size)
{
	struct pool_request request = {.workers = config->workers};

	for (size_t i = 0; i < links->count; i++) {
		for (int side = 0; side < links->links[i].sides; side++) {
			const struct port *port = &links->links[i].ports[side];

			request.frame_size = RTE_MAX(request.frame_size, port_frame_size(port));
			request.buffers += port_buffers(port, config);
			request.af_xdp |= port->config->kind == CONFIG_PORT_AF_XDP;
		}
	}
	return pool_create(&request, error, error_size);
}

static int start_ports(
	struct links *links, const struct config *config, char *error, size_t error_size)
{
	for (size_t i = 0; i < links->count; i++) {
		for (int side = 0; side < links->links[i].sides; side++) {
			if (port_start(&links->links[i].ports[side], config, links->pool, error,
				    error_size) < 0)
				return -1;
		}
	}
	return 0;
}

int links_open(struct links *links, const struct config *config, char *error, size_t error_size)
{
	memset(links, 0, sizeof(*links));
	for (size_t i = 0; i < config->link_count; i++) {
		if (open_link(&links->links[i], config, i, error, error_size) < 0)
			goto fail;
		links->count++;
	}
	links->pool = create_pool(links, config, error, error_size);
	if (!links->pool)
		goto fail;
	if (start_ports(links, config, error, error_size) < 0)
		goto fail;
	return 0;
fail:
	links_close(links);
	return -1;
}

void links_close(struct links *links)
{
	while (links->count > 0)
		close_link(&links->links[--links->count]);
	// The drivers have given all buffers back.
	rte_mempool_free(links->pool);
	links->pool = NULL;
}
