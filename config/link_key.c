// SPDX-License-Identifier: BSD-3-Clause
#include "config/link_key.h"

#include <string.h>

static const char *const names[LINK_KEY_COUNT] = {
	[LINK_KEY_ADDRESS] = "address",
	[LINK_KEY_ADDRESS_PORT] = "address_port",
	[LINK_KEY_OUTER] = "outer",
	[LINK_KEY_VLAN] = "vlan",
	[LINK_KEY_VLAN_PAIR] = "vlan_pair",
	[LINK_KEY_PPPOE] = "pppoe",
	[LINK_KEY_MPLS] = "mpls",
};

const char *link_key_name(enum link_key key)
{
	return (unsigned int)key < LINK_KEY_COUNT ? names[key] : "?";
}

bool link_key_parse(const char *text, enum link_key *key)
{
	for (unsigned int i = 0; i < LINK_KEY_COUNT; i++) {
		if (strcmp(text, names[i]) == 0) {
			*key = (enum link_key)i;
			return true;
		}
	}
	return false;
}
