# SPDX-License-Identifier: BSD-3-Clause
#
# IPv6 behind hop-by-hop and destination options. The subscriber is the delegated /56.
from craft import (
	ACK, DESTINATION, HOP_BY_HOP, PORT, PUSH, SERVER6, SUBSCRIBER6, SYN, TCP, ethernet, ipv6,
	options_header, tcp)


def chain(source, destination, segment):
	return ethernet(ipv6(source, destination, HOP_BY_HOP,
		options_header(DESTINATION) + options_header(TCP) + segment))


FRAMES = [(0.0, chain(SUBSCRIBER6, SERVER6, tcp(40000, PORT, SYN))),
	(0.1, chain(SERVER6, SUBSCRIBER6, tcp(PORT, 40000, SYN | ACK))),
	(0.2, chain(SUBSCRIBER6, SERVER6, tcp(40000, PORT, PUSH | ACK, b"hello"))),
	(0.3, chain(SERVER6, SUBSCRIBER6, tcp(PORT, 40000, PUSH | ACK, b"world")))]
