# SPDX-License-Identifier: BSD-3-Clause
#
# A rule for TCP says nothing of UDP on the same port: that is another port.
from craft import PORT, SERVER, SUBSCRIBER, SYN, UDP, ethernet, ipv4, udp, up

FRAMES = [(0.0, up(SYN)),
	(0.1, ethernet(ipv4(SUBSCRIBER, SERVER, UDP, udp(40000, PORT, b"datagram"))))]
