// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Datagrams for tests, and frames of any slice of them: fragments as a sender, a router or an
// attacker makes them.

#include "tests/burst/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATAGRAM_SIZE 2048

struct datagram {
	const char *source, *destination; // IPv6 by the look of them
	uint32_t identification;
	uint8_t protocol;
	size_t length;
	uint8_t bytes[DATAGRAM_SIZE]; // what IP carries
};

// A UDP datagram with `payload` bytes; in IPv6 behind destination options of `options` bytes (a
// multiple of 8, or 0).
void datagram_make_udp(struct datagram *datagram, const char *source, uint16_t source_port,
	const char *destination, uint16_t destination_port, size_t options, size_t payload);

// The IP packet in `frame` (plain Ethernet), in a tunnel right behind IP.
void datagram_wrap(struct datagram *datagram, const char *source, const char *destination,
	const struct frame *frame);

// Bytes from `offset` on (a multiple of 8), `length` of them or as many as there are, as a
// fragment, the last one if nothing follows. All of it: not a fragment.
void slice_make(struct frame *frame, const struct datagram *datagram, size_t offset, size_t length);

// The same with the word of the header as the test says, true or not.
void slice_make_as(struct frame *frame, const struct datagram *datagram, size_t offset,
	size_t length, bool more);
