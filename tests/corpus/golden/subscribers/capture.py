# SPDX-License-Identifier: BSD-3-Clause
#
# Contacts are ordered by subscriber, then address; two contacts of one subscriber are one infected
# subscriber.
from craft import SYN, up

FRAMES = [(0.0, up(SYN, subscriber="100.64.0.9")), (1.0, up(SYN, server="198.51.100.10")),
	(2.0, up(SYN)), (3.0, up(SYN, subscriber="100.64.0.9"))]
