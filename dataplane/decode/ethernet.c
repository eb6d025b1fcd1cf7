// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#include <net/ethernet.h>

enum layer decode_ethernet(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;

	if (cursor_left(cursor) < ETHER_HDR_LEN)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	cursor->offset += ETHER_HDR_LEN;
	return decode_ethertype(decode_be16(header + 2 * ETHER_ADDR_LEN), packet);
}
