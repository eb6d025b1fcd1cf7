// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

enum layer decode_ports(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *header = cursor->frame + cursor->offset;

	if (cursor_left(cursor) < 4)
		return decode_ports_cut(cursor, packet, 4);
	packet->source_port = decode_be16(header);
	packet->destination_port = decode_be16(header + 2);
	return LAYER_DONE;
}
