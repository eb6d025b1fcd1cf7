# SPDX-License-Identifier: BSD-3-Clause
#
# The server accepts the connection, and says nothing.
from craft import ACK, SYN, down, up

FRAMES = [(0.0, up(SYN)), (0.1, down(SYN | ACK)), (0.2, up(ACK))]
