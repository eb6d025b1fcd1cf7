// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/packet_ids.h"

#include "config/id_range.h"

// RFC 6790, RFC 7274: the label behind these is not what it seems.
#define LABEL_EXTENSION 15u
#define LABEL_ENTROPY   7u

struct link_ids packet_ids(const struct packet *packet, uint16_t link)
{
	struct link_ids ids = {.link = link};
	bool special = false; // the next label belongs to the one before

	for (uint32_t i = 0; i < packet->encapsulation_count; i++) {
		const struct encapsulation *encapsulation = &packet->encapsulations[i];
		const uint32_t id = encapsulation->id;

		switch ((enum encapsulation_kind)encapsulation->kind) {
		case ENCAPSULATION_VLAN:
			if (ids.outer_vlan == 0)
				ids.outer_vlan = (uint16_t)id;
			else if (ids.inner_vlan == 0)
				ids.inner_vlan = (uint16_t)id;
			break;
		case ENCAPSULATION_PPPOE:
			ids.session = (uint16_t)id;
			break;
		case ENCAPSULATION_MPLS:
			if (!special && id >= LABEL_FIRST)
				ids.label = id;
			special = !special && (id == LABEL_ENTROPY || id == LABEL_EXTENSION);
			break;
		case ENCAPSULATION_PSEUDOWIRE:
			break;
		default: // a tunnel: all that follows is not this link's
			return ids;
		}
	}
	return ids;
}
