# SPDX-License-Identifier: BSD-3-Clause
#
# GTP-U between a base station and a gateway. An echo request is signalling; a datagram of the same
# port that is no GTP is a datagram.
from craft import SERVER, SUBSCRIBER, UDP, ethernet, gtpu, ipv4, packets, udp

STATION, GATEWAY, PORT = "192.0.2.1", "192.0.2.2", 2152


def tunnel(source, destination, message):
	return ethernet(ipv4(source, destination, UDP, udp(PORT, PORT, message)))


FRAMES = [(number / 10, tunnel(STATION, GATEWAY, gtpu(0xCAFE0001, packet)) if out else
	tunnel(GATEWAY, STATION, gtpu(0xCAFE0002, packet)))
	for number, (out, packet) in enumerate(packets())] + [
	(1.0, tunnel(STATION, GATEWAY, bytes.fromhex("320100040000000000010000"))),
	(1.1, tunnel(SUBSCRIBER, SERVER, b"a bot's own words"))]
