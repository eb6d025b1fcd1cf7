# SPDX-License-Identifier: BSD-3-Clause
#
# Packets that hide their ports, to listed servers: nine extension headers; a TCP header that ends
# before the ports do. What the capture cut off is not hidden by anybody, and eight headers or
# another server are nobody's business.
from craft import (DESTINATION, PORT, SERVER, SERVER6, SUBSCRIBER, SUBSCRIBER6, SYN, TCP, ethernet,
	ipv4, ipv6, options_header, tcp, up)


def chain(source, destination, segment, headers):
	return ethernet(ipv6(source, destination, DESTINATION,
		options_header(DESTINATION) * (headers - 1) + options_header(TCP) + segment))


FRAMES = [(0.0, chain(SUBSCRIBER6, SERVER6, tcp(40000, PORT, SYN), 9)),
	(0.1, chain(SERVER6, SUBSCRIBER6, tcp(PORT, 40000, SYN), 9)),
	(0.2, chain(SUBSCRIBER6, SERVER6, tcp(40000, 80, SYN), 8)),
	(0.3, chain(SUBSCRIBER6, "2400:cb00::1", tcp(40000, PORT, SYN), 9)),
	(0.4, ethernet(ipv4(SUBSCRIBER, SERVER, TCP, tcp(40000, PORT, SYN)[:3]))),
	(0.5, up(SYN), 36),
	# Too many headers are too many, however much of them the capture has.
	(0.6, chain(SUBSCRIBER6, SERVER6, tcp(40000, PORT, SYN), 20), 200)]
