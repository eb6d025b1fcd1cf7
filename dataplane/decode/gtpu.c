// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// 3GPP TS 29.281 section 5.1: flags, type, length of what follows the first eight bytes, endpoint.
#define GTPU_HEADER_LENGTH  8
#define GTPU_FIXED_MASK     0xf8u
#define GTPU_FIXED          0x30u // version 1, GTP rather than GTP', the spare bit 0
#define GTPU_EXTENSION      0x04u
#define GTPU_OPTIONS        0x07u // extension, sequence number, N-PDU: any brings four bytes
#define GTPU_OPTIONS_LENGTH 4

// Section 6.1.
#define GTPU_ECHO_REQUEST         1
#define GTPU_ECHO_RESPONSE        2
#define GTPU_ERROR_INDICATION     26
#define GTPU_SUPPORTED_EXTENSIONS 31
#define GTPU_TUNNEL_STATUS        253
#define GTPU_END_MARKER           254
#define GTPU_G_PDU                255

static bool is_signalling(uint8_t type)
{
	switch (type) {
	case GTPU_ECHO_REQUEST:
	case GTPU_ECHO_RESPONSE:
	case GTPU_ERROR_INDICATION:
	case GTPU_SUPPORTED_EXTENSIONS:
	case GTPU_TUNNEL_STATUS:
	case GTPU_END_MARKER:
		return true;
	default:
		return false;
	}
}

// Section 5.2: extension headers begin with their length in fours of bytes and end with the type of
// the next. Leaves in `needed` where they end, or the bytes without which that cannot be told;
// false: one of them has no length.
static bool skip_extensions(const uint8_t *header, size_t left, size_t *needed)
{
	while (*needed <= left && header[*needed - 1] != 0) {
		if (*needed == left) {
			++*needed;
			break;
		}
		if (header[*needed] == 0)
			return false;
		*needed += (size_t)header[*needed] * 4;
	}
	return true;
}

enum layer decode_gtpu(struct cursor *cursor, size_t length, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;
	size_t left = cursor_left(cursor), needed = GTPU_HEADER_LENGTH;

	if (left < GTPU_HEADER_LENGTH)
		return decode_datagram_cut(packet, length, GTPU_HEADER_LENGTH);
	if ((header[0] & GTPU_FIXED_MASK) != GTPU_FIXED ||
		decode_be16(header + 2) + (size_t)GTPU_HEADER_LENGTH != length)
		return LAYER_DONE;
	if (is_signalling(header[1]))
		return decode_refuse(packet, COUNTER_UNDECODED_CONTROL);
	if (header[1] != GTPU_G_PDU)
		return LAYER_DONE;
	if (header[0] & GTPU_OPTIONS)
		needed += GTPU_OPTIONS_LENGTH;
	if (header[0] & GTPU_EXTENSION && !skip_extensions(header, left, &needed))
		return LAYER_DONE;
	if (left <= needed) // its payload's version is needed as well
		return decode_datagram_cut(packet, length, needed + 1);
	if (!decode_note_tunnel(cursor, packet, ENCAPSULATION_GTPU, decode_be32(header + 4)))
		return LAYER_UNDECODED;
	cursor->offset += needed;
	switch (header[needed] >> 4) {
	case 4:
		return LAYER_IPV4;
	case 6:
		return LAYER_IPV6;
	default: // Ethernet or unstructured PDUs, which nothing here names
		return decode_refuse(packet, COUNTER_UNDECODED_TUNNEL);
	}
}
