# SPDX-License-Identifier: BSD-3-Clause
#
# The capture kept only the first bytes: enough for the ports, or not. Bytes are those on the wire.
from craft import ACK, PUSH, SYN, up

FRAMES = [(0.0, up(PUSH | ACK, b"x" * 946), 54), (0.1, up(SYN), 30), (0.2, up(SYN), 13)]
