# SPDX-License-Identifier: BSD-3-Clause
#
# Most C&C servers are dead: SYNs that nobody answers are a contact from the first one on.
from craft import SYN, up

FRAMES = [(seconds, up(SYN)) for seconds in (0.0, 1.0, 3.0, 7.0)]
