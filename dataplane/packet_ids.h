// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The ids that a packet carries between Ethernet and its outermost IP header.
//
// The outermost two VLAN tags, where a tag that names no VLAN (802.1Q priority tags) counts as
// none; the PPPoE session; the last MPLS label. An entropy label and its indicator (RFC 6790) say
// nothing of anybody, nor do other special-purpose labels and what they extend to (RFC 3032, RFC
// 7274). Whatever lies in a tunnel is not the link's.
//
// Pure; datapath.

#include "config/subscriber_key.h"
#include "dataplane/packet.h"

struct link_ids packet_ids(const struct packet *packet, uint16_t link);
