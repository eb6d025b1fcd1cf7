// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/range_table.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static struct range prefix_range(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, strlen(text), &prefix));
	return range_of_prefix(&prefix);
}

static struct range_point point(const char *text)
{
	return prefix_range(text).first;
}

static uint32_t find(const struct range_table *table, const struct range_point *at)
{
	const size_t index = range_table_find(table, at);
	struct range range;

	if (index == range_table_count(table))
		return RANGE_NOBODY;
	return range_table_at(table, index, &range);
}

static void the_narrowest_decides(void **state)
{
	static const char *const prefixes[] = {
		"192.0.2.0/24", "192.0.2.0/25", "192.0.2.0", "192.0.2.128/26", "192.0.3.0/24"};
	static const struct {
		const char *address;
		uint32_t value;
	} expected[] = {{"192.0.1.255", RANGE_NOBODY}, {"192.0.2.0", 2}, {"192.0.2.1", 1},
		{"192.0.2.127", 1}, {"192.0.2.128", 3}, {"192.0.2.191", 3}, {"192.0.2.192", 0},
		{"192.0.2.255", 0}, {"192.0.3.0", 4}, {"192.0.3.255", 4},
		{"192.0.4.0", RANGE_NOBODY}, {"2001:db8::1", RANGE_NOBODY}};
	struct range_table *table = range_table_create();

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		const struct range range = prefix_range(prefixes[i]);

		assert_true(range_table_add(table, &range, i));
	}
	assert_true(range_table_seal(table));
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct range_point at = point(expected[i].address);

		assert_int_equal(find(table, &at), expected[i].value);
	}
	range_table_free(table);
}

static void ports_lie_within_an_address(void **state)
{
	struct range whole = prefix_range("203.0.113.1"), block = whole, next = whole;
	struct range_table *table = range_table_create();
	struct range_point at = whole.first;
	struct range range;

	(void)state;
	whole.first.kind = whole.last.kind = SUBSCRIBER_PORTS;
	block = next = whole;
	block.first.port = 1024;
	block.last.port = 2047;
	next.first.port = 65535;
	assert_true(range_table_add(table, &whole, 7));
	assert_true(range_table_add(table, &block, 8));
	assert_true(range_table_add(table, &next, 9));
	assert_true(range_table_seal(table));
	assert_int_equal(find(table, &at), RANGE_NOBODY); // of another kind
	at.kind = SUBSCRIBER_PORTS;
	assert_int_equal(find(table, &at), 7);
	at.port = 1024;
	assert_int_equal(find(table, &at), 8);
	at.port = 2047;
	assert_int_equal(find(table, &at), 8);
	at.port = 2048;
	assert_int_equal(find(table, &at), 7);
	at.port = 65535;
	assert_int_equal(find(table, &at), 9);
	at = range_point_after(&at);
	assert_int_equal(find(table, &at), RANGE_NOBODY);
	assert_int_equal(range_table_at(table, 1, &range), 8);
	assert_int_equal(range.first.port, 1024);
	assert_int_equal(range.last.port, 2047);
	range_table_free(table);
}

static void the_last_address_ends_its_kind(void **state)
{
	const struct range last = prefix_range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	struct range_table *table = range_table_create();
	struct range_point at = last.last, next;
	struct range range;

	(void)state;
	assert_true(range_table_add(table, &last, 1));
	assert_true(range_table_seal(table));
	assert_int_equal(find(table, &at), 1);
	next = range_point_after(&at);
	assert_int_equal(next.kind, SUBSCRIBER_PORTS);
	assert_int_equal(find(table, &next), RANGE_NOBODY);
	next = range_point_before(&next);
	assert_int_equal(range_point_compare(&next, &at), 0);
	assert_int_equal(range_table_at(table, 0, &range), 1);
	assert_int_equal(range_point_compare(&range.last, &at), 0);
	range_table_free(table);
}

static void nothing_is_nobodys(void **state)
{
	struct range_table *table = range_table_create();
	const struct range_point at = point("192.0.2.1");

	(void)state;
	assert_true(range_table_seal(table));
	assert_int_equal(range_table_count(table), 0);
	assert_int_equal(find(table, &at), RANGE_NOBODY);
	range_table_free(table);
	range_table_free(NULL);
}

#define RANDOM_COUNT 400
#define SPACE        4096

static int by_range(const void *a, const void *b)
{
	return range_compare(a, b);
}

// Against the obvious way: of all that hold a point the narrowest.
static void as_the_obvious_way_finds(void **state)
{
	struct range ranges[RANDOM_COUNT];
	struct range_table *table = range_table_create();
	uint32_t seed = 12345;

	(void)state;
	for (size_t i = 0; i < RANDOM_COUNT; i++) {
		struct prefix prefix = {.length = 128};

		seed = seed * 1664525 + 1013904223;
		prefix.length = (uint8_t)(128 - (seed >> 28) % 12);
		prefix.address.bytes[10] = prefix.address.bytes[11] = 0xff;
		prefix.address.bytes[14] = (uint8_t)(seed >> 8 & 0x0f);
		prefix.address.bytes[15] = (uint8_t)(seed >> 16);
		prefix.address = address_mask(&prefix.address, prefix.length);
		ranges[i] = range_of_prefix(&prefix);
	}
	qsort(ranges, RANDOM_COUNT, sizeof(ranges[0]), by_range);
	for (uint32_t i = 0; i < RANDOM_COUNT; i++)
		assert_true(range_table_add(table, &ranges[i], i));
	assert_true(range_table_seal(table));
	for (uint32_t i = 0; i < SPACE; i++) {
		struct range_point at = point("0.0.0.0");
		uint32_t found;
		const struct range *best = NULL;

		at.address.bytes[14] = (uint8_t)(i >> 8);
		at.address.bytes[15] = (uint8_t)i;
		for (size_t j = 0; j < RANDOM_COUNT; j++)
			if (range_point_compare(&ranges[j].first, &at) <= 0 &&
				range_point_compare(&at, &ranges[j].last) <= 0)
				best = &ranges[j]; // sorted: the later one is the narrower
		found = find(table, &at);
		if (best == NULL)
			assert_int_equal(found, RANGE_NOBODY);
		else
			assert_int_equal(range_compare(&ranges[found], best), 0);
	}
	range_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_narrowest_decides),
		cmocka_unit_test(ports_lie_within_an_address),
		cmocka_unit_test(the_last_address_ends_its_kind),
		cmocka_unit_test(nothing_is_nobodys),
		cmocka_unit_test(as_the_obvious_way_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
