// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#define IPV4_HEADER_LENGTH_MIN 20
#define IPV6_HEADER_LENGTH     40

enum layer decode_ip(struct cursor *cursor, struct packet *packet)
{
	if (cursor_left(cursor) == 0)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	switch (cursor->frame[cursor->offset] >> 4) {
	case 4:
		return LAYER_IPV4;
	case 6:
		return LAYER_IPV6;
	default:
		return decode_refuse(packet, COUNTER_UNDECODED_ETHERTYPE);
	}
}

// RFC 1071: the sum of a header with its checksum is all ones.
static bool checksum_is_right(const uint8_t *header, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i += 2)
		sum += decode_be16(header + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static bool ipv4_is_plausible(const uint8_t *header, size_t left, size_t there, bool cut)
{
	size_t header_length = (size_t)(header[0] & 0x0f) * 4;
	size_t total_length = decode_be16(header + 2);

	return header_length >= IPV4_HEADER_LENGTH_MIN && total_length >= header_length &&
	       (cut || total_length <= there) &&
	       (left < header_length || checksum_is_right(header, header_length));
}

// Nothing is fixed in it but the version: its length must be right to the byte, save for padding.
static bool ipv6_is_plausible(const uint8_t *header, size_t there, bool cut, bool padded)
{
	size_t total_length = decode_be16(header + 4) + (size_t)IPV6_HEADER_LENGTH;

	if (total_length > there)
		return cut;
	return total_length == there || padded;
}

bool decode_ip_plausible(const struct cursor *cursor, const struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t there = cursor->wire_end - cursor->offset;
	bool cut = packet->fragment == FRAGMENT_FIRST; // has the beginning alone

	switch (header[0] >> 4) {
	case 4:
		return ipv4_is_plausible(header, cursor_left(cursor), there, cut);
	case 6:
		return ipv6_is_plausible(header, there, cut, cursor->wire_end <= ETHER_MIN_LEN);
	default:
		return false;
	}
}
