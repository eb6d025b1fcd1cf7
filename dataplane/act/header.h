// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Headers that we write ourselves: numbers in network order, checksums (RFC 1071), and the
// innermost IP header of what we send in somebody's name.
//
// Pure functions; any thread. Nothing relies on a NIC: every checksum is computed here.

#include "config/address.h"

#include <stddef.h>
#include <stdint.h>

// Without options and extension headers.
#define HEADER_IPV4     20
#define HEADER_IPV6     40
#define HEADER_ETHERNET 14

// What hosts send with (the IANA registry of IP option numbers recommends it).
#define HEADER_HOPS 64

static inline void header_put16(uint8_t *bytes, size_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static inline void header_put32(uint8_t *bytes, uint32_t value)
{
	header_put16(bytes, value >> 16);
	header_put16(bytes + 2, value & 0xffff);
}

// Adds to a sum; `length` is even wherever more follows. Of up to 64 KiB, so that it cannot wrap.
uint32_t header_sum(uint32_t sum, const uint8_t *bytes, size_t length);

// The checksum field of a sum.
uint16_t header_checksum(uint32_t sum);

// The pseudo-header of both IP versions (RFC 9293 section 3.1, RFC 8200 section 8.1).
uint32_t header_pseudo_sum(const struct address *source, const struct address *destination,
	uint8_t protocol, size_t length);

// Bytes of the IP header that header_write makes for such an address.
static inline size_t header_length(const struct address *address)
{
	return address_is_v4(address) ? HEADER_IPV4 : HEADER_IPV6;
}

// Of either version by the addresses, which are of one: no options, not to be fragmented. Returns
// its length.
size_t header_write(uint8_t *bytes, const struct address *source, const struct address *destination,
	uint8_t protocol, size_t payload_length);

// The shortest frame of Ethernet, without FCS. `frame` has room for it.
#define HEADER_FRAME_MIN 60

// Fills a frame up to that with zeros. Returns its length then.
size_t header_pad(uint8_t *frame, size_t length);
