# SPDX-License-Identifier: BSD-3-Clause
#
# L2TP between an access concentrator and an ISP. A hello is control.
from craft import UDP, ethernet, ipv4, l2tp, packets, udp

LAC, LNS, PORT = "192.0.2.1", "192.0.2.2", 1701


def tunnel(source, destination, message):
	return ethernet(ipv4(source, destination, UDP, udp(PORT, PORT, message)))


FRAMES = [(number / 10, tunnel(LAC, LNS, l2tp(7, 1, packet)) if out else
	tunnel(LNS, LAC, l2tp(9, 1, packet))) for number, (out, packet) in enumerate(packets())] + [
	(1.0, tunnel(LAC, LNS, bytes.fromhex("c80200140007000000010001") +
		bytes.fromhex("8008000000000006")))]
