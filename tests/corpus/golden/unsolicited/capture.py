# SPDX-License-Identifier: BSD-3-Clause
#
# A listed server scans: SYNs and datagrams that no subscriber asked for infect nobody. They are
# counted as matched, and dropped where the rule says so.
from craft import SERVER, SUBSCRIBER, SYN, UDP, down, ethernet, ipv4, udp

FRAMES = [(0.0, down(SYN)), (0.1, down(SYN)),
	(0.2, ethernet(ipv4(SERVER, SUBSCRIBER, UDP, udp(6667, 53, b"anybody there?"))))]
