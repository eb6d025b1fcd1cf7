# SPDX-License-Identifier: BSD-3-Clause
#
# IPv4 in IPv6, with the encapsulation limit of RFC 2473 and without. The carrier's end of the tunnel
# has a listed address too: that is not whom the subscriber speaks to.
from craft import (
	DESTINATION, IPV4_IN_IP, SERVER6, SUBSCRIBER6, ethernet, ipv6, options_header, packets)


def softwire(number, out, packet):
	ends = (SUBSCRIBER6, SERVER6) if out else (SERVER6, SUBSCRIBER6)
	if number % 2:
		return ipv6(*ends, DESTINATION, options_header(IPV4_IN_IP) + packet)
	return ipv6(*ends, IPV4_IN_IP, packet)


FRAMES = [(number / 10, ethernet(softwire(number, out, packet)))
	for number, (out, packet) in enumerate(packets())]
