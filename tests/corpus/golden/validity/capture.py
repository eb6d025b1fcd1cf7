# SPDX-License-Identifier: BSD-3-Clause
#
# Validity is judged by the capture's clock, whatever today is.
from craft import SYN, up

FRAMES = [(0.0, up(SYN)), (1.0, up(SYN, server="198.51.100.10"))]
