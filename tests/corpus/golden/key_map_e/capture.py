# SPDX-License-Identifier: BSD-3-Clause
#
# MAP-E (RFC 7597) in front of its border relay: two homes share an IPv4 address by ports, each in
# a tunnel of its own.
from craft import IPV4_IN_IP, conversation, ethernet, ipv6

SHARED, RELAY = "203.0.113.1", "2001:db8:ffff::2"


def home(edge):
	return lambda packet, up: ethernet(
		ipv6(edge if up else RELAY, RELAY if up else edge, IPV4_IN_IP, packet))


FRAMES = (conversation(subscriber=SHARED, source_port=1040,
		wrap=home("2001:db8:100:100:0:cb00:7101:41"))
	+ conversation(2.0, subscriber=SHARED, source_port=1056,
		wrap=home("2001:db8:100:200:0:cb00:7101:42")))
