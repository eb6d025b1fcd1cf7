// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/port.h"

#include "config/log.h"
#include "dataplane/driver.h"

#include <rte_config.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MTU_DEFAULT 1500u // RFC 894

// Repeating two bytes make the Toeplitz hash symmetric: both directions of a flow meet the same
// worker (Woo and Park, "Scalable TCP Session Monitoring with Symmetric Receive-side Scaling").
static const uint8_t symmetric_key[] = {0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a,
	0x6d, 0x5a, 0x6d, 0x5a,                                                             //
	0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, //
	0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, //
	0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a, 0x6d, 0x5a};

static bool is_kernel_interface(const struct config_port *config_port)
{
	return config_port->kind == CONFIG_PORT_AF_XDP ||
	       config_port->kind == CONFIG_PORT_AF_PACKET;
}

static int check_af_xdp(const struct config_port *config_port, const struct config *config,
	const struct interface_state *state, char *error, size_t error_size)
{
	const uint32_t descriptors[] = {config->rx_descriptors, config->tx_descriptors};

	if (config->workers > state->channels) {
		snprintf(error, error_size,
			"port %s: %u workers need %u queues, the interface has %u combined "
			"channel%s; set workers = %u, or more channels (ethtool -L)",
			config_port->text, config->workers, config->workers, state->channels,
			state->channels == 1 ? "" : "s", state->channels);
		return -1;
	}
	for (size_t i = 0; i < RTE_DIM(descriptors); i++) {
		if (!rte_is_power_of_2(descriptors[i])) {
			snprintf(error, error_size,
				"port %s: AF_XDP rings hold a power of two, not %u; set "
				"%s_descriptors = %u",
				config_port->text, descriptors[i], i == 0 ? "rx" : "tx",
				rte_align32prevpow2(descriptors[i]));
			return -1;
		}
	}
	return 0;
}

// `state` is valid only for kernel interfaces.
static int check(const struct config_port *config_port, const struct config *config,
	struct interface_state *state, char *error, size_t error_size)
{
	uint32_t mtu, limit;
	int failure;

	if (config_port->kind == CONFIG_PORT_PCAP && access(config_port->name, R_OK) != 0) {
		snprintf(error, error_size, "port %s: the capture \"%s\" cannot be read: %s",
			config_port->text, config_port->name, strerror(errno));
		return -1;
	}
	if (!is_kernel_interface(config_port))
		return 0;
	failure = interface_read(config_port->name, state);
	if (failure == ENODEV) {
		snprintf(error, error_size,
			"port %s: there is no interface \"%s\" here; `ip link` lists those there "
			"are",
			config_port->text, config_port->name);
		return -1;
	}
	if (failure) {
		snprintf(error, error_size, "port %s: the interface cannot be read: %s",
			config_port->text, strerror(failure));
		return -1;
	}
	if (!state->up) {
		snprintf(error, error_size,
			"port %s: the interface is down; set it up: ip link set %s up",
			config_port->text, config_port->name);
		return -1;
	}
	mtu = config->mtu ? config->mtu : state->mtu;
	limit = driver_mtu_max(config_port->kind);
	if (mtu > limit) {
		snprintf(error, error_size,
			"port %s: its MTU of %u is above the %u that this kind of port can take; "
			"set "
			"mtu = %u, or less",
			config_port->text, mtu, limit, limit);
		return -1;
	}
	if (config_port->kind == CONFIG_PORT_AF_XDP)
		return check_af_xdp(config_port, config, state, error, error_size);
	return 0;
}

int port_check(const struct config_port *config_port, const struct config *config, char *error,
	size_t error_size)
{
	struct interface_state state;

	return check(config_port, config, &state, error, error_size);
}

static int set_mtu(struct port *port, const struct config *config, char *error, size_t error_size)
{
	int failure;

	port->mtu = config->mtu ? config->mtu : MTU_DEFAULT;
	if (!is_kernel_interface(port->config))
		return 0;
	if (config->mtu == 0 || config->mtu == port->interface.mtu) {
		port->mtu = port->interface.mtu;
		return 0;
	}
	failure = interface_set_mtu(port->config->name, config->mtu);
	if (failure) {
		snprintf(error, error_size, "port %s: the interface refuses mtu = %u: %s",
			port->config->text, config->mtu, strerror(failure));
		return -1;
	}
	return 0;
}

int port_open(struct port *port, const struct config_port *config_port, const struct config *config,
	const char *name, unsigned int index, char *error, size_t error_size)
{
	memset(port, 0, sizeof(*port));
	port->config = config_port;
	snprintf(port->name, sizeof(port->name), "%s", name);
	if (check(config_port, config, &port->interface, error, error_size) < 0 ||
		set_mtu(port, config, error, error_size) < 0)
		return -1;
	return driver_probe(
		config_port, config->workers, port->mtu, index, &port->id, error, error_size);
}

uint32_t port_frame_size(const struct port *port)
{
	return driver_frame_size(port->config->kind, port->mtu);
}

uint32_t port_buffers(const struct port *port, const struct config *config)
{
	return config->workers * driver_queue_buffers(port->config->kind, config->rx_descriptors,
					 config->tx_descriptors);
}

static int check_queues(const struct port *port, const struct config *config,
	const struct rte_eth_dev_info *info, char *error, size_t error_size)
{
	uint32_t queues = info->max_rx_queues < info->max_tx_queues ? info->max_rx_queues
								    : info->max_tx_queues;

	if (config->workers <= queues)
		return 0;
	snprintf(error, error_size,
		"port %s: %u workers need as many queues, the port has %u; set workers = %u",
		port->config->text, config->workers, queues, queues);
	return -1;
}

static int check_descriptors(const struct port *port, const char *setting, uint32_t wanted,
	const struct rte_eth_desc_lim *limit, char *error, size_t error_size)
{
	// Some drivers leave the limits at zero.
	uint16_t most = limit->nb_max ? limit->nb_max : UINT16_MAX;
	uint16_t step = limit->nb_align ? limit->nb_align : 1;

	if (wanted >= limit->nb_min && wanted <= most && wanted % step == 0)
		return 0;
	snprintf(error, error_size, "port %s: %s = %u; the port takes %u to %u, in steps of %u",
		port->config->text, setting, wanted, limit->nb_min, most, step);
	return -1;
}

static void choose_rss(struct rte_eth_conf *conf, const struct rte_eth_dev_info *info)
{
	uint64_t wanted = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;

	if ((info->flow_type_rss_offloads & wanted) == 0)
		return;
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf->rx_adv_conf.rss_conf.rss_hf = info->flow_type_rss_offloads & wanted;
	if (info->hash_key_size != 0 && info->hash_key_size <= sizeof(symmetric_key)) {
		// Older DPDK declares the key writable, but only reads it.
		conf->rx_adv_conf.rss_conf.rss_key = (uint8_t *)(uintptr_t)symmetric_key;
		conf->rx_adv_conf.rss_conf.rss_key_len = info->hash_key_size;
	}
}

static int set_up_queues(const struct port *port, const struct config *config,
	struct rte_mempool *pool, char *error, size_t error_size)
{
	unsigned int node = (unsigned int)rte_eth_dev_socket_id(port->id);
	int failure = 0;

	for (uint16_t queue = 0; queue < config->workers && failure == 0; queue++) {
		failure = rte_eth_rx_queue_setup(
			port->id, queue, (uint16_t)config->rx_descriptors, node, NULL, pool);
		if (failure == 0)
			failure = rte_eth_tx_queue_setup(
				port->id, queue, (uint16_t)config->tx_descriptors, node, NULL);
	}
	if (failure == 0)
		return 0;
	driver_explain_queue_failure(port->config, failure, error, error_size);
	return -1;
}

int port_start(struct port *port, const struct config *config, struct rte_mempool *pool,
	char *error, size_t error_size)
{
	struct rte_eth_conf conf = {0};
	struct rte_eth_dev_info info;
	int failure = rte_eth_dev_info_get(port->id, &info);

	if (failure) {
		snprintf(error, error_size, "port %s: the driver does not describe it: %s",
			port->config->text, rte_strerror(-failure));
		return -1;
	}
	if (check_queues(port, config, &info, error, error_size) < 0 ||
		check_descriptors(port, "rx_descriptors", config->rx_descriptors, &info.rx_desc_lim,
			error, error_size) < 0 ||
		check_descriptors(port, "tx_descriptors", config->tx_descriptors, &info.tx_desc_lim,
			error, error_size) < 0)
		return -1;
	if (port->config->kind == CONFIG_PORT_PCI) {
		if (port->mtu > info.max_mtu) {
			snprintf(error, error_size, "port %s: mtu = %u, the NIC takes up to %u",
				port->config->text, port->mtu, info.max_mtu);
			return -1;
		}
		conf.rxmode.mtu = port->mtu;
	}
	if (config->workers > 1)
		choose_rss(&conf, &info);
	// Frames that a capture cuts into several buffers leave as one.
	conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;

	failure = rte_eth_dev_configure(
		port->id, (uint16_t)config->workers, (uint16_t)config->workers, &conf);
	if (failure) {
		snprintf(error, error_size, "port %s: the driver refuses %u queues: %s",
			port->config->text, config->workers, rte_strerror(-failure));
		return -1;
	}
	if (set_up_queues(port, config, pool, error, error_size) < 0)
		return -1;
	failure = rte_eth_dev_start(port->id);
	if (failure) {
		snprintf(error, error_size, "port %s: the driver does not start it: %s",
			port->config->text, rte_strerror(-failure));
		return -1;
	}
	port->started = true;
	failure = rte_eth_promiscuous_enable(port->id);
	if (failure && failure != -ENOTSUP)
		log_warning(
			"port %s: promiscuous mode is refused (%s): frames to other stations are "
			"not seen",
			port->config->text, rte_strerror(-failure));
	return 0;
}

void port_mac(const struct port *port, uint8_t mac[MAC_SIZE])
{
	struct rte_ether_addr address = {0};

	rte_eth_macaddr_get(port->id, &address);
	memcpy(mac, address.addr_bytes, MAC_SIZE);
}

void port_close(struct port *port)
{
	if (port->started)
		rte_eth_dev_stop(port->id);
	port->started = false;
	rte_eth_dev_close(port->id);
}

struct port_statistics port_read(const struct port *port)
{
	struct port_statistics statistics = {0};
	struct rte_eth_stats driver = {0};
	struct rte_eth_link link = {0};

	if (rte_eth_stats_get(port->id, &driver) == 0) {
		statistics.missed = driver.imissed;
		statistics.errors = driver.ierrors + driver.oerrors;
		statistics.no_mbuf = driver.rx_nombuf;
	}
	// AF_XDP and AF_PACKET ports tell DPDK that their link is always up.
	if (is_kernel_interface(port->config))
		statistics.link_up = interface_carrier(port->config->name);
	else if (rte_eth_link_get_nowait(port->id, &link) == 0)
		statistics.link_up = link.link_status == RTE_ETH_LINK_UP;
	return statistics;
}
