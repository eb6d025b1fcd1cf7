// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where the packets of a link say whose they are: what becomes of it is a subscriber_key.

#include <stdbool.h>

enum link_key {
	LINK_KEY_ADDRESS,      // the innermost address on the subscriber's side
	LINK_KEY_ADDRESS_PORT, // the same with a block of ports: outside a CGN or MAP-E relay
	LINK_KEY_OUTER,        // the address of the tunnel around it: DS-Lite, MAP-E, 6rd
	LINK_KEY_VLAN,         // the outermost tag
	LINK_KEY_VLAN_PAIR,    // the outermost two
	LINK_KEY_PPPOE,        // the session within them
	LINK_KEY_MPLS,         // the bottom label
};
#define LINK_KEY_COUNT 7

// As people are told them.
#define LINK_KEY_NAMES \
	"\"address\", \"address_port\", \"outer\", \"vlan\", \"vlan_pair\", \"pppoe\" or \"mpls\""

const char *link_key_name(enum link_key key); // "?" for a value out of range
bool link_key_parse(const char *text, enum link_key *key);

// Whether tags, or labels, tell who is a subscriber on such a link.
static inline bool link_key_has_vlans(enum link_key key)
{
	return key == LINK_KEY_VLAN || key == LINK_KEY_VLAN_PAIR || key == LINK_KEY_PPPOE;
}

static inline bool link_key_has_labels(enum link_key key)
{
	return key == LINK_KEY_MPLS;
}
