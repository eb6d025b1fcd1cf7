// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Accounting-Requests, put together attribute by attribute and signed.

#include "control/radius/packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct accounting_packet {
	uint8_t bytes[RADIUS_PACKET_MAX];
	size_t length;
};

static const struct radius_secret accounting_secret = {(const uint8_t *)"xyzzy5461", 9};

static inline void accounting_add(
	struct accounting_packet *packet, uint8_t type, const void *value, size_t length)
{
	assert_true(length <= 253 && packet->length + 2 + length <= sizeof(packet->bytes));
	packet->bytes[packet->length++] = type;
	packet->bytes[packet->length++] = (uint8_t)(2 + length);
	memcpy(packet->bytes + packet->length, value, length);
	packet->length += length;
}

static inline void accounting_number(struct accounting_packet *packet, uint8_t type, uint32_t value)
{
	const uint32_t network = htonl(value);

	accounting_add(packet, type, &network, sizeof(network));
}

static inline void accounting_text(struct accounting_packet *packet, uint8_t type, const char *text)
{
	accounting_add(packet, type, text, strlen(text));
}

static inline struct accounting_packet accounting_begin(uint8_t identifier, uint32_t status)
{
	struct accounting_packet packet = {.bytes = {4, identifier}, .length = RADIUS_HEADER_SIZE};

	accounting_number(&packet, 40, status);
	return packet;
}

static inline void accounting_sign(struct accounting_packet *packet)
{
	packet->bytes[2] = (uint8_t)(packet->length >> 8);
	packet->bytes[3] = (uint8_t)packet->length;
	authenticator_of_request(packet->bytes, packet->length, &accounting_secret,
		packet->bytes + AUTHENTICATOR_OFFSET);
}
