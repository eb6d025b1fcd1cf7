// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 8926 section 3.4: version 0 and the length of the options in fours of bytes; flags; protocol;
// an identifier of 24 bits; a byte that is 0.
#define GENEVE_HEADER_LENGTH 8
#define GENEVE_VERSION_MASK  0xc0u
#define GENEVE_OPTIONS_MASK  0x3fu
#define GENEVE_CONTROL       0x80u
#define GENEVE_RESERVED_MASK 0x3fu
#define GENEVE_ETHERNET      0x6558

// Section 3.5: class, type, three reserved bits and the length of the data in fours of bytes.
#define OPTION_HEADER_LENGTH 4
#define OPTION_RESERVED_MASK 0xe0u
#define OPTION_LENGTH_MASK   0x1fu

static bool options_are_right(const uint8_t *options, size_t length)
{
	size_t at = 0;

	while (at < length) { // by fours, so that a header fits
		if (options[at + 3] & OPTION_RESERVED_MASK)
			return false;
		at += OPTION_HEADER_LENGTH + (size_t)(options[at + 3] & OPTION_LENGTH_MASK) * 4;
	}
	return at == length;
}

static enum layer protocol_layer(uint16_t protocol)
{
	switch (protocol) {
	case ETHERTYPE_IP:
		return LAYER_IPV4;
	case ETHERTYPE_IPV6:
		return LAYER_IPV6;
	case GENEVE_ETHERNET:
		return LAYER_ETHERNET;
	default:
		return LAYER_DONE;
	}
}

enum layer decode_geneve(struct cursor *cursor, size_t length, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), options_length;
	enum layer next;

	if (left < GENEVE_HEADER_LENGTH)
		return decode_datagram_cut(packet, length, GENEVE_HEADER_LENGTH);
	next = protocol_layer(decode_be16(header + 2));
	if (header[0] & GENEVE_VERSION_MASK || header[1] & GENEVE_RESERVED_MASK || header[7] != 0 ||
		next == LAYER_DONE)
		return LAYER_DONE;
	options_length = (size_t)(header[0] & GENEVE_OPTIONS_MASK) * 4;
	if (left < GENEVE_HEADER_LENGTH + options_length)
		return decode_datagram_cut(packet, length, GENEVE_HEADER_LENGTH + options_length);
	if (!options_are_right(header + GENEVE_HEADER_LENGTH, options_length))
		return LAYER_DONE;
	if (header[1] & GENEVE_CONTROL)
		return decode_refuse(packet, COUNTER_UNDECODED_CONTROL);
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_GENEVE, decode_be32(header + 4) >> 8))
		return LAYER_UNDECODED;
	cursor->offset += GENEVE_HEADER_LENGTH + options_length;
	return next;
}
