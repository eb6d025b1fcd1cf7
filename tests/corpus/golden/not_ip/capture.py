# SPDX-License-Identifier: BSD-3-Clause
#
# What carries no IP is forwarded and counted by reason: ARP, STP, a header that ends too early.
from craft import conversation

MACS = bytes.fromhex("ffffffffffff020000000001")
FRAMES = [(0.0, MACS + b"\x08\x06" + bytes(46)), (0.1, MACS + b"\x00\x26" + bytes(46)),
	(0.2, MACS + b"\x08\x00\x45" + bytes(5))] + conversation(1.0)
