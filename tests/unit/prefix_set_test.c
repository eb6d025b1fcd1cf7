// SPDX-License-Identifier: BSD-3-Clause
#include "config/prefix_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct prefix_set *set_of(const char *const texts[], size_t count)
{
	struct prefix prefixes[32];
	struct prefix_set *set;

	assert_true(count <= sizeof(prefixes) / sizeof(prefixes[0]));
	for (size_t i = 0; i < count; i++)
		assert_true(prefix_parse(texts[i], strlen(texts[i]), &prefixes[i]));
	set = prefix_set_create(prefixes, count);
	assert_non_null(set);
	return set;
}

static int found(const struct prefix_set *set, const char *text)
{
	struct address address;

	assert_true(address_parse(text, strlen(text), &address));
	return prefix_set_find(set, &address);
}

static void empty_set_holds_nothing(void **state)
{
	struct prefix_set *set = prefix_set_create(NULL, 0);

	(void)state;
	assert_non_null(set);
	assert_int_equal(prefix_set_count(set), 0);
	assert_int_equal(found(set, "0.0.0.0"), -1);
	assert_int_equal(found(set, "::"), -1);
	assert_int_equal(found(set, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), -1);
	prefix_set_free(set);
	prefix_set_free(NULL);
}

static void longest_prefix_is_named(void **state)
{
	static const char *const texts[] = {"192.0.2.128/25", "192.0.0.0/16", "192.0.2.0/24",
		"192.0.2.200", "198.51.100.0/24", "192.0.2.0/24"};
	struct prefix_set *set = set_of(texts, 6);

	(void)state;
	assert_int_equal(prefix_set_count(set), 6);
	assert_int_equal(found(set, "191.255.255.255"), -1);
	assert_int_equal(found(set, "192.0.0.0"), 1);
	assert_int_equal(found(set, "192.0.1.255"), 1);
	assert_int_equal(found(set, "192.0.2.0"), 2); // of equal ones the first
	assert_int_equal(found(set, "192.0.2.127"), 2);
	assert_int_equal(found(set, "192.0.2.128"), 0);
	assert_int_equal(found(set, "192.0.2.200"), 3);
	assert_int_equal(found(set, "192.0.2.201"), 0);
	assert_int_equal(found(set, "192.0.2.255"), 0);
	assert_int_equal(found(set, "192.0.3.0"), 1);
	assert_int_equal(found(set, "192.1.0.0"), -1);
	assert_int_equal(found(set, "198.51.100.255"), 4);
	assert_int_equal(found(set, "198.51.101.0"), -1);
	prefix_set_free(set);
}

static void families_are_apart(void **state)
{
	static const char *const v6_only[] = {"::/0"};
	static const char *const v4_only[] = {"0.0.0.0/0"};
	static const char *const both[] = {"::/0", "0.0.0.0/0", "255.255.255.255"};
	struct prefix_set *set = set_of(v6_only, 1);

	(void)state;
	assert_int_equal(found(set, "::"), 0);
	assert_int_equal(found(set, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 0);
	assert_int_equal(found(set, "192.0.2.1"), -1);
	prefix_set_free(set);

	set = set_of(v4_only, 1);
	assert_int_equal(found(set, "0.0.0.0"), 0);
	assert_int_equal(found(set, "255.255.255.255"), 0);
	assert_int_equal(found(set, "::fffe:ffff:ffff"), -1);
	assert_int_equal(found(set, "::1:0:0:0"), -1);
	prefix_set_free(set);

	set = set_of(both, 3);
	assert_int_equal(found(set, "2001:db8::1"), 0);
	assert_int_equal(found(set, "192.0.2.1"), 1);
	assert_int_equal(found(set, "255.255.255.255"), 2);
	assert_int_equal(found(set, "::1:0:0:0"), 0);
	prefix_set_free(set);
}

// All 129 lengths at once, around one address.
static void nesting_may_be_as_deep_as_addresses_are_long(void **state)
{
	struct prefix prefixes[129];
	struct prefix_set *set;
	struct address address;

	(void)state;
	assert_true(address_parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 39, &address));
	for (unsigned int i = 0; i <= 128; i++) {
		prefixes[i].length = (uint8_t)i;
		prefixes[i].address = address_mask(&address, (uint8_t)i);
	}
	set = prefix_set_create(prefixes, 129);
	assert_non_null(set);
	assert_int_equal(prefix_set_find(set, &address), 128);
	for (unsigned int i = 0; i < 128; i++) {
		struct address other = address;

		other.bytes[i / 8] ^= (uint8_t)(0x80u >> (i % 8)); // shares the first i bits
		assert_int_equal(prefix_set_find(set, &other), i);
	}
	prefix_set_free(set);
}

static int find_by_walking(
	const struct prefix *prefixes, size_t count, const struct address *address)
{
	int best = -1;

	for (size_t i = 0; i < count; i++) {
		if (prefix_contains(&prefixes[i], address) &&
			(best < 0 || prefixes[i].length > prefixes[best].length))
			best = (int)i;
	}
	return best;
}

static uint32_t random_next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u; // Numerical Recipes
	return *state >> 8;
}

// In a small corner of the address space, so that prefixes often nest, touch and repeat.
static void random_sets_agree_with_a_walk(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct prefix prefixes[24];
		size_t count = random_next(&seed) % 25;
		struct prefix_set *set;

		for (size_t i = 0; i < count; i++) {
			struct address address = {{0}};
			uint8_t length = (uint8_t)(120 + random_next(&seed) % 9);
			bool v4 = random_next(&seed) % 2;

			address.bytes[10] = address.bytes[11] = v4 ? 0xff : 0;
			address.bytes[15] = (uint8_t)random_next(&seed);
			prefixes[i] = (struct prefix){address_mask(&address, length), length};
		}
		set = prefix_set_create(prefixes, count);
		assert_non_null(set);
		for (unsigned int i = 0; i < 512; i++) {
			struct address address = {{0}};

			address.bytes[10] = address.bytes[11] = i & 256u ? 0xff : 0;
			address.bytes[15] = (uint8_t)i;
			assert_int_equal(prefix_set_find(set, &address),
				find_by_walking(prefixes, count, &address));
		}
		prefix_set_free(set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_set_holds_nothing),
		cmocka_unit_test(longest_prefix_is_named),
		cmocka_unit_test(families_are_apart),
		cmocka_unit_test(nesting_may_be_as_deep_as_addresses_are_long),
		cmocka_unit_test(random_sets_agree_with_a_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
