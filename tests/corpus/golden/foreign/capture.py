# SPDX-License-Identifier: BSD-3-Clause
#
# A listed server talks to an address outside the subscriber prefixes: nobody of ours. Towards
# it, such a packet comes from the network's side and is looked up by its source, which is not listed.
from craft import conversation

FRAMES = conversation(subscriber="203.0.113.5")
