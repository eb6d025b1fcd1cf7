// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What port.c has to know about DPDK's drivers: their arguments, their limits where they do not
// tell them, what their failures mean.

#include "config/config.h"

#include <stddef.h>
#include <stdint.h>

// The largest MTU a kind of port can take; UINT32_MAX: the device will say.
uint32_t driver_mtu_max(enum config_port_kind kind);

// Bytes of the largest frame that a port of this kind may bring: payload, Ethernet header, two VLAN
// tags.
uint32_t driver_frame_size(enum config_port_kind kind, uint32_t mtu);

// Packet buffers that one queue pair may hold at once.
uint32_t driver_queue_buffers(
	enum config_port_kind kind, uint32_t rx_descriptors, uint32_t tx_descriptors);

// Makes the device of a port (a PCI device is found, not made) and gives its DPDK number.
int driver_probe(const struct config_port *config_port, uint32_t queues, uint32_t mtu,
	unsigned int index, uint16_t *id, char *error, size_t error_size);

// Why setting up a queue failed, in words an operator can act on.
void driver_explain_queue_failure(
	const struct config_port *config_port, int failure, char *error, size_t error_size);
