// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 4380 section 5.1.1. An authentication indicator, then an origin indicator, each or neither,
// then IPv6. Authentication: two lengths, a client's identifier and its authentication value of
// those lengths, a nonce of eight bytes and a confirmation of one.
#define AUTHENTICATION             0x0001
#define AUTHENTICATION_LENGTHS_END 4
#define AUTHENTICATION_LENGTH      (AUTHENTICATION_LENGTHS_END + 9)
#define ORIGIN                     0x0000
#define ORIGIN_LENGTH              8

#define IPV6_HEADER_LENGTH 40
#define IPV6_SOURCE        8
#define IPV6_DESTINATION   24

// Bytes of indicators, of which each is only looked at as far as it was captured; may be more than
// there are.
static size_t indicators_length(const uint8_t *bytes, size_t left)
{
	size_t length = 0;

	if (left >= AUTHENTICATION_LENGTHS_END && decode_be16(bytes) == AUTHENTICATION)
		length = AUTHENTICATION_LENGTH + (size_t)bytes[2] + bytes[3];
	if (left >= length + 2 && decode_be16(bytes + length) == ORIGIN)
		length += ORIGIN_LENGTH;
	return length;
}

// A client's address has Teredo's prefix (section 4); it asks a server for one from a link-local
// address, and is answered from one (section 5.2.1).
static bool has_client(const uint8_t *header)
{
	static const uint8_t prefix[] = {0x20, 0x01, 0, 0};

	return memcmp(header + IPV6_SOURCE, prefix, sizeof(prefix)) == 0 ||
	       memcmp(header + IPV6_DESTINATION, prefix, sizeof(prefix)) == 0 ||
	       (decode_be16(header + IPV6_SOURCE) & 0xffc0) == 0xfe80;
}

enum layer decode_teredo(struct cursor *cursor, size_t length, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), skipped = indicators_length(header, left);
	size_t needed = skipped + IPV6_HEADER_LENGTH;

	if (left < needed)
		return decode_datagram_cut(packet, length, needed);
	header += skipped;
	if (header[0] >> 4 != 6 || decode_be16(header + 4) + needed != length ||
		!has_client(header))
		return LAYER_DONE;
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_TEREDO, 0))
		return LAYER_UNDECODED;
	cursor->offset += skipped;
	return LAYER_IPV6;
}
