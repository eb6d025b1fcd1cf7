# SPDX-License-Identifier: BSD-3-Clause
#
# Shadow mode says what would have been dropped, and forwards it.
from craft import conversation

FRAMES = conversation()
