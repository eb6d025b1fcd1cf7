// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How strongly the packets of a contact say that the subscriber is infected.
//
// A contact's record keeps what was seen in each direction as flags; flags of several workers are
// OR-ed, so that the two directions of a connection may pass different workers. Evidence follows
// from the flags alone:
//   attempted  the subscriber sent a SYN or a datagram (or anything else)
//   answered   the server replied. A bare RST does not count: a closed port is no C&C. Downstream
//              packets alone count if they can only be a reply (TCP with ACK and no RST), because
//              on an asymmetric path the other direction may pass elsewhere
//   conversed  payload went both ways
// Downstream packets alone that nobody asked for (a listed server that scans, UDP out of nowhere)
// are no evidence against the subscriber: `unsolicited`, never counted as an infection.
//
// Pure functions.

#include <stdint.h>

#define SEEN_UP           0x01u // any packet from the subscriber
#define SEEN_UP_PAYLOAD   0x02u // with transport payload
#define SEEN_DOWN         0x04u // any packet from the server but a bare RST
#define SEEN_DOWN_REPLY   0x08u // TCP with ACK and without RST
#define SEEN_DOWN_PAYLOAD 0x10u // with transport payload

enum evidence {
	EVIDENCE_UNSOLICITED,
	EVIDENCE_ATTEMPTED,
	EVIDENCE_ANSWERED,
	EVIDENCE_CONVERSED,
};
#define EVIDENCE_COUNT 4

enum evidence evidence_of(uint8_t seen);

const char *evidence_name(enum evidence evidence); // "?" for a value out of range
