// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Addresses and prefixes, IPv4 and IPv6 in one 16-byte form.
//
// An IPv4 address is kept as IPv4-mapped IPv6 (::ffff:0:0/96, RFC 4291 section 2.5.5.2), so that
// one key layout, one table and one comparison serve both families. Prefix lengths count bits of
// that 16-byte form: 192.0.2.0/24 has length 120. Text in and out is always the family's own form.
//
// Pure functions: any thread, no allocation, no errno.

#include <arpa/inet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Longest text of a prefix, with its "/128" and the terminating zero.
#define PREFIX_TEXT_SIZE  (INET6_ADDRSTRLEN + 4)
#define ADDRESS_TEXT_SIZE INET6_ADDRSTRLEN

// Bits of the 16-byte form in front of an IPv4 address.
#define ADDRESS_V4_OFFSET_BITS 96

struct address {
	uint8_t bytes[16];
};

struct prefix {
	struct address address; // host bits are zero
	uint8_t length;         // 0..128, of the 16-byte form
};

static inline bool address_is_v4(const struct address *address)
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

// v4: four bytes in network order.
static inline void address_from_v4(struct address *address, const void *v4)
{
	memset(address->bytes, 0, 10);
	address->bytes[10] = address->bytes[11] = 0xff;
	memcpy(&address->bytes[12], v4, 4);
}

static inline int address_compare(const struct address *a, const struct address *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

// Strict: dotted quad without leading zeros, or RFC 4291 text; no brackets, zone, port or blanks.
// An IPv6 text that spells an IPv4-mapped address yields that IPv4 address.
bool address_parse(const char *text, size_t length, struct address *address);

void address_format(const struct address *address, char text[ADDRESS_TEXT_SIZE]);

// Keeps the first `length` bits (0..128) and clears the rest.
struct address address_mask(const struct address *address, uint8_t length);

// The last address inside the prefix.
struct address prefix_last(const struct prefix *prefix);

// "192.0.2.0/24", "2001:db8::/32", or an address alone (a host prefix). Host bits that are set
// make it false: 192.0.2.7/24 is more often a slip than a wish.
bool prefix_parse(const char *text, size_t length, struct prefix *prefix);

// A host prefix is written as its address alone.
void prefix_format(const struct prefix *prefix, char text[PREFIX_TEXT_SIZE]);

// The families are apart: an IPv6 prefix as short as ::/0 contains no IPv4 address.
bool prefix_contains(const struct prefix *prefix, const struct address *address);
