// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The MAC address of one station, as text: "02:00:00:00:00:03".
//
// Pure; any thread.

#include <stdbool.h>
#include <stdint.h>

#define MAC_SIZE 6

// Six bytes of two hexadecimal digits, colons between them. Neither all zeros nor a group's.
bool mac_parse(const char *text, uint8_t mac[MAC_SIZE]);
