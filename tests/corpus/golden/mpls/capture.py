# SPDX-License-Identifier: BSD-3-Clause
#
# Two labels in front of IP, and Ethernet behind a label with a control word and without. The control
# channel is counted, and so is a stack without an end.
from craft import MPLS, ethernet, mpls, packets


def labelled(number, packet):
	if number % 3 == 0:
		return mpls([16, 300], packet)
	return mpls([16], bytes(4 if number % 3 == 1 else 0) + ethernet(packet))


FRAMES = [(number / 10, ethernet(labelled(number, packet), [], MPLS))
	for number, (_, packet) in enumerate(packets())] + [
	(1.0, ethernet(mpls([16, 13], bytes.fromhex("10000007")), [], MPLS)),
	(1.1, ethernet(mpls([16] * 9, bytes(46)), [], MPLS))]
