# SPDX-License-Identifier: BSD-3-Clause
#
# UDP: one contact, by the transport that was seen, though the list says any. Padding is no
# payload: the empty datagram back leaves it at answered for the second server.
from craft import SUBSCRIBER, UDP, ethernet, ipv4, udp


def ask(server, payload):
	return ethernet(ipv4(SUBSCRIBER, server, UDP, udp(40000, 8888, payload)))


def answer(server, payload):
	return ethernet(ipv4(server, SUBSCRIBER, UDP, udp(8888, 40000, payload)))


FRAMES = [(0.0, ask("198.51.100.9", b"ping")), (0.1, answer("198.51.100.9", b"pong")),
	(1.0, ask("198.51.100.10", b"ping")), (1.1, answer("198.51.100.10", b""))]
