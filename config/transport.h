// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Transport protocols by their IANA numbers, and `any` for lists that name none (it stands for TCP
// and UDP both).

#include <stdbool.h>
#include <stdint.h>

#define TRANSPORT_ANY 0
#define TRANSPORT_TCP 6
#define TRANSPORT_UDP 17

// "any", "tcp", "udp", "icmp", "icmpv6", ...; a number in text for what has no name here. `text` is
// where a number is written; the result is either `text` or a constant.
const char *transport_name(uint8_t transport, char text[4]);

// What a list may say: "any", "tcp", "udp", in any case. Nothing else.
bool transport_parse(const char *text, uint8_t *transport);
