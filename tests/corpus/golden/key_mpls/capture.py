# SPDX-License-Identifier: BSD-3-Clause
#
# The bottom label tells two circuits with the same address apart, whatever lies above it and
# whatever entropy label (RFC 6790) below; one label is not among the subscribers'.
from craft import conversation, ethernet, mpls


def circuit(*labels):
	return lambda packet, up: ethernet(mpls(labels, packet), ethertype=0x8847)


FRAMES = (conversation(wrap=circuit(24001, 1000)) + conversation(2.0, wrap=circuit(1000, 1001))
	+ conversation(4.0, wrap=circuit(1000, 7, 4711)) + conversation(6.0, wrap=circuit(24001)))
