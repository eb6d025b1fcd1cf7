// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/encapsulation_text.h"

#include <inttypes.h>
#include <stdio.h>

enum id_form {
	ID_NONE,
	ID_PLAIN,
	ID_UNLESS_ZERO,
	ID_PAIR, // two numbers of 16 bits
};

static const struct {
	const char *name;
	enum id_form form;
} kinds[] = {
	[ENCAPSULATION_VLAN] = {"vlan", ID_PLAIN},
	[ENCAPSULATION_PPPOE] = {"pppoe", ID_PLAIN},
	[ENCAPSULATION_MPLS] = {"mpls", ID_PLAIN},
	[ENCAPSULATION_PSEUDOWIRE] = {"pseudowire", ID_NONE},
	[ENCAPSULATION_IPV4] = {"ipv4", ID_NONE},
	[ENCAPSULATION_IPV6] = {"ipv6", ID_NONE},
	[ENCAPSULATION_GRE] = {"gre", ID_UNLESS_ZERO},
	[ENCAPSULATION_L2TP] = {"l2tp", ID_PAIR},
	[ENCAPSULATION_GTPU] = {"gtpu", ID_PLAIN},
	[ENCAPSULATION_VXLAN] = {"vxlan", ID_PLAIN},
	[ENCAPSULATION_GENEVE] = {"geneve", ID_PLAIN},
	[ENCAPSULATION_TEREDO] = {"teredo", ID_NONE},
};

void encapsulation_format(
	const struct encapsulation *encapsulation, char text[ENCAPSULATION_TEXT_SIZE])
{
	const char *name = kinds[encapsulation->kind].name;
	const enum id_form form = kinds[encapsulation->kind].form;
	const uint32_t id = encapsulation->id;

	if (form == ID_PAIR)
		snprintf(text, ENCAPSULATION_TEXT_SIZE, "%s:%" PRIu32 "/%" PRIu32, name, id >> 16,
			id & 0xffff);
	else if (form == ID_PLAIN || (form == ID_UNLESS_ZERO && id != 0))
		snprintf(text, ENCAPSULATION_TEXT_SIZE, "%s:%" PRIu32, name, id);
	else
		snprintf(text, ENCAPSULATION_TEXT_SIZE, "%s", name);
}
