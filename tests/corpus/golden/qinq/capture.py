# SPDX-License-Identifier: BSD-3-Clause
#
# Two VLAN tags, 802.1ad outside; three are more than the decoder follows.
from craft import SYN, conversation, up

FRAMES = (conversation(tags=[(0x88A8, 300), (0x8100, 100)])
	+ [(1.0, up(SYN, tags=[(0x8100, 1), (0x8100, 2), (0x8100, 3)]))])
