# SPDX-License-Identifier: BSD-3-Clause
#
# DS-Lite (RFC 6333): two homes that both number their hosts 192.168.1.10, and what the first of
# them sends natively from its prefix. A tunnel from elsewhere is nobody's.
from craft import IPV4_IN_IP, SYN, TCP, conversation, ethernet, ipv6, tcp

AFTR, SERVER6 = "2001:db8:ffff::1", "2400:cb00::9"


def home(b4):
	return lambda packet, up: ethernet(
		ipv6(b4 if up else AFTR, AFTR if up else b4, IPV4_IN_IP, packet))


FRAMES = (conversation(subscriber="192.168.1.10", wrap=home("2001:db8:100:100::b4"))
	+ conversation(2.0, subscriber="192.168.1.10", wrap=home("2001:db8:100:2ff::b4"))
	+ [(4.0, ethernet(ipv6("2001:db8:100:1ff::7", SERVER6, TCP, tcp(40000, 6667, SYN))))]
	+ conversation(5.0, subscriber="192.168.1.10", wrap=home("2001:db8:200::b4")))
