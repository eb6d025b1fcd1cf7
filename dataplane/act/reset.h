// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A TCP segment that is not to arrive → RST segments that end its connection at both ends.
//
// A stack accepts a RST only if its sequence number is exactly the one it expects next (RFC 5961
// section 3.2), and in SYN-SENT if it acknowledges the SYN (RFC 9293 section 3.10.7.3). Of a
// segment that is held back we know both:
// - towards its sender, who expects what it acknowledged: RST with that number; if it acknowledged
//   nothing, RST and ACK of all it sent, from number 0 (RFC 9293 section 3.5.2);
// - towards its destination, which expects the segment itself if nothing before it was lost: RST
// with
//   its number, and with its acknowledgement if it has one, for a destination in SYN-SENT.
// Sent both ways for every segment held back, so that what was lost, reordered or in flight when it
// began is made up for by the next one.
//
// Never answered: a RST; towards the destination a SYN without ACK, for which there is no
// connection yet; fragments; what envelope.h says. Those segments are only dropped.
//
// Pure function; any thread.

#include "dataplane/act/envelope.h"

// What envelope, IP and TCP headers take at most.
#define RESET_SIZE (ENVELOPE_SIZE + 60)

// Writes the frame to `out`, of RESET_SIZE bytes. Returns its length, padded to what Ethernet wants
// at least; 0: none.
size_t reset_make(const uint8_t *frame, size_t captured, const struct packet *packet,
	enum envelope_way way, uint8_t out[RESET_SIZE]);
