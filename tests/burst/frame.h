// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames for tests, header by header from the outside in, tunnels included. Each header tells the
// one before it what it is; frame_end fills in the lengths and the checksums of IPv4. Others stay
// zero: nothing here looks at them.
//
//     frame_start(&frame);
//     frame_ethernet(&frame);
//     frame_vlan(&frame, 0x8100, 100);
//     frame_ipv4(&frame, "192.0.2.7", "198.51.100.9");
//     frame_tcp(&frame, 40000, 6667, TCP_SYN);
//     frame_payload(&frame, 0);
//     frame_end(&frame);

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_SIZE 4096
#define FRAME_NONE SIZE_MAX

// Headers with a length in them.
#define FRAME_LENGTHS_MAX 32

enum frame_field {
	FRAME_NOTHING,
	FRAME_ETHERTYPE,
	FRAME_PROTOCOL,
	FRAME_PPP,
};

enum frame_length {
	FRAME_LENGTH_IPV4,
	FRAME_LENGTH_IPV6,
	FRAME_LENGTH_UDP,
	FRAME_LENGTH_PPPOE,
	FRAME_LENGTH_L2TP,
	FRAME_LENGTH_GTPU,
};

struct frame {
	uint8_t bytes[FRAME_SIZE];
	size_t length;
	struct {
		size_t at; // where the header begins
		enum frame_length kind;
	} lengths[FRAME_LENGTHS_MAX];
	size_t length_count;
	// What the last header has to say what follows, and where.
	enum frame_field field;
	size_t next;
	// Where in `bytes` the last of each begins; FRAME_NONE: nowhere.
	size_t ipv4, ipv6, udp;
	size_t l4; // the last header appended behind IP
};

void frame_start(struct frame *frame);
void frame_ethernet(struct frame *frame); // in a tunnel too
void frame_vlan(struct frame *frame, uint16_t ethertype, uint16_t vlan);
void frame_ethertype(struct frame *frame, uint16_t ethertype); // of what follows as payload

void frame_pppoe(struct frame *frame, uint16_t session);
void frame_mpls(struct frame *frame, uint32_t label, bool bottom);

// Addresses as text.
void frame_ipv4(struct frame *frame, const char *source, const char *destination);
// `words` 4-byte words of options, right behind frame_ipv4.
void frame_ipv4_options(struct frame *frame, uint8_t words);
// `field`: flags and offset as in the header.
void frame_ipv4_fragment(struct frame *frame, uint16_t field);
void frame_ipv6(struct frame *frame, const char *source, const char *destination);

// An extension header of `length` bytes, its length byte set as `protocol` wants it.
void frame_extension(struct frame *frame, uint8_t protocol, size_t length);
void frame_ipv6_fragment(struct frame *frame, uint16_t offset, uint8_t more);

void frame_protocol(struct frame *frame, uint8_t protocol); // of what follows as payload
void frame_tcp(struct frame *frame, uint16_t source, uint16_t destination, uint8_t flags);
void frame_udp(struct frame *frame, uint16_t source, uint16_t destination);
void frame_icmp(struct frame *frame, uint8_t protocol, uint8_t type);

// Tunnels. Those over UDP come behind frame_udp; nothing else is needed for Teredo.
void frame_gre(struct frame *frame, uint16_t flags, uint32_t key);
void frame_l2tp(struct frame *frame, uint16_t flags, uint16_t tunnel, uint16_t session);
void frame_gtpu(struct frame *frame, uint8_t flags, uint32_t endpoint);
void frame_vxlan(struct frame *frame, uint32_t network);
// `words` of options, in one option.
void frame_geneve(struct frame *frame, uint8_t words, uint32_t network);

void frame_bytes(struct frame *frame, const void *bytes, size_t length);
void frame_payload(struct frame *frame, size_t length);
void frame_end(struct frame *frame);
void frame_pad(struct frame *frame, size_t length); // behind all that the lengths tell

// Both IP versions by the look of the addresses, on plain Ethernet.
void frame_make_tcp(struct frame *frame, const char *source, uint16_t source_port,
	const char *destination, uint16_t destination_port, uint8_t flags, size_t payload);
void frame_make_udp(struct frame *frame, const char *source, uint16_t source_port,
	const char *destination, uint16_t destination_port, size_t payload);
