# SPDX-License-Identifier: BSD-3-Clause
#
# Two lines whose subscribers have the same address, and a third that is nobody's: its outer tag is
# not among the subscribers'. One tag alone is no pair.
from craft import SYN, conversation, up

FRAMES = (conversation(tags=[(0x88A8, 100), (0x8100, 200)])
	+ conversation(2.0, tags=[(0x88A8, 100), (0x8100, 201)])
	+ conversation(4.0, tags=[(0x88A8, 300), (0x8100, 200)])
	+ [(6.0, up(SYN, tags=[(0x88A8, 100)]))])
