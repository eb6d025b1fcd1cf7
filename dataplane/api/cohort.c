// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/api/cohort.h"

#include "dataplane/api/generation_layout.h"

#include <sodium.h>

#include <string.h>

uint16_t cohort_place(const uint8_t key[COHORT_KEY_SIZE], const void *bytes, size_t size)
{
	uint8_t hash[crypto_shorthash_siphash24_BYTES];
	uint64_t value = 0;

	_Static_assert(COHORT_KEY_SIZE == crypto_shorthash_siphash24_KEYBYTES, "a SipHash key");
	crypto_shorthash_siphash24(hash, bytes, size, key);
	// Little-endian, as SipHash defines it.
	for (size_t i = sizeof(hash); i > 0; i--)
		value = value << 8 | hash[i - 1];
	// The upper bits of the product: as even as 64 bits allow, and no division.
	return (uint16_t)(((unsigned __int128)value * COHORT_PER_MILLE) >> 64);
}

static enum cohort_group draw(const struct cohort *cohort, const void *bytes, size_t size)
{
	if (cohort->trial == 0)
		return COHORT_NEITHER;
	return cohort_place(cohort->key, bytes, size) < cohort->per_mille ? COHORT_TREATED
									  : COHORT_CONTROL;
}

enum cohort_group cohort_of_name(const struct cohort *cohort, const char *name)
{
	return draw(cohort, name, strlen(name));
}

enum cohort_group cohort_of_key(const struct cohort *cohort, const struct subscriber_key *key)
{
	struct subscriber_key drawn = *key;

	if (subscriber_key_has_link(key)) {
		struct link_ids ids = subscriber_key_ids(key);

		ids.link = 0;
		drawn = subscriber_key_on_link((enum subscriber_key_kind)key->kind, &ids);
	}
	return draw(cohort, &drawn, sizeof(drawn));
}

uint8_t cohort_flag(enum cohort_group group)
{
	return group == COHORT_TREATED   ? SUBSCRIBER_FLAG_COHORT
	       : group == COHORT_CONTROL ? SUBSCRIBER_FLAG_CONTROL
					 : 0;
}

enum cohort_group cohort_of_packet(
	const struct cohort *cohort, const struct subscriber_key *key, uint8_t flags)
{
	if (cohort->trial == 0)
		return COHORT_NEITHER;
	if (flags & SUBSCRIBER_FLAG_CONTROL)
		return COHORT_CONTROL;
	if (flags & SUBSCRIBER_FLAG_COHORT)
		return COHORT_TREATED;
	return cohort_of_key(cohort, key);
}

const char *cohort_group_name(enum cohort_group group)
{
	return group == COHORT_TREATED ? "cohort" : group == COHORT_CONTROL ? "control" : "";
}
