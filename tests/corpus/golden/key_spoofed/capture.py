# SPDX-License-Identifier: BSD-3-Clause
#
# Softwires on a link that is told by innermost addresses: what comes up has a source that is no
# subscriber's, so nobody is blamed for it.
from craft import IPV4_IN_IP, conversation, ethernet, ipv6

B4, AFTR = "2001:db8:100:100::b4", "2001:db8:ffff::1"


def home(packet, up):
	return ethernet(ipv6(B4 if up else AFTR, AFTR if up else B4, IPV4_IN_IP, packet))


FRAMES = conversation(subscriber="192.168.1.10", wrap=home)
