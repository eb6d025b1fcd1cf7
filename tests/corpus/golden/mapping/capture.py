# SPDX-License-Identifier: BSD-3-Clause
#
# Subscribers by name: alice has two addresses and is one infected subscriber with one contact to
# each server; bob opted out and is neither matched nor touched; carol is exempt: counted, and never
# touched; 100.64.0.9 is in no file and known by its address, after those with names.
from craft import SYN, up

FRAMES = [
	(0.0, up(SYN, subscriber="100.64.0.7")),
	(1.0, up(SYN, subscriber="100.64.1.7")),
	(2.0, up(SYN, subscriber="100.64.1.7", server="198.51.100.10")),
	(3.0, up(SYN, subscriber="100.64.0.8")),
	(4.0, up(SYN, subscriber="100.64.2.1")),
	(5.0, up(SYN, subscriber="100.64.0.9")),
]
