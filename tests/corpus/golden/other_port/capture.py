# SPDX-License-Identifier: BSD-3-Clause
#
# A listed host on a port that is not listed is noticed and never acted on.
from craft import SYN, conversation, up

FRAMES = conversation(port=80) + [(1.0, up(SYN))]
