# SPDX-License-Identifier: BSD-3-Clause
#
# A closed port answers with a bare RST. That is no C&C: the contact stays an attempt.
from craft import ACK, RST, SYN, down, up

FRAMES = [(0.0, up(SYN)), (0.1, down(RST | ACK)), (1.0, up(SYN)), (1.1, down(RST | ACK))]
