// SPDX-License-Identifier: BSD-3-Clause
#include "control/guard.h"

#include "config/prefix_set.h"
#include "control/never_block.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The IANA special-purpose registries (RFC 6890, RFC 8190), as of 2026, and what else is nobody's
// server. The longest prefix that holds an address decides; `listable` ones are the gap of guard.h
// and the address space in use.
static const struct special_use {
	const char *prefix;
	bool listable;
} special_uses[] = {
	// https://www.iana.org/assignments/iana-ipv4-special-registry/
	{"0.0.0.0/8", false},       // "this network", RFC 791
	{"10.0.0.0/8", false},      // private use, RFC 1918
	{"100.64.0.0/10", false},   // shared address space of CGN, RFC 6598
	{"127.0.0.0/8", false},     // loopback, RFC 1122
	{"169.254.0.0/16", false},  // link local, RFC 3927
	{"172.16.0.0/12", false},   // private use, RFC 1918
	{"192.0.0.0/24", false},    // IETF protocol assignments, RFC 6890; DS-Lite, RFC 7335; PCP
	{"192.0.2.0/24", true},     // documentation, RFC 5737
	{"192.31.196.0/24", false}, // AS112 anycast, RFC 7535
	{"192.52.193.0/24", false}, // AMT relays, anycast, RFC 7450
	{"192.88.99.0/24", false},  // 6to4 relays, anycast, deprecated by RFC 7526
	{"192.168.0.0/16", false},  // private use, RFC 1918
	{"192.175.48.0/24", false}, // AS112 anycast, RFC 7534
	{"198.18.0.0/15", true},    // benchmarks, RFC 2544
	{"198.51.100.0/24", true},  // documentation, RFC 5737
	{"203.0.113.0/24", true},   // documentation, RFC 5737
	{"224.0.0.0/4", false},     // multicast, RFC 5771
	{"240.0.0.0/4", false},     // reserved, RFC 1112; limited broadcast, RFC 919

	// https://www.iana.org/assignments/ipv6-address-space/: 2000::/3 is all that is given out
	// as global unicast. The rest covers ::1, IPv4-compatible (RFC 4291), 64:ff9b::/96 (NAT64,
	// RFC 6052: it names an IPv4 server, which has to stand its own check), 64:ff9b:1::/48
	// (RFC 8215), 100::/64 (discard, RFC 6666), 5f00::/16 (SRv6, RFC 9602), fc00::/7 (RFC
	// 4193), fe80::/10, fec0::/10 (site local, RFC 3879) and ff00::/8 (multicast).
	{"::/3", false}, {"4000::/2", false}, {"8000::/1", false},

	// https://www.iana.org/assignments/iana-ipv6-special-registry/, within 2000::/3
	{"2001::/23", false},         // IETF protocol assignments, RFC 2928; Teredo, ORCHID
	{"2001:2::/48", true},        // benchmarks, RFC 5180
	{"2001:db8::/32", true},      // documentation, RFC 3849
	{"2002::/16", false},         // 6to4, RFC 3056: it names an IPv4 host, as NAT64 does
	{"2620:4f:8000::/48", false}, // AS112 anycast, RFC 7534
	{"3fff::/20", true},          // documentation, RFC 9637
};

#define SPECIAL_USE_COUNT (sizeof(special_uses) / sizeof(*special_uses))

// Prefixes that protect for one reason.
struct shield {
	struct prefix *prefixes;
	size_t count, room;
	struct prefix_set *set;
};

struct guard {
	struct shield special, own;
	struct never_block *never;
	struct never_block *sinkholes; // files of the same form, to another end
};

_Static_assert(GUARD_DIGEST_SIZE == crypto_hash_sha256_BYTES, "SHA-256");
_Static_assert(GUARD_TEXT_SIZE >= NEVER_BLOCK_TEXT_SIZE && GUARD_TEXT_SIZE >= PREFIX_TEXT_SIZE,
	"room for whatever protects");

static bool shield_add(struct shield *shield, const struct prefix *prefix)
{
	if (shield->count == shield->room) {
		size_t room = shield->room ? 2 * shield->room : 64;
		struct prefix *prefixes = realloc(shield->prefixes, room * sizeof(*prefixes));
		if (!prefixes)
			return false;
		shield->prefixes = prefixes;
		shield->room = room;
	}
	shield->prefixes[shield->count++] = *prefix;
	return true;
}

static bool shield_close(struct shield *shield)
{
	shield->set = prefix_set_create(shield->prefixes, shield->count);
	return shield->set;
}

static void shield_clear(struct shield *shield)
{
	prefix_set_free(shield->set);
	free(shield->prefixes);
}

static const struct prefix *shield_find(const struct shield *shield, const struct address *address)
{
	int index = prefix_set_find(shield->set, address);
	return index < 0 ? NULL : &shield->prefixes[index];
}

// IPv4-mapped addresses, the form in which IPv4 is kept, lie inside ::/3: they are looked at as
// IPv4 only.
static bool add_special_uses(struct shield *special)
{
	static const struct prefix v4 = {
		.address.bytes = {[10] = 0xff, [11] = 0xff}, .length = ADDRESS_V4_OFFSET_BITS};
	for (size_t i = 0; i < SPECIAL_USE_COUNT; i++) {
		struct prefix prefix;
		const char *text = special_uses[i].prefix;
		bool parsed = prefix_parse(text, strlen(text), &prefix);
		assert(parsed);
		(void)parsed;
		if (!shield_add(special, &prefix))
			return false;
	}
	return shield_add(special, &v4);
}

struct guard *guard_create(const struct config *config, char *error, size_t error_size)
{
	struct guard *guard = calloc(1, sizeof(*guard));
	if (!guard || !add_special_uses(&guard->special))
		goto out_of_memory;
	for (size_t i = 0; i < config->subscribers.prefix_count; i++)
		if (!shield_add(&guard->own, &config->subscribers.prefixes[i]))
			goto out_of_memory;
	guard->never = never_block_create();
	guard->sinkholes = never_block_create();
	if (!guard->never || !guard->sinkholes)
		goto out_of_memory;
	for (size_t i = 0; i < config->never_block_count; i++)
		if (never_block_read(guard->never, config->never_block[i], error, error_size) < 0)
			goto failed;
	for (size_t i = 0; i < config->sinkhole_count; i++)
		if (never_block_read(guard->sinkholes, config->sinkholes[i], error, error_size) < 0)
			goto failed;
	if (shield_close(&guard->special) && shield_close(&guard->own) &&
		never_block_seal(guard->never) && never_block_seal(guard->sinkholes))
		return guard;

out_of_memory:
	snprintf(error, error_size, "out of memory for the protected prefixes");
failed:
	guard_free(guard);
	return NULL;
}

void guard_free(struct guard *guard)
{
	if (!guard)
		return;
	shield_clear(&guard->special);
	shield_clear(&guard->own);
	never_block_free(guard->never);
	never_block_free(guard->sinkholes);
	free(guard);
}

static const struct prefix *find_special_use(
	const struct guard *guard, const struct address *address)
{
	int index = prefix_set_find(guard->special.set, address);
	// Behind the table is the prefix of all IPv4 addresses, which are in use.
	if (index < 0 || (size_t)index >= SPECIAL_USE_COUNT || special_uses[index].listable)
		return NULL;
	return &guard->special.prefixes[index];
}

bool guard_allows(const struct guard *guard, const struct address *address,
	enum feed_reason *reason, char protected_by[GUARD_TEXT_SIZE])
{
	const struct prefix *prefix = find_special_use(guard, address);
	*reason = FEED_SPECIAL_USE;
	if (!prefix) {
		prefix = shield_find(&guard->own, address);
		*reason = FEED_OWN_PREFIX;
	}
	if (prefix) {
		if (protected_by)
			prefix_format(prefix, protected_by);
		return false;
	}
	*reason = FEED_NEVER_BLOCK;
	return !never_block_protects(guard->never, address, protected_by);
}

bool guard_allows_domain(const struct guard *guard, const char *domain, enum feed_reason *reason,
	char protected_by[GUARD_TEXT_SIZE])
{
	*reason = FEED_NEVER_BLOCK;
	return !never_block_protects_domain(guard->never, domain, protected_by);
}

bool guard_knows_sinkhole(
	const struct guard *guard, const struct address *address, char told_by[GUARD_TEXT_SIZE])
{
	return never_block_protects(guard->sinkholes, address, told_by);
}

bool guard_knows_sinkhole_domain(
	const struct guard *guard, const char *domain, char told_by[GUARD_TEXT_SIZE])
{
	return never_block_protects_domain(guard->sinkholes, domain, told_by);
}

void guard_digest(const struct guard *guard, uint8_t digest[GUARD_DIGEST_SIZE])
{
	uint8_t digests[2][GUARD_DIGEST_SIZE];
	never_block_digest(guard->never, digests[0]);
	never_block_digest(guard->sinkholes, digests[1]);
	crypto_hash_sha256(digest, digests[0], sizeof(digests));
}

void guard_summarize(const struct guard *guard, struct guard_summary *summary)
{
	*summary = (struct guard_summary){
		.files = never_block_files(guard->never),
		.prefixes = never_block_prefixes(guard->never),
		.domains = never_block_domains(guard->never),
	};
}
