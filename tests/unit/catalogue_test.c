// SPDX-License-Identifier: BSD-3-Clause
#include "control/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/catalogue_row.h"

#include <stdio.h>
#include <stdlib.h>

#define NOW_S 1000

static void add(struct catalogue *catalogue, uint16_t feed, uint32_t line, struct feed_row row)
{
	assert_true(catalogue_add(catalogue, feed, line, &row));
}

static const struct indicator *find(
	const struct catalogue *catalogue, const char *address, uint16_t port, uint8_t transport)
{
	struct address parsed = address_of(address);
	return catalogue_find(catalogue, &parsed, port, transport);
}

static void empty(void **state)
{
	(void)state;
	struct catalogue *catalogue = catalogue_create();
	assert_true(catalogue_seal(catalogue, NOW_S));
	assert_int_equal(catalogue_count(catalogue), 0);
	assert_int_equal(catalogue_next_expiry(catalogue), 0);
	assert_null(find(catalogue, "192.0.2.1", 80, TRANSPORT_TCP));
	catalogue_release(catalogue);
	catalogue_release(NULL);
}

static void keys_are_distinct_and_ordered(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		uint16_t port;
		uint8_t transport;
	} keys[] = {
		{"192.0.2.1", 0, TRANSPORT_ANY},
		{"192.0.2.1", 80, TRANSPORT_ANY},
		{"192.0.2.1", 80, TRANSPORT_TCP},
		{"192.0.2.1", 80, TRANSPORT_UDP},
		{"192.0.2.1", 443, TRANSPORT_TCP},
		{"192.0.2.2", 1, TRANSPORT_TCP},
		{"198.51.100.1", 1, TRANSPORT_TCP},
		{"2001:db8::1", 1, TRANSPORT_TCP},
	};
	enum { KEYS = sizeof(keys) / sizeof(*keys) };
	struct catalogue *catalogue = catalogue_create();
	struct feed_row domain = {.is_domain = true, .domain = "b.example", .level = 1};
	add(catalogue, 0, 1, domain);
	domain.domain = "a.example";
	add(catalogue, 0, 2, domain);
	add(catalogue, 1, 2, domain);
	for (int i = KEYS - 1; i >= 0; i--)
		add(catalogue, 0, 3, row_of(keys[i].address, keys[i].port, keys[i].transport, 2));
	assert_int_equal(catalogue_rows(catalogue), KEYS + 3);
	assert_true(catalogue_seal(catalogue, NOW_S));

	assert_int_equal(catalogue_count(catalogue), KEYS + 2);
	for (size_t i = 0; i < KEYS; i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);
		assert_false(indicator->is_domain);
		assert_int_equal(indicator->port, keys[i].port);
		assert_int_equal(indicator->transport, keys[i].transport);
		assert_ptr_equal(find(catalogue, keys[i].address, keys[i].port, keys[i].transport),
			indicator);
	}
	assert_true(catalogue_at(catalogue, KEYS)->is_domain);
	assert_string_equal(catalogue_at(catalogue, KEYS)->domain, "a.example");
	assert_int_equal(catalogue_at(catalogue, KEYS)->source_count, 2);
	assert_string_equal(catalogue_at(catalogue, KEYS + 1)->domain, "b.example");
	assert_null(find(catalogue, "192.0.2.1", 443, TRANSPORT_ANY));
	assert_null(find(catalogue, "192.0.2.3", 1, TRANSPORT_TCP));
	catalogue_release(catalogue);
}

static struct feed_row source(uint8_t level, uint8_t confidence, enum action max_action,
	int64_t valid_until_s, const char *family)
{
	struct feed_row row = row_of("192.0.2.1", 80, TRANSPORT_TCP, level);
	row.confidence = confidence;
	row.max_action = max_action;
	row.valid_until_s = valid_until_s;
	row.family = family;
	return row;
}

static void merges_sources(void **state)
{
	(void)state;
	struct catalogue *catalogue = catalogue_create();
	add(catalogue, 0, 10, source(2, 90, ACTION_SINKHOLE, NOW_S + 5, "gafgyt"));
	add(catalogue, 1, 11, source(3, 40, ACTION_RESET, NOW_S + 9, NULL));
	add(catalogue, 2, 12, source(3, 30, ACTION_DROP, NOW_S + 7, "mirai"));
	add(catalogue, 3, 13, source(4, 100, ACTION_ALERT, NOW_S, "expired"));
	assert_true(catalogue_seal(catalogue, NOW_S));
	assert_int_equal(catalogue_count(catalogue), 1);
	const struct indicator *indicator = catalogue_at(catalogue, 0);
	assert_int_equal(indicator->level, 3);
	assert_int_equal(indicator->confidence, 90);
	assert_int_equal(indicator->max_action, ACTION_DROP);
	assert_int_equal(indicator->valid_until_s, NOW_S + 9);
	assert_string_equal(indicator->family, "mirai");
	assert_int_equal(indicator->source_count, 3);
	assert_int_equal(indicator->sources[0].feed, 1);
	assert_int_equal(indicator->sources[0].line, 11);
	assert_int_equal(indicator->sources[1].feed, 2);
	assert_int_equal(indicator->sources[2].feed, 0);
	assert_int_equal(catalogue_next_expiry(catalogue), NOW_S + 5);
	catalogue_release(catalogue);
}

// Whichever source is one: what is told of the address holds for the indicator.
static void caps_sinkholes(void **state)
{
	(void)state;
	struct catalogue *catalogue = catalogue_create();
	struct feed_row told = source(4, 100, ACTION_SINKHOLE, 0, NULL);
	told.sinkhole = "sinkholes.txt:1 192.0.2.1";
	add(catalogue, 0, 1, source(4, 100, ACTION_RESET, 0, NULL));
	add(catalogue, 1, 1, told);
	assert_true(catalogue_seal(catalogue, NOW_S));
	const struct indicator *indicator = catalogue_at(catalogue, 0);
	assert_int_equal(indicator->max_action, ACTION_ALERT);
	assert_int_equal(indicator->level, 4);
	assert_string_equal(indicator->sinkhole, "sinkholes.txt:1 192.0.2.1");
	catalogue_release(catalogue);
}

static void validity(void **state)
{
	(void)state;
	struct catalogue *catalogue = catalogue_create();
	add(catalogue, 0, 1, source(4, 1, ACTION_DROP, NOW_S + 1, NULL));
	add(catalogue, 1, 1, source(1, 1, ACTION_DROP, 0, NULL));
	struct feed_row gone = row_of("192.0.2.2", 80, TRANSPORT_TCP, 4);
	gone.valid_until_s = NOW_S; // exclusive
	add(catalogue, 0, 2, gone);
	assert_true(catalogue_seal(catalogue, NOW_S));
	assert_int_equal(catalogue_count(catalogue), 1);
	assert_int_equal(catalogue_at(catalogue, 0)->valid_until_s, 0);
	assert_int_equal(catalogue_next_expiry(catalogue), NOW_S + 1);
	assert_null(find(catalogue, "192.0.2.2", 80, TRANSPORT_TCP));
	catalogue_release(catalogue);
}

static void strings_are_copied(void **state)
{
	(void)state;
	char family[] = "mirai", country[] = "JP", reference[] = "https://example";
	struct catalogue *catalogue = catalogue_create();
	struct feed_row row = source(3, 1, ACTION_DROP, 0, family);
	row.country = country;
	row.reference = reference;
	row.asn = row.source = "x";
	row.domain = "cnc.example";
	add(catalogue, 0, 1, row);
	family[0] = country[0] = reference[0] = '?';
	assert_true(catalogue_seal(catalogue, NOW_S));
	const struct indicator_source *kept = catalogue_at(catalogue, 0)->sources;
	assert_string_equal(kept->family, "mirai");
	assert_string_equal(kept->country, "JP");
	assert_string_equal(kept->reference, "https://example");
	assert_string_equal(kept->asn, "x");
	assert_string_equal(kept->source, "x");
	assert_string_equal(kept->domain, "cnc.example");
	assert_null(catalogue_at(catalogue, 0)->domain);
	catalogue_release(catalogue);
}

static void cut_leaves_nothing_behind(void **state)
{
	(void)state;
	struct catalogue *catalogue = catalogue_create();
	add(catalogue, 0, 1, row_of("192.0.2.1", 80, TRANSPORT_TCP, 1));
	size_t rows = catalogue_rows(catalogue);
	add(catalogue, 1, 1, row_of("192.0.2.1", 80, TRANSPORT_TCP, 4));
	add(catalogue, 1, 2, row_of("192.0.2.2", 80, TRANSPORT_TCP, 4));
	catalogue_cut(catalogue, rows);
	add(catalogue, 2, 1, row_of("192.0.2.3", 80, TRANSPORT_TCP, 4));
	assert_true(catalogue_seal(catalogue, NOW_S));
	assert_int_equal(catalogue_count(catalogue), 2);
	assert_int_equal(catalogue_at(catalogue, 0)->level, 1);
	assert_int_equal(catalogue_at(catalogue, 1)->sources[0].feed, 2);
	catalogue_release(catalogue);
}

static void held_outlives_release(void **state)
{
	(void)state;
	struct catalogue *catalogue = catalogue_create();
	add(catalogue, 0, 1, source(3, 40, ACTION_RESET, 0, "mirai"));
	assert_true(catalogue_seal(catalogue, NOW_S));
	assert_ptr_equal(catalogue_hold(catalogue), catalogue);
	catalogue_release(catalogue);
	assert_string_equal(catalogue_at(catalogue, 0)->family, "mirai");
	catalogue_release(catalogue);
}

// Many rows against a slow and simple count: 3000 rows over 1000 keys, found by all.
static void many(void **state)
{
	(void)state;
	struct catalogue *catalogue = catalogue_create();
	for (uint32_t i = 0; i < 3000; i++) {
		char text[ADDRESS_TEXT_SIZE];
		uint32_t key = i * 7919 % 1000;
		snprintf(text, sizeof(text), "198.18.%u.%u", key / 100, key % 100);
		add(catalogue, (uint16_t)(i / 1000), i, row_of(text, 80, TRANSPORT_TCP, 1));
	}
	assert_true(catalogue_seal(catalogue, NOW_S));
	assert_int_equal(catalogue_count(catalogue), 1000);
	for (size_t i = 0; i < 1000; i++) {
		const struct indicator *indicator = catalogue_at(catalogue, i);
		assert_int_equal(indicator->source_count, 3);
		for (uint16_t feed = 0; feed < 3; feed++)
			assert_int_equal(indicator->sources[feed].feed, feed);
		assert_ptr_equal(catalogue_find(catalogue, &indicator->address, 80, TRANSPORT_TCP),
			indicator);
	}
	catalogue_release(catalogue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(keys_are_distinct_and_ordered),
		cmocka_unit_test(merges_sources),
		cmocka_unit_test(caps_sinkholes),
		cmocka_unit_test(validity),
		cmocka_unit_test(strings_are_copied),
		cmocka_unit_test(cut_leaves_nothing_behind),
		cmocka_unit_test(held_outlives_release),
		cmocka_unit_test(many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
