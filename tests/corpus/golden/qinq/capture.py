# SPDX-License-Identifier: BSD-3-Clause
#
# Two VLAN tags, 802.1ad outside; five are more than the decoder follows.
from craft import SYN, conversation, up

FRAMES = (conversation(tags=[(0x88A8, 300), (0x8100, 100)])
	+ [(1.0, up(SYN, tags=[(0x8100, tag) for tag in range(1, 6)]))])
