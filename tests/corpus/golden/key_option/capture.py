# SPDX-License-Identifier: BSD-3-Clause
#
# A configuration without links, and the key on the command line.
from craft import conversation

FRAMES = conversation(tags=[(0x8100, 100)]) + conversation(2.0, tags=[(0x8100, 101)])
