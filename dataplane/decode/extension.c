// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#include <netinet/in.h>

// All of them begin with the next header's number and a length, and have at least eight bytes
// (RFC 6564 section 4).
#define EXTENSION_LENGTH_MIN 8

// RFC 8200 section 4.5: thirteen bits count eights of bytes.
#define FRAGMENT_OFFSET_MASK 0xfff8u
#define FRAGMENT_MORE        1u

static size_t extension_length(uint8_t protocol, const uint8_t *header)
{
	switch (protocol) {
	case IPPROTO_FRAGMENT: // RFC 8200 section 4.5: the second byte is reserved
		return EXTENSION_LENGTH_MIN;
	case IPPROTO_AH: // RFC 4302 section 2.2: 4-byte words, less two
		return ((size_t)header[1] + 2) * 4;
	default:
		return ((size_t)header[1] + 1) * 8;
	}
}

enum layer decode_extension(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), length;
	uint16_t field;

	if (++cursor->extensions > DECODE_EXTENSIONS_MAX)
		return decode_refuse(packet, COUNTER_UNDECODED_EXTENSION);
	if (left < EXTENSION_LENGTH_MIN)
		return decode_ports_cut(cursor, packet, EXTENSION_LENGTH_MIN);
	length = extension_length(cursor->protocol, header);
	if (left < length)
		return decode_ports_cut(cursor, packet, length);
	cursor->offset += length;
	if (cursor->protocol == IPPROTO_FRAGMENT) {
		field = decode_be16(header + 2);
		if (field & (FRAGMENT_OFFSET_MASK | FRAGMENT_MORE))
			return fragment_note(cursor, packet, decode_be32(header + 4),
				field & FRAGMENT_OFFSET_MASK, (field & FRAGMENT_MORE) != 0,
				header[0]);
	}
	return decode_protocol(cursor, header[0], packet);
}
