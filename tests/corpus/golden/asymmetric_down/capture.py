# SPDX-License-Identifier: BSD-3-Clause
#
# Only the server's half of a conversation passes here. TCP with ACK can only be a reply, so
# the subscriber is infected.
from craft import ACK, PUSH, SYN, down

FRAMES = [(0.0, down(SYN | ACK)), (0.3, down(PUSH | ACK, b"world"))]
