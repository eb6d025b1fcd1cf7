# SPDX-License-Identifier: BSD-3-Clause
#
# Two sessions within one pair of tags and one within another; their subscribers have the same
# address.
from craft import conversation, ethernet, pppoe


def line(inner, session):
	return lambda packet, up: ethernet(pppoe(session, packet), [(0x88A8, 100), (0x8100, inner)], 0x8864)


FRAMES = (conversation(wrap=line(200, 7)) + conversation(2.0, wrap=line(200, 8))
	+ conversation(4.0, wrap=line(201, 7)))
