# SPDX-License-Identifier: BSD-3-Clause
#
# Enforce mode drops what policy says, both ways; alerts of the same run and benign traffic pass.
from craft import PUSH, ACK, conversation, down, up

FRAMES = (conversation() + conversation(1.0, server="198.51.100.10")
	+ [(2.0, up(PUSH | ACK, b"benign", server="198.51.100.80", port=80)),
	(2.1, down(ACK, server="198.51.100.80", port=80))])
