// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// Behind the two addresses.
#define ETHERTYPE_OFFSET (ETHER_HDR_LEN - ETHER_TYPE_LEN)

enum layer decode_ethernet(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;

	if (cursor_left(cursor) < ETHER_HDR_LEN)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	cursor->offset += ETHER_HDR_LEN;
	return decode_ethertype(decode_be16(header + ETHERTYPE_OFFSET), packet);
}
