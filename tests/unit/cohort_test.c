// SPDX-License-Identifier: BSD-3-Clause

// Who is in the cohort of a trial: the hash by its reference vectors, the share, and who is not
// asked at all.

#include "dataplane/api/cohort.h"

#include "control/subscriber/group.h"

#include <sodium.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct cohort make_cohort(uint16_t per_mille)
{
	struct cohort cohort = {.trial = 1, .per_mille = per_mille};

	for (uint8_t i = 0; i < COHORT_KEY_SIZE; i++)
		cohort.key[i] = i;
	return cohort;
}

// The hash of the bytes 0, 1, 2 ... under the key 00 .. 0f, as the paper's reference code has it
// (vectors_sip64 of github.com/veorq/SipHash, read as little-endian numbers).
static void test_reference_vectors(void **state)
{
	static const struct {
		size_t size;
		uint64_t hash;
	} vectors[] = {
		{0, UINT64_C(0x726fdb47dd0e0e31)},
		{1, UINT64_C(0x74f839c593dc67fd)},
		{8, UINT64_C(0x93f5f5799a932462)},
		{15, UINT64_C(0xa129ca6149be45e5)},
	};
	const struct cohort cohort = make_cohort(0);
	uint8_t bytes[16];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		// 1000 x the hash as a fraction of 2^64.
		const uint64_t high = (vectors[i].hash >> 32) * 1000;
		const uint64_t low = (vectors[i].hash & UINT32_MAX) * 1000;
		const uint16_t place = (uint16_t)((high + (low >> 32)) >> 32);

		assert_int_equal(cohort_place(cohort.key, bytes, vectors[i].size), place);
	}
}

static void test_share_is_what_was_said(void **state)
{
	static const uint16_t shares[] = {0, 1, 100, 500, 999, 1000};
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		const struct cohort cohort = make_cohort(shares[i]);
		int inside = 0;

		for (int subscriber = 0; subscriber < 100000; subscriber++) {
			snprintf(name, sizeof(name), "subscriber-%d", subscriber);
			inside += cohort_of_name(&cohort, name) == COHORT_TREATED;
		}
		// Four standard deviations are at most 633 of 100,000.
		assert_in_range(
			inside, shares[i] < 7 ? 0 : shares[i] * 100 - 633, shares[i] * 100 + 633);
		if (shares[i] == 0 || shares[i] == 1000)
			assert_int_equal(inside, shares[i] * 100);
	}
}

static void test_larger_cohort_includes_smaller(void **state)
{
	const struct cohort small = make_cohort(100), large = make_cohort(300);
	char name[32];

	(void)state;
	for (int subscriber = 0; subscriber < 10000; subscriber++) {
		snprintf(name, sizeof(name), "%d", subscriber);
		if (cohort_of_name(&small, name) == COHORT_TREATED)
			assert_int_equal(cohort_of_name(&large, name), COHORT_TREATED);
	}
}

static void test_other_key_is_another_draw(void **state)
{
	const struct cohort one = make_cohort(500);
	struct cohort other = one;
	int same = 0;
	char name[32];

	(void)state;
	other.key[7] ^= 1;
	for (int subscriber = 0; subscriber < 10000; subscriber++) {
		snprintf(name, sizeof(name), "%d", subscriber);
		same += cohort_of_name(&one, name) == cohort_of_name(&other, name);
	}
	assert_in_range(same, 4800, 5200);
}

static void test_who_may_not_be_touched_is_in_neither(void **state)
{
	const struct cohort everybody = make_cohort(1000), none = {0};
	const struct subscriber_key key = {.length = 128};

	(void)state;
	for (uint8_t flags = 0; flags < 16; flags++) {
		const bool refused = flags & (SUBSCRIBER_FLAG_OPT_OUT | SUBSCRIBER_FLAG_EXEMPT);
		const bool agreed = flags & SUBSCRIBER_FLAG_CONSENTED;

		assert_int_equal(group_of_name(&everybody, "alice", flags, CONSENT_OPT_OUT),
			refused ? COHORT_NEITHER : COHORT_TREATED);
		assert_int_equal(group_of_name(&everybody, "alice", flags, CONSENT_OPT_IN),
			refused || !agreed ? COHORT_NEITHER : COHORT_TREATED);
		assert_int_equal(group_of_key(&everybody, &key, flags, CONSENT_OPT_IN),
			refused || !agreed ? COHORT_NEITHER : COHORT_TREATED);
		assert_int_equal(
			group_of_name(&none, "alice", flags, CONSENT_OPT_OUT), COHORT_NEITHER);
	}
}

// Numbers of links change with the configuration, and who is in the cohort must not.
static void test_link_number_means_nothing(void **state)
{
	const struct cohort cohort = make_cohort(500);
	int treated = 0;

	(void)state;
	for (uint16_t vlan = 1; vlan < 1000; vlan++) {
		const struct link_ids here = {.link = 0, .outer_vlan = vlan};
		const struct link_ids there = {.link = 5, .outer_vlan = vlan};
		const struct subscriber_key a = subscriber_key_on_link(SUBSCRIBER_VLAN, &here);
		const struct subscriber_key b = subscriber_key_on_link(SUBSCRIBER_VLAN, &there);

		assert_int_equal(cohort_of_key(&cohort, &a), cohort_of_key(&cohort, &b));
		treated += cohort_of_key(&cohort, &a) == COHORT_TREATED;
	}
	assert_in_range(treated, 430, 570);
}

static void test_flags_decide_before_the_key(void **state)
{
	const struct cohort nobody = make_cohort(0), everybody = make_cohort(1000), none = {0};
	const struct subscriber_key key = {.length = 128};
	const uint8_t both = SUBSCRIBER_FLAG_COHORT | SUBSCRIBER_FLAG_CONTROL;

	(void)state;
	assert_int_equal(cohort_of_packet(&nobody, &key, SUBSCRIBER_FLAG_COHORT), COHORT_TREATED);
	assert_int_equal(
		cohort_of_packet(&everybody, &key, SUBSCRIBER_FLAG_CONTROL), COHORT_CONTROL);
	assert_int_equal(cohort_of_packet(&everybody, &key, both), COHORT_CONTROL);
	assert_int_equal(cohort_of_packet(&everybody, &key, 0), COHORT_TREATED);
	assert_int_equal(cohort_of_packet(&nobody, &key, 0), COHORT_CONTROL);
	assert_int_equal(cohort_of_packet(&none, &key, SUBSCRIBER_FLAG_CONTROL), COHORT_NEITHER);
	assert_int_equal(cohort_flag(COHORT_TREATED), SUBSCRIBER_FLAG_COHORT);
	assert_int_equal(cohort_flag(COHORT_CONTROL), SUBSCRIBER_FLAG_CONTROL);
	assert_int_equal(cohort_flag(COHORT_NEITHER), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_vectors),
		cmocka_unit_test(test_share_is_what_was_said),
		cmocka_unit_test(test_larger_cohort_includes_smaller),
		cmocka_unit_test(test_other_key_is_another_draw),
		cmocka_unit_test(test_who_may_not_be_touched_is_in_neither),
		cmocka_unit_test(test_link_number_means_nothing),
		cmocka_unit_test(test_flags_decide_before_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
