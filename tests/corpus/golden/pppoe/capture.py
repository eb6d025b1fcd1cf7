# SPDX-License-Identifier: BSD-3-Clause
#
# PPPoE over two VLAN tags, as an access network hands it over. Discovery, PPP's own protocols and a
# session that is none are counted.
from craft import PPPOE, ethernet, packets, pppoe

TAGS = [(0x88A8, 300), (0x8100, 100)]
FRAMES = [(number / 10, ethernet(pppoe(0x1234, packet), TAGS, PPPOE))
	for number, (_, packet) in enumerate(packets())] + [
	(1.0, ethernet(bytes.fromhex("110900000000"), TAGS, 0x8863)),
	(1.1, ethernet(bytes.fromhex("110012340006c021") + bytes.fromhex("01010004"), TAGS, PPPOE)),
	(1.2, ethernet(bytes.fromhex("210012340006c021") + bytes.fromhex("01010004"), TAGS, PPPOE))]
