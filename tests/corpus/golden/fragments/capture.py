# SPDX-License-Identifier: BSD-3-Clause
#
# A later fragment has no ports. Of a rule with a port it is counted apart and passes; a rule for
# any port takes it.
from craft import (
	FRAGMENT, PORT, SERVER, SERVER6, SUBSCRIBER, SUBSCRIBER6, UDP, ethernet, fragment_header,
	ipv4, ipv6, udp)

DATAGRAM = udp(40000, PORT, b"x" * 92)


def halves(server):
	return [ethernet(ipv4(SUBSCRIBER, server, UDP, DATAGRAM[:48], fragment=0x2000)),
		ethernet(ipv4(SUBSCRIBER, server, UDP, DATAGRAM[48:], fragment=6))]


FRAMES = list(enumerate(halves(SERVER) + halves("198.51.100.10") + [
	ethernet(ipv6(SUBSCRIBER6, SERVER6, FRAGMENT, fragment_header(UDP, 0, 1) + DATAGRAM[:48])),
	ethernet(ipv6(SUBSCRIBER6, SERVER6, FRAGMENT, fragment_header(UDP, 48, 0) + DATAGRAM[48:]))]))
