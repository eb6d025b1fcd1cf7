// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All that lies around an innermost IP packet, to be put around another one: what we answer travels
// inside the same VLANs, PPPoE session and tunnels as what it answers.
//
// An envelope is taken from a decoded frame, as it is (ONWARD) or turned round (BACK: MAC
// addresses, addresses and ports of tunnels swapped, MAC addresses in tunnels as well), and later
// put in front of any IP packet, lengths and checksums made to fit: IPv4 headers, GRE where it
// carries one, UDP over IPv6 always; UDP over IPv4 goes without one, as it may (RFC 768). Hop
// limits are fresh.
//
// Not everything can be answered. No envelope is taken of
// - what was not understood to its innermost packet, and of fragments at any level;
// - what is authenticated (AH), source-routed, or IPv4 with options, around or inside;
// - numbered tunnels (GRE, L2TP and GTP-U with sequence numbers, PPTP), where a frame of ours would
//   take a number that another one has; ERSPAN, which is a mirror's copy of the packet;
// and none BACK of
// - MPLS, L2TP and GTP-U, whose labels and ids are chosen by the receiver, so that those of the
//   other direction are not known; Geneve with options, of which nothing is known;
// - frames that were sent to many stations.
// VXLAN and Geneve keep their ports, since their destination port names the tunnel (RFC 7348
// section 5, RFC 8926 section 3.3).
//
// Pure functions; any thread. Datapath: a copy of the headers.

#include "dataplane/packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// QinQ, PPPoE and a tunnel over IPv6 with Ethernet in it fit. No more than DPDK keeps free in front
// of a frame, so that one can grow by all of it.
#define ENVELOPE_SIZE 128
// A tunnel has three at most: IP, UDP, its own.
#define ENVELOPE_PARTS_MAX 12

enum envelope_way {
	ENVELOPE_ONWARD, // to where the packet was going
	ENVELOPE_BACK,   // to where it came from
};

// A header with a length or a checksum of what it carries.
struct envelope_part {
	uint8_t offset;
	uint8_t kind; // private to envelope.c
};

struct envelope {
	uint8_t bytes[ENVELOPE_SIZE];
	uint8_t length;
	uint8_t payload; // where what counts for the MTU begins: behind Ethernet and its tags
	uint8_t part_count;
	bool v6; // what it can be put around
	struct envelope_part parts[ENVELOPE_PARTS_MAX];
};

// `packet` is what decode_frame made of `frame` from LAYER_ETHERNET on. false: none can be taken.
bool envelope_take(struct envelope *envelope, const uint8_t *frame, size_t captured,
	const struct packet *packet, enum envelope_way way);

// Writes the headers to `out`, where the IP packet of `inner_length` bytes already lies behind
// them, at out + envelope->length.
void envelope_put(const struct envelope *envelope, uint8_t *out, size_t inner_length);

// Bytes of the innermost IP packet that were captured, padding not among them. 0: not all of it is
// there.
size_t envelope_inner_length(const uint8_t *frame, size_t captured, const struct packet *packet);
