// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/fragment.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define TIMEOUT 100

static struct fragment_part part_of(bool v4, uint32_t identification)
{
	struct fragment_part part = {
		.source = {.bytes = {0x20, 1}},
		.destination = {.bytes = {0x20, 2}},
		.identification = identification,
		.protocol = IPPROTO_UDP,
	};

	if (v4) {
		address_from_v4(&part.source, "\x64\x40\x00\x07");
		address_from_v4(&part.destination, "\xc6\x33\x64\x09");
	}
	return part;
}

static struct fragments *create(uint32_t limit)
{
	struct fragments *fragments = fragments_create(limit, TIMEOUT);

	assert_non_null(fragments);
	return fragments;
}

// Adds it with its identification as the head. Returns whether another one gave way.
static bool put(struct fragments *fragments, const struct fragment_part *part, uint64_t ticks)
{
	bool evicted = false;

	fragments_add(fragments, part, 1, ticks, &evicted)->head = (uint16_t)part->identification;
	return evicted;
}

static bool has(struct fragments *fragments, const struct fragment_part *part, uint64_t ticks)
{
	const struct fragment_memory *memory = fragments_find(fragments, part, 1, ticks);

	if (memory)
		assert_int_equal(memory->head, (uint16_t)part->identification);
	return memory != NULL;
}

static void what_was_added_is_found(void **state)
{
	struct fragments *fragments = create(1024);
	struct fragment_part part;

	(void)state;
	for (uint32_t i = 1; i <= 100; i++) {
		part = part_of(i % 2, i);
		assert_false(has(fragments, &part, 5));
		assert_false(put(fragments, &part, 5));
	}
	for (uint32_t i = 1; i <= 100; i++) {
		part = part_of(i % 2, i);
		assert_true(has(fragments, &part, 5));
		assert_int_equal(fragments_find(fragments, &part, 1, 5)->beginning, UINT16_MAX);
		fragments_forget(fragments, fragments_find(fragments, &part, 1, 5));
		assert_false(has(fragments, &part, 5));
	}
	fragments_free(fragments);
	fragments_free(NULL);
}

static void each_part_of_the_key_matters(void **state)
{
	struct fragments *fragments = create(64);
	const struct fragment_part part = part_of(true, 7);
	struct fragment_part other;

	(void)state;
	put(fragments, &part, 1);
	assert_true(has(fragments, &part, 1));
	other = part;
	other.source.bytes[15] ^= 1;
	assert_false(has(fragments, &other, 1));
	other = part;
	other.destination.bytes[15] ^= 1;
	assert_false(has(fragments, &other, 1));
	other = part;
	other.identification ^= 1 << 16;
	assert_false(has(fragments, &other, 1));
	other = part;
	other.protocol = IPPROTO_TCP;
	assert_false(has(fragments, &other, 1));
	assert_null(fragments_find(fragments, &part, 2, 1)); // another generation
	// What is not of the key.
	other = part;
	other.offset = 8;
	other.length = 9;
	other.more = 1;
	assert_true(has(fragments, &other, 1));
	fragments_free(fragments);
}

// RFC 8200 section 4.5: only the next header of the first one counts.
static void the_protocol_is_no_part_of_an_ipv6_key(void **state)
{
	struct fragments *fragments = create(64);
	struct fragment_part part = part_of(false, 7);

	(void)state;
	put(fragments, &part, 1);
	part.protocol = IPPROTO_DSTOPTS;
	assert_true(has(fragments, &part, 1));
	fragments_free(fragments);
}

static void entries_end_with_their_time(void **state)
{
	struct fragments *fragments = create(64);
	const struct fragment_part part = part_of(true, 7);

	(void)state;
	put(fragments, &part, 1000);
	assert_true(has(fragments, &part, 1000 + TIMEOUT));
	assert_false(has(fragments, &part, 1001 + TIMEOUT));
	assert_true(has(fragments, &part, 1)); // a capture out of order
	// Used again, it begins anew, in its own place.
	assert_false(put(fragments, &part, 1001 + TIMEOUT));
	assert_true(has(fragments, &part, 1001 + 2 * TIMEOUT));
	fragments_free(fragments);
}

static void the_oldest_gives_way(void **state)
{
	struct fragments *fragments = create(1); // one set
	struct fragment_part part;

	(void)state;
	for (uint32_t i = 1; i <= FRAGMENT_WAYS; i++) {
		part = part_of(true, i);
		assert_false(put(fragments, &part, i == 1 ? 50 : 10 + i));
	}
	part = part_of(true, 100);
	assert_true(put(fragments, &part, 60));
	assert_true(has(fragments, &part, 60));
	for (uint32_t i = 1; i <= FRAGMENT_WAYS; i++) {
		part = part_of(true, i);
		assert_int_equal(has(fragments, &part, 60), i != 2);
	}
	// Whose time is over gives way without being missed.
	part = part_of(true, 101);
	assert_false(put(fragments, &part, 14 + TIMEOUT));
	part = part_of(true, 3);
	assert_false(has(fragments, &part, 60));
	fragments_free(fragments);
}

static void capacity_is_what_was_asked_for(void **state)
{
	struct fragments *fragments = create(4096);
	uint32_t evicted = 0, found = 0;
	struct fragment_part part;

	(void)state;
	for (uint32_t i = 1; i <= 8192; i++) {
		part = part_of(true, i);
		evicted += put(fragments, &part, 1);
	}
	for (uint32_t i = 1; i <= 8192; i++) {
		part = part_of(true, i);
		found += has(fragments, &part, 1);
	}
	assert_int_equal(found + evicted, 8192);
	assert_in_range(found, 4096 * 9 / 10, 4096);
	fragments_free(fragments);
}

// Nobody can prepare identifications that crowd one set.
static void tables_are_seeded(void **state)
{
	uint32_t first = 0, different = 0;

	(void)state;
	for (int table = 0; table < 64; table++) {
		struct fragments *fragments = create(4 * FRAGMENT_WAYS);
		uint32_t evicted = 0;

		for (uint32_t i = 1; i <= 3 * FRAGMENT_WAYS; i++) {
			struct fragment_part part = part_of(true, i);

			evicted += put(fragments, &part, 1);
		}
		if (table == 0)
			first = evicted;
		different += evicted != first;
		fragments_free(fragments);
	}
	assert_true(different > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found),
		cmocka_unit_test(each_part_of_the_key_matters),
		cmocka_unit_test(the_protocol_is_no_part_of_an_ipv6_key),
		cmocka_unit_test(entries_end_with_their_time),
		cmocka_unit_test(the_oldest_gives_way),
		cmocka_unit_test(capacity_is_what_was_asked_for),
		cmocka_unit_test(tables_are_seeded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
