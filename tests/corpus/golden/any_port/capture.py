# SPDX-License-Identifier: BSD-3-Clause
#
# A level 4 entry without a port acts on all ports: one contact, with the port seen first. Below
# level 4 such an entry is refused.
from craft import SYN, up

FRAMES = [(0.0, up(SYN, port=23)), (1.0, up(SYN, port=2323)),
	(2.0, up(SYN, server="198.51.100.10"))]
