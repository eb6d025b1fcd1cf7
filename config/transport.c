// SPDX-License-Identifier: BSD-3-Clause
#include "config/transport.h"

#include <stdio.h>
#include <strings.h>

// Keywords of the IANA registry of protocol numbers, as far as carriers see them.
static const char *const names[UINT8_MAX + 1] = {
	[TRANSPORT_ANY] = "any",
	[1] = "icmp",
	[2] = "igmp",
	[4] = "ipv4",
	[TRANSPORT_TCP] = "tcp",
	[TRANSPORT_UDP] = "udp",
	[33] = "dccp",
	[41] = "ipv6",
	[46] = "rsvp",
	[47] = "gre",
	[50] = "esp",
	[51] = "ah",
	[58] = "icmpv6",
	[59] = "ipv6-nonxt",
	[89] = "ospf",
	[97] = "etherip",
	[103] = "pim",
	[112] = "vrrp",
	[115] = "l2tp",
	[132] = "sctp",
	[136] = "udplite",
};

const char *transport_name(uint8_t transport, char text[4])
{
	if (names[transport])
		return names[transport];
	snprintf(text, 4, "%u", transport);
	return text;
}

bool transport_parse(const char *text, uint8_t *transport)
{
	static const uint8_t listed[] = {TRANSPORT_ANY, TRANSPORT_TCP, TRANSPORT_UDP};

	for (size_t i = 0; i < sizeof(listed); i++) {
		if (strcasecmp(text, names[listed[i]]) == 0) {
			*transport = listed[i];
			return true;
		}
	}
	return false;
}
