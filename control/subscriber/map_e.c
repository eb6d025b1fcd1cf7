// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/map_e.h"

#define V4_BITS   32u
#define PORT_BITS 16u

// Bits of the rule's IPv4 prefix, counted as people do.
static uint8_t v4_length(const struct config_map_e *rule)
{
	return (uint8_t)(rule->ipv4.length - ADDRESS_V4_OFFSET_BITS);
}

uint8_t map_e_psid_length(const struct config_map_e *rule)
{
	const unsigned bits = v4_length(rule) + rule->ea_length;

	return bits > V4_BITS ? (uint8_t)(bits - V4_BITS) : 0;
}

// Bits of M.
static uint8_t tail_length(const struct config_map_e *rule)
{
	return (uint8_t)(PORT_BITS - rule->psid_offset - map_e_psid_length(rule));
}

static uint64_t low_bits(uint64_t value, unsigned count)
{
	return value & ((UINT64_C(1) << count) - 1);
}

static uint32_t v4_of(const struct address *address)
{
	const uint8_t *bytes = &address->bytes[12];

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

// `count` bits of the address from bit `from`.
static uint64_t bits_get(const struct address *address, unsigned from, unsigned count)
{
	uint64_t value = 0;

	for (unsigned bit = from; bit < from + count; bit++)
		value = value << 1 | ((unsigned)address->bytes[bit / 8] >> (7 - bit % 8) & 1u);
	return value;
}

static void bits_set(struct address *address, unsigned from, unsigned count, uint64_t value)
{
	for (unsigned i = 0; i < count; i++) {
		const unsigned bit = from + i;

		if (value >> (count - 1 - i) & 1)
			address->bytes[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
	}
}

uint64_t map_e_ea_bits(const struct config_map_e *rule, const struct address *inside)
{
	return bits_get(inside, rule->ipv6.length, rule->ea_length);
}

struct prefix map_e_customer(const struct config_map_e *rule, uint64_t ea_bits)
{
	struct prefix prefix = rule->ipv6;

	prefix.length = (uint8_t)(rule->ipv6.length + rule->ea_length);
	bits_set(&prefix.address, rule->ipv6.length, rule->ea_length, ea_bits);
	return prefix;
}

enum map_e_fit map_e_inside(const struct config_map_e *rule, const struct address *address,
	uint16_t port, struct prefix *prefix)
{
	const uint8_t psid_length = map_e_psid_length(rule);
	const unsigned suffix_length = V4_BITS - v4_length(rule);
	const uint64_t suffix = low_bits(v4_of(address), suffix_length);
	const uint64_t psid = low_bits((uint64_t)port >> tail_length(rule), psid_length);
	uint64_t ea;

	if (!prefix_contains(&rule->ipv4, address))
		return MAP_E_OUTSIDE;
	if (psid_length > 0 && rule->psid_offset > 0 &&
		port >> (PORT_BITS - rule->psid_offset) == 0)
		return MAP_E_RESERVED;
	if (rule->ea_length >= suffix_length)
		ea = suffix << psid_length | psid;
	else
		ea = suffix >> (suffix_length - rule->ea_length);
	*prefix = map_e_customer(rule, ea);
	return MAP_E_FITS;
}

uint16_t map_e_block_last(const struct config_map_e *rule, uint16_t port)
{
	if (map_e_psid_length(rule) == 0)
		return UINT16_MAX;
	return (uint16_t)(port | low_bits(UINT16_MAX, tail_length(rule)));
}

uint32_t map_e_outside(
	const struct config_map_e *rule, const struct address *inside, struct prefix *outside)
{
	const uint8_t psid_length = map_e_psid_length(rule);
	const unsigned suffix_length = V4_BITS - v4_length(rule);
	const unsigned own = rule->ea_length < suffix_length ? rule->ea_length : suffix_length;

	*outside = rule->ipv4;
	outside->length = (uint8_t)(rule->ipv4.length + own);
	bits_set(&outside->address, rule->ipv4.length, own,
		bits_get(inside, rule->ipv6.length, own));
	if (psid_length == 0 || rule->psid_offset == 0)
		return 1;
	return (1u << rule->psid_offset) - 1;
}

void map_e_block(const struct config_map_e *rule, const struct address *inside, uint32_t block,
	uint16_t *first, uint16_t *last)
{
	const uint8_t psid_length = map_e_psid_length(rule), tail = tail_length(rule);
	const uint64_t psid = bits_get(
		inside, (unsigned)rule->ipv6.length + rule->ea_length - psid_length, psid_length);
	const uint32_t head = rule->psid_offset > 0 ? block + 1 : 0;

	*first = 0;
	*last = UINT16_MAX;
	if (psid_length == 0)
		return;
	*first = (uint16_t)(head << (psid_length + tail) | psid << tail);
	*last = map_e_block_last(rule, *first);
}
