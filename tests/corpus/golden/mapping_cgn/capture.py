# SPDX-License-Identifier: BSD-3-Clause
#
# Outside a CGN: two blocks of ports of one address are two subscribers, known by the inside
# addresses that the pool gives them to. One is named; one opted out by its inside address and is
# not matched; of one nothing but the inside address is known. A port of the pool's that is given to
# nobody stays what it is.
from craft import SYN, TCP, ethernet, ipv4, tcp


def frame(port):
	return ethernet(ipv4("203.0.113.1", "198.51.100.9", TCP, tcp(port, 6667, SYN)))


FRAMES = [(0.0, frame(1024)), (1.0, frame(1040)), (2.0, frame(2048)), (3.0, frame(3072)),
	(4.0, frame(1000))]
