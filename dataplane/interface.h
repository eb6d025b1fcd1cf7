// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A network interface of the kernel, as the ports on top of it (AF_XDP, AF_PACKET) need to know it.
//
// Asked by ioctl, not by sysfs: /sys shows the network namespace it was mounted in, which need not
// be the one this process forwards in. Reading needs no privilege. Any thread; a system call or
// two, never a wait.
//
// What an operator has to set on such an interface, because no driver does it:
//   - offloads that make frames which were never on the wire (GRO, LRO on receive; also TSO and
//     checksums left to "hardware" by a virtual peer) off: ethtool -K IF gro off lro off
//   - VLAN tags left in the frame: ethtool -K IF rxvlan off txvlan off
//   - nobody else's address or protocol on it: no IP address, IPv6 disabled

#include <stdbool.h>
#include <stdint.h>

struct interface_state {
	bool up;           // administratively
	bool carrier;      // and the other end is there
	uint32_t mtu;      // bytes of Ethernet payload
	uint32_t channels; // combined channels as ethtool -l counts them; 1 where none are told
};

// 0, or an errno; ENODEV: no such interface in this network namespace.
int interface_read(const char *name, struct interface_state *state);

// False also for what cannot be read.
bool interface_carrier(const char *name);

// Needs CAP_NET_ADMIN. 0, or an errno.
int interface_set_mtu(const char *name, uint32_t mtu);
