// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/driver.h"

#include "dataplane/library_log.h"

#include <rte_config.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_SIZE      64
#define ARGUMENTS_SIZE 4096

// Ethernet header, two VLAN tags.
#define OVERHEAD_BYTES 22u

// AF_XDP: XDP_PACKET_HEADROOM of the kernel; the driver's own fill and completion rings.
#define XDP_HEADROOM       256u
#define XDP_DRIVER_BUFFERS 2048u

// AF_PACKET: a frame of the ring holds the frame behind struct tpacket2_hdr and its alignment.
#define AF_PACKET_HEADER_BYTES 96u
#define AF_PACKET_FRAME_MIN    2048u
#define AF_PACKET_FRAME_MAX    16384u

struct device {
	char name[NAME_SIZE];
	char arguments[ARGUMENTS_SIZE];
	const char *package; // of Debian, where the driver lies
};

uint32_t driver_mtu_max(enum config_port_kind kind)
{
	switch (kind) {
	case CONFIG_PORT_AF_XDP:
		// A buffer with all that goes with it stays within a page. The second cache line
		// is what rte_mempool adds to spread buffers over memory channels.
		return (uint32_t)getpagesize() - 2 * RTE_CACHE_LINE_SIZE -
		       (uint32_t)sizeof(struct rte_mbuf) - RTE_PKTMBUF_HEADROOM - XDP_HEADROOM -
		       OVERHEAD_BYTES;
	case CONFIG_PORT_AF_PACKET:
		return AF_PACKET_FRAME_MAX - AF_PACKET_HEADER_BYTES - OVERHEAD_BYTES;
	case CONFIG_PORT_PCI:
	case CONFIG_PORT_PCAP:
	case CONFIG_PORT_VDEV:
		break;
	}
	return UINT32_MAX;
}

uint32_t driver_queue_buffers(
	enum config_port_kind kind, uint32_t rx_descriptors, uint32_t tx_descriptors)
{
	uint32_t buffers = rx_descriptors + tx_descriptors;

	return kind == CONFIG_PORT_AF_XDP ? buffers + 2 * XDP_DRIVER_BUFFERS : buffers;
}

// The ring's frame: a power of two, so that it divides the block, which is at least a page.
static uint32_t af_packet_frame(uint32_t mtu)
{
	uint32_t frame = AF_PACKET_FRAME_MIN;

	while (frame < mtu + OVERHEAD_BYTES + AF_PACKET_HEADER_BYTES)
		frame *= 2;
	return frame;
}

uint32_t driver_frame_size(enum config_port_kind kind, uint32_t mtu)
{
	// The AF_PACKET driver insists on buffers that hold a whole frame of its ring.
	return kind == CONFIG_PORT_AF_PACKET ? af_packet_frame(mtu) : mtu + OVERHEAD_BYTES;
}

static void describe(const struct config_port *config_port, uint32_t queues, uint32_t mtu,
	unsigned int index, struct device *device)
{
	uint32_t frame = af_packet_frame(mtu);
	size_t name_length;

	device->arguments[0] = '\0';
	device->package = "dpdk";
	switch (config_port->kind) {
	case CONFIG_PORT_AF_XDP:
		snprintf(device->name, NAME_SIZE, "net_af_xdp%u", index);
		snprintf(device->arguments, ARGUMENTS_SIZE, "iface=%s,start_queue=0,queue_count=%u",
			config_port->name, queues);
		device->package = "librte-net-af-xdp*";
		break;
	case CONFIG_PORT_AF_PACKET:
		snprintf(device->name, NAME_SIZE, "net_af_packet%u", index);
		snprintf(device->arguments, ARGUMENTS_SIZE,
			"iface=%s,qpairs=%u,framesz=%u,blocksz=%u", config_port->name, queues,
			frame, RTE_MAX(frame, (uint32_t)getpagesize()));
		device->package = "librte-net-af-packet*";
		break;
	case CONFIG_PORT_PCAP:
		snprintf(device->name, NAME_SIZE, "net_pcap%u", index);
		snprintf(device->arguments, ARGUMENTS_SIZE, "rx_pcap=%s%s%s", config_port->name,
			config_port->out ? ",tx_pcap=" : "",
			config_port->out ? config_port->out : "");
		device->package = "librte-net-pcap*";
		break;
	case CONFIG_PORT_VDEV:
		name_length = strcspn(config_port->name, ",");
		snprintf(device->name, NAME_SIZE, "%.*s", (int)name_length, config_port->name);
		if (config_port->name[name_length] == ',')
			snprintf(device->arguments, ARGUMENTS_SIZE, "%s",
				config_port->name + name_length + 1);
		break;
	case CONFIG_PORT_PCI:
		snprintf(device->name, NAME_SIZE, "%s", config_port->name);
		break;
	}
}

int driver_probe(const struct config_port *config_port, uint32_t queues, uint32_t mtu,
	unsigned int index, uint16_t *id, char *error, size_t error_size)
{
	struct device device;
	int failure;

	describe(config_port, queues, mtu, index, &device);
	if (config_port->kind == CONFIG_PORT_PCI) {
		if (rte_eth_dev_get_port_by_name(device.name, id) == 0)
			return 0;
		snprintf(error, error_size,
			"port %s: no DPDK driver took this device; bind it first: "
			"dpdk-devbind.py -b vfio-pci %s",
			config_port->text, config_port->name);
		return -1;
	}
	failure = rte_eal_hotplug_add("vdev", device.name, device.arguments);
	if (failure) {
		snprintf(error, error_size,
			"port %s: DPDK cannot make the device %s (%s: %s); is its driver installed "
			"(package %s), and does what it names exist?",
			config_port->text, device.name, device.arguments, rte_strerror(-failure),
			device.package);
		return -1;
	}
	if (rte_eth_dev_get_port_by_name(device.name, id) != 0) {
		snprintf(error, error_size, "port %s: %s is not a network device",
			config_port->text, device.name);
		return -1;
	}
	return 0;
}

void driver_explain_queue_failure(
	const struct config_port *config_port, int failure, char *error, size_t error_size)
{
	const char *detail = library_log_last_xdp();

	if (config_port->kind == CONFIG_PORT_AF_XDP)
		snprintf(error, error_size,
			"port %s: the AF_XDP socket is refused; it needs root (CAP_NET_ADMIN, "
			"CAP_BPF, "
			"CAP_SYS_ADMIN) and an interface on which no other XDP program or AF_XDP "
			"socket is (ip link show %s)%s%s",
			config_port->text, config_port->name,
			*detail ? "; the last word was: " : "", detail);
	else
		snprintf(error, error_size, "port %s: a queue cannot be set up: %s",
			config_port->text, rte_strerror(-failure));
}
