# SPDX-License-Identifier: BSD-3-Clause
#
# Never-block prefixes beat every list, at any level; special-use addresses and subscribers are
# protected without being named.
from craft import SYN, conversation, up

FRAMES = conversation() + [(1.0, up(SYN, server="192.168.1.1")), (2.0, up(SYN, server="100.64.0.8")),
	(3.0, up(SYN, server="198.51.100.10"))]
