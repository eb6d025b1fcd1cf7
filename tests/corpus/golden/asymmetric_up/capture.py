# SPDX-License-Identifier: BSD-3-Clause
#
# Only the subscriber's half passes here: payload one way is no conversation.
from craft import ACK, PUSH, SYN, up

FRAMES = [(0.0, up(SYN)), (0.2, up(ACK)), (0.3, up(PUSH | ACK, b"hello"))]
