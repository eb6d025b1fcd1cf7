// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packet → subscriber: who on our side of the link exchanged it.
//
// Where a packet says so is configured link by link (config/link_key.h):
//
//     address       the innermost address on the subscriber's side, masked to the configured
//                   length: one IPv4 address, one delegated IPv6 prefix
//     address_port  IPv4: the address and the block of ports that its port lies in; IPv6: as above
//     outer         the address of the nearest outer IP header on the subscriber's side (DS-Lite,
//                   RFC 6333; MAP-E, RFC 7597; 6rd, RFC 5969), masked; of a packet without a tunnel
//                   its own
//     vlan          the outermost tag
//     vlan_pair     the outermost two
//     pppoe         the session, within the outermost two tags, 0 where there are none
//     mpls          the bottom label
//
// Tags, sessions and labels are those of packet_ids.h.
//
// Whatever the key, it counts only inside what is configured: VLANs and labels where those are
// given, and the address on the subscriber's side (the tunnel's with `outer`, else the innermost)
// inside the prefixes. A packet that comes up with another address was spoofed by whoever sent it,
// and nobody can be told for it; all others are foreign: no tag, transit, or a range the operator
// forgot.
//
// Immutable after creation; datapath, asked only about packets to or from a listed service.

#include "config/config.h"
#include "config/subscriber_key.h"
#include "dataplane/api/counter.h"
#include "dataplane/burst.h"

struct subscribers;

struct subscriber {
	struct subscriber_key key;
	// The key before it was masked, for generation_subscriber_flags; the port is 0 where the
	// kind of key has none.
	struct address address;
	uint16_t port;
};

// Copies what it needs of `config`: its links and its subscribers. NULL only when memory is out.
struct subscribers *subscribers_create(const struct config *config);
void subscribers_free(struct subscribers *subscribers); // NULL is allowed

// 0: found. Else the counter of why it cannot be told: FOREIGN, SPOOFED or NO_PORT. `link` is below
// the configuration's link_count.
enum counter subscriber_find(const struct subscribers *subscribers, size_t link,
	const struct packet *packet, enum direction direction, struct subscriber *subscriber);
