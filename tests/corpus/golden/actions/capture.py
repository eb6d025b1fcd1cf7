# SPDX-License-Identifier: BSD-3-Clause
#
# One server whose connections are reset, one whose packets are policed: of seven at once, two pass.
from craft import conversation, up, SYN

FRAMES = conversation() + [(2.0 + number / 1000, up(SYN, server="198.51.100.10"))
	for number in range(7)]
