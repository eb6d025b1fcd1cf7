# SPDX-License-Identifier: BSD-3-Clause
#
# An entry's own max_action caps what policy allows.
from craft import SYN, up

FRAMES = [(0.0, up(SYN)), (1.0, up(SYN, server="198.51.100.10"))]
