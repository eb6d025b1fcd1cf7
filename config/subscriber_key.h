// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// By what a packet's subscriber is told apart: one value of 20 bytes without padding, so that keys
// can be hashed, compared and sent as they are.
//
// Where the key lies in a packet is the operator's word, link by link (sekisho.conf(5),
// subscriber_key). Keys that mean something on one link only (VLANs, sessions, labels) carry the
// link's number in the order of the configuration; as text they carry its name:
//
//     192.0.2.7                      address (or a prefix: 2001:db8:0:100::/56)
//     203.0.113.1:1024-2047          an address and a block of its ports
//     edge0/vlan:100  edge0/vlan:100.200              outer tag, outer and inner tag
//     edge0/pppoe:7   edge0/vlan:100.200/pppoe:7      a PPPoE session, within its VLANs
//     edge0/mpls:1000
//
// Pure functions; any thread.

#include "config/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum subscriber_key_kind {
	SUBSCRIBER_ADDRESS, // an address or prefix, of the innermost packet or of a tunnel
	SUBSCRIBER_PORTS,   // an IPv4 address and an aligned block of its ports
	SUBSCRIBER_VLAN,
	SUBSCRIBER_SESSION,
	SUBSCRIBER_LABEL,
};
#define SUBSCRIBER_KINDS 5

struct subscriber_key {
	// ADDRESS and PORTS: the address, masked; else link and ids as subscriber_key_on_link lays
	// them out: an order by bytes is an order by link, outer VLAN, inner VLAN, session, label.
	struct address address;
	uint16_t port;  // PORTS: the first of the block; else 0
	uint8_t kind;   // enum subscriber_key_kind
	uint8_t length; // ADDRESS: bits of the 16-byte form; PORTS: log2 of the block's size; else
			// 0
};

_Static_assert(sizeof(struct subscriber_key) == 20, "no padding in what is hashed");

// Ids that a frame carries between Ethernet and IP; 0 where it has none.
struct link_ids {
	uint16_t link;
	uint16_t outer_vlan, inner_vlan;
	uint16_t session; // PPPoE
	uint32_t label;   // MPLS, the bottom of the stack
};

// The key of `kind` (VLAN, SESSION or LABEL), of the ids that this kind is made of: VLAN the VLANs,
// SESSION the VLANs and the session, LABEL the label.
struct subscriber_key subscriber_key_on_link(
	enum subscriber_key_kind kind, const struct link_ids *ids);
struct link_ids subscriber_key_ids(const struct subscriber_key *key);

// true: the key means something only together with its link.
static inline bool subscriber_key_has_link(const struct subscriber_key *key)
{
	return key->kind >= SUBSCRIBER_VLAN;
}

int subscriber_key_compare(const struct subscriber_key *a, const struct subscriber_key *b);

// A subscriber's name in UTF-8 without control characters, with the terminating zero: what RADIUS
// tells in 253 bytes (RFC 2865 section 5), each of which may take four characters to be shown.
#define SUBSCRIBER_NAME_SIZE 1013

// A link's name has up to 31 characters, the rest up to 60.
#define SUBSCRIBER_KEY_TEXT_SIZE 96

// `link` is the name of the key's link; ignored where the key has none.
void subscriber_key_format(
	const struct subscriber_key *key, const char *link, char text[SUBSCRIBER_KEY_TEXT_SIZE]);
