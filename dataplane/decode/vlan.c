// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// Tag control information and the EtherType of what follows (IEEE 802.1Q clause 9).
#define VLAN_HEADER_LENGTH 4
#define VLAN_ID_MASK       0x0fffu
// In a run. Two are the rule, three a carrier's carrier.
#define VLAN_TAGS_MAX 4

enum layer decode_vlan(struct cursor *cursor, struct packet *packet)
{
	unsigned tags = 0;
	uint16_t ethertype;

	if (!decode_descend(cursor, packet))
		return LAYER_UNDECODED;
	do {
		const uint8_t *header = cursor->frame + cursor->offset;

		if (cursor_left(cursor) < VLAN_HEADER_LENGTH)
			return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
		if (tags++ == VLAN_TAGS_MAX)
			return decode_refuse(packet, COUNTER_UNDECODED_VLAN_DEPTH);
		if (!decode_note(packet, ENCAPSULATION_VLAN, decode_be16(header) & VLAN_ID_MASK,
			    cursor->offset))
			return LAYER_UNDECODED;
		cursor->offset += VLAN_HEADER_LENGTH;
		ethertype = decode_be16(header + 2);
	} while (ethertype_is_tag(ethertype));
	return decode_ethertype(ethertype, packet);
}
