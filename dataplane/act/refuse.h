// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A datagram that is not to arrive → ICMP "communication administratively prohibited" to its
// sender: type 3 code 13 (RFC 1812 section 5.2.7.1), in IPv6 type 1 code 1 (RFC 4443 section 3.1).
//
// It comes from the address that the datagram was sent to, since the appliance has none, and quotes
// as much of the datagram as fits 576 bytes (RFC 1812 section 4.3.2.3), in IPv6 1,280 (RFC 4443
// section 2.4).
//
// Only UDP is answered, and only what one host sent to one host: no ICMP, no fragments, nothing to
// or from several, none or the host itself (RFC 1812 section 4.3.2.7). What envelope.h says cannot
// be answered is not. The caller sends it to subscribers alone: a listed server needs to know
// nothing.
//
// Pure function; any thread.

#include "dataplane/act/envelope.h"

// Of the IP packet that is sent.
#define REFUSE_IPV4_MAX 576
#define REFUSE_IPV6_MAX 1280

#define REFUSE_SIZE (ENVELOPE_SIZE + REFUSE_IPV6_MAX)

// Writes the frame to `out`, of `size` bytes, quoting less where it is less than REFUSE_SIZE.
// Returns its length, padded to what Ethernet wants at least; 0: none.
size_t refuse_make(const uint8_t *frame, size_t captured, const struct packet *packet, uint8_t *out,
	size_t size);
