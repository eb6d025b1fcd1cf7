// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

#define ICMP_HEADER_LENGTH 8 // RFC 792, RFC 4443 section 2.1 with the first word of the body

// Nothing of it is needed to tell whose packet it is: a short one is as good as a whole one.
enum layer decode_icmp(struct cursor *cursor, struct packet *packet)
{
	packet->payload_length = cursor_payload(cursor, ICMP_HEADER_LENGTH);
	return LAYER_DONE;
}
