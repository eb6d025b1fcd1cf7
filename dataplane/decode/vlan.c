// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// Tag control information and the EtherType of what follows (IEEE 802.1Q clause 9).
#define VLAN_HEADER_LENGTH 4
#define VLAN_ID_MASK       0x0fffu

enum layer decode_vlan(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;

	if (packet->encapsulation_count == 2)
		return decode_refuse(packet, COUNTER_UNDECODED_VLAN_DEPTH);
	if (cursor_left(cursor) < VLAN_HEADER_LENGTH)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	packet->encapsulations[packet->encapsulation_count++] = (struct encapsulation){
		.id = decode_be16(header) & VLAN_ID_MASK,
		.offset = (uint16_t)cursor->offset,
		.kind = ENCAPSULATION_VLAN,
	};
	cursor->offset += VLAN_HEADER_LENGTH;
	return decode_ethertype(decode_be16(header + 2), packet);
}
