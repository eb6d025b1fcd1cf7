// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/header.h"

#include <string.h>

#define IPV4_DO_NOT_FRAGMENT 0x4000 // then the identification may be 0 (RFC 6864 section 4.1)

uint32_t header_sum(uint32_t sum, const uint8_t *bytes, size_t length)
{
	size_t i = 0;

	for (; i + 1 < length; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (i < length)
		sum += (uint32_t)bytes[i] << 8;
	return sum;
}

uint16_t header_checksum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t header_pseudo_sum(const struct address *source, const struct address *destination,
	uint8_t protocol, size_t length)
{
	// The bytes in front of an IPv4 address count for nothing.
	size_t skipped = address_is_v4(source) ? 12 : 0;
	uint32_t sum = protocol + (uint32_t)length;

	sum = header_sum(sum, source->bytes + skipped, sizeof(source->bytes) - skipped);
	return header_sum(sum, destination->bytes + skipped, sizeof(destination->bytes) - skipped);
}

static void write_ipv4(uint8_t *bytes, const struct address *source,
	const struct address *destination, uint8_t protocol, size_t payload_length)
{
	memset(bytes, 0, HEADER_IPV4);
	bytes[0] = 0x45;
	header_put16(bytes + 2, HEADER_IPV4 + payload_length);
	header_put16(bytes + 6, IPV4_DO_NOT_FRAGMENT);
	bytes[8] = HEADER_HOPS;
	bytes[9] = protocol;
	memcpy(bytes + 12, &source->bytes[12], 4);
	memcpy(bytes + 16, &destination->bytes[12], 4);
	header_put16(bytes + 10, header_checksum(header_sum(0, bytes, HEADER_IPV4)));
}

static void write_ipv6(uint8_t *bytes, const struct address *source,
	const struct address *destination, uint8_t protocol, size_t payload_length)
{
	memset(bytes, 0, HEADER_IPV6);
	bytes[0] = 0x60;
	header_put16(bytes + 4, payload_length);
	bytes[6] = protocol;
	bytes[7] = HEADER_HOPS;
	memcpy(bytes + 8, source->bytes, sizeof(source->bytes));
	memcpy(bytes + 24, destination->bytes, sizeof(destination->bytes));
}

size_t header_write(uint8_t *bytes, const struct address *source, const struct address *destination,
	uint8_t protocol, size_t payload_length)
{
	if (address_is_v4(source))
		write_ipv4(bytes, source, destination, protocol, payload_length);
	else
		write_ipv6(bytes, source, destination, protocol, payload_length);
	return header_length(source);
}

size_t header_pad(uint8_t *frame, size_t length)
{
	if (length >= HEADER_FRAME_MIN)
		return length;
	memset(frame + length, 0, HEADER_FRAME_MIN - length);
	return HEADER_FRAME_MIN;
}
