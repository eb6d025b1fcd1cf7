// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One port: config_port → started DPDK port. Main thread at start and stop, service thread for
// port_read; the workers need only `id`.
//
// A port has as many queue pairs as there are workers. Frames pass as they came: no offload is
// switched on, neither VLAN stripping nor checksums, and the port is promiscuous. NICs spread
// packets over queues by a symmetric hash where their driver lets the key be set, but nothing
// depends on it.
//
// What each kind can do (DPDK 22.11; interface.h says how to prepare a kernel interface):
//	af_xdp	  queues = combined channels of the interface (ethtool -L); frames up to a page less
//		  headroom; descriptors a power of two; needs root at start only, which is why its
//		  XDP program stays on the interface at the end: it passes everything to the kernel
//		  and is taken over by the next start (off: ip link set IF xdp off)
//	af_packet any number of queues; the kernel reassembles IPv4 fragments before we see them and
//		  turns 0x88a8 tags into 0x8100: fit for a try-out, not for a line
//	pcap	  one queue: reads IN once, writes OUT (without OUT, what is sent is gone)
//	vdev	  "net_null0,size=64": whatever that driver says
//	PCI	  whatever the NIC says; bind it to vfio-pci first
//
// Errors are one line naming the port as configured, the limit and what to set.

#include "config/config.h"
#include "dataplane/interface.h"

#include <stddef.h>
#include <stdint.h>

#define PORT_NAME_SIZE 64

struct rte_mempool;

struct port {
	const struct config_port *config;
	char name[PORT_NAME_SIZE];        // "edge0.subscriber"
	uint16_t id;                      // of DPDK
	uint32_t mtu;                     // bytes of Ethernet payload
	struct interface_state interface; // kernel ports: as found at start
	bool started;
};

struct port_statistics {
	uint64_t missed; // lost before we saw them: ring full
	uint64_t errors; // the driver's receive and transmit errors; a burst that a full ring
			 // refused counts here too, even if the next attempt sent it
	uint64_t no_mbuf;
	bool link_up;
};

// What can be told before DPDK runs: the interface exists, is up, has the queues and the MTU that
// are asked for. 0, or -1 with a line.
int port_check(const struct config_port *config_port, const struct config *config, char *error,
	size_t error_size);

// Makes the device. `index` makes driver names unique in this process.
int port_open(struct port *port, const struct config_port *config_port, const struct config *config,
	const char *name, unsigned int index, char *error, size_t error_size);

// Bytes of the largest frame that this port may bring.
uint32_t port_frame_size(const struct port *port);

// Packet buffers it may hold at once.
uint32_t port_buffers(const struct port *port, const struct config *config);

int port_start(struct port *port, const struct config *config, struct rte_mempool *pool,
	char *error, size_t error_size);

// The port's own MAC address.
void port_mac(const struct port *port, uint8_t mac[MAC_SIZE]);

// Stops and closes; for files this is when the last packet is written.
void port_close(struct port *port);

struct port_statistics port_read(const struct port *port);
