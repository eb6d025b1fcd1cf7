// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One Ethernet frame with IPv4 or IPv6 and TCP or UDP, checksums right, padded to the 60 bytes that
// Ethernet needs without FCS.

#include "config/address.h"

#include <stddef.h>
#include <stdint.h>

#define FRAME_SIZE_MAX    1514
#define FRAME_PAYLOAD_MAX 1400

struct frame {
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint8_t transport;
	uint8_t tcp_flags;
	uint32_t sequence, acknowledged;
	uint16_t payload_size; // up to FRAME_PAYLOAD_MAX; its bytes are zero
};

// Returns the frame's size.
size_t frame_write(const struct frame *frame, uint8_t bytes[FRAME_SIZE_MAX]);
