// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One layer around a packet, as people and programs read it: "vlan:100", "pppoe:7", "mpls:1000",
// "pseudowire", "ipv4", "ipv6", "gre" or "gre:KEY", "l2tp:TUNNEL/SESSION", "gtpu:TEID",
// "vxlan:VNI", "geneve:VNI", "teredo"; numbers are decimal. Pure.

#include "dataplane/packet.h"

// Two numbers behind the longest name.
#define ENCAPSULATION_TEXT_SIZE 32

void encapsulation_format(
	const struct encapsulation *encapsulation, char text[ENCAPSULATION_TEXT_SIZE]);
