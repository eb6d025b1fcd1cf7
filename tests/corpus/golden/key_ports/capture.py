# SPDX-License-Identifier: BSD-3-Clause
#
# Outside a CGN: two subscribers share an address, and nobody can tell whose a later fragment is.
from craft import SYN, TCP, conversation, ethernet, ipv4, up

SHARED, ANY = "203.0.113.1", "198.51.100.10"
FRAMES = (conversation(subscriber=SHARED, source_port=1024)
	+ conversation(2.0, subscriber=SHARED, source_port=2047)
	+ conversation(4.0, subscriber=SHARED, source_port=2048)
	+ [(6.0, ethernet(ipv4(SHARED, ANY, TCP, b"x" * 64, fragment=0x0020)))])
