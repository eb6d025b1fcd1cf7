// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// MAP-E (RFC 7597 section 5): a basic mapping rule computes which customer's IPv6 prefix an IPv4
// address and port stand for, and the other way round.
//
// With r the length of the rule's IPv4 prefix and o that of its EA bits (section 5.2):
//
//     end-user IPv6 prefix = rule IPv6 prefix | EA bits
//     EA bits              = the 32 - r last bits of the IPv4 address | PSID    if r + o > 32
//                            the first o of those bits                          else
//
// A port is A | PSID | M (section 5.1): A of psid_offset bits, the PSID of r + o - 32, M of the
// rest. Ports with A = 0 belong to nobody, unless there are no A bits or no PSID: with the default
// offset of 6 these are the system ports 0 to 1023.
//
// Pure.

#include "config/config.h"

enum map_e_fit {
	MAP_E_OUTSIDE,  // the address is none of the rule's
	MAP_E_RESERVED, // the rule gives that port to nobody
	MAP_E_FITS,
};

// Bits of the PSID; 0: an address is not shared. The configuration has checked that all fits.
uint8_t map_e_psid_length(const struct config_map_e *rule);

// The end-user prefix, rule length + EA bits long.
enum map_e_fit map_e_inside(const struct config_map_e *rule, const struct address *address,
	uint16_t port, struct prefix *prefix);

// The last port of the contiguous block that `port` lies in, all of whose ports are one customer's.
uint16_t map_e_block_last(const struct config_map_e *rule, uint16_t port);

// The EA bits of an address inside the rule's IPv6 prefix, and the end-user prefix that has them.
uint64_t map_e_ea_bits(const struct config_map_e *rule, const struct address *inside);
struct prefix map_e_customer(const struct config_map_e *rule, uint64_t ea_bits);

// What an end-user prefix, which must lie in the rule's, has of IPv4: the prefix, and how many
// blocks of ports; block i of them begins at *first and ends at *last.
uint32_t map_e_outside(
	const struct config_map_e *rule, const struct address *inside, struct prefix *outside);
void map_e_block(const struct config_map_e *rule, const struct address *inside, uint32_t block,
	uint16_t *first, uint16_t *last);
