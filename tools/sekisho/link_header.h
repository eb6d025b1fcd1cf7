// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a capture puts in front of the network layer, where that is not Ethernet.
//
// Ports only ever carry Ethernet, so these headers are the business of what reads captures alone:
// they are skipped here, and the decoders of the data plane begin behind them. Numbers and layouts:
// https://www.tcpdump.org/linktypes.html. Pure.

#include "dataplane/decode/decode.h"

#include <stddef.h>
#include <stdint.h>

struct link_header {
	enum layer first;       // what follows; LAYER_UNDECODED: see `undecoded`
	size_t size;            // bytes to skip
	enum counter undecoded; // why nothing that follows can be told
};

// `link_type` is libpcap's DLT_*; `captured` bytes at `frame`.
struct link_header link_header_parse(int link_type, const uint8_t *frame, size_t captured);
