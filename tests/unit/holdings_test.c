// SPDX-License-Identifier: BSD-3-Clause
#include "control/holdings.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/bound_store.h"

static struct holdings *read_all(const struct identity *identity)
{
	char error[512] = "";
	struct holdings *holdings = holdings_read(store, &config, identity, error, sizeof(error));

	if (holdings == NULL)
		fail_msg("%s", error);
	return holdings;
}

// Each as "PREFIX=FLAGS", in order.
static void assert_holdings(const struct identity *identity, const char *expected)
{
	struct holdings *holdings = read_all(identity);
	char text[1024] = "", prefix[PREFIX_TEXT_SIZE];
	size_t count, used = 0;
	const struct flagged_prefix *prefixes = holdings_prefixes(holdings, &count);

	for (size_t i = 0; i < count; i++) {
		prefix_format(&prefixes[i].prefix, prefix);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s=%u",
			i == 0 ? "" : " ", prefix, prefixes[i].flags);
	}
	assert_string_equal(text, expected);
	holdings_release(holdings);
}

static void of_names_with_flags_only(void **state)
{
	const struct identity *identity = map("olga,,,,opt-out\nwalt,,,,watch\nwalt,,,,exempt\n");

	(void)state;
	assert_holdings(identity, "");
	hold("100.64.0.1", "olga", 10, BINDING_OPEN);
	hold("100.64.0.2", "bob", 10, BINDING_OPEN);
	hold("100.64.0.3", "walt", 10, BINDING_OPEN);
	hold("100.64.0.4", "olga", 10, 20);
	hold("2001:db8:0:100::/56", "olga", 10, BINDING_OPEN);
	assert_holdings(identity, "100.64.0.1=1 100.64.0.3=12 2001:db8:0:100::/56=1");
	// The address goes on to somebody else.
	hold("100.64.0.1", "bob", 30, BINDING_OPEN);
	assert_holdings(identity, "100.64.0.3=12 2001:db8:0:100::/56=1");
}

// A mapping is of the day it was written.
static void who_holds_what_the_mapping_flags(void **state)
{
	const struct identity *identity = map("olga,100.64.0.0/30,,,opt-out\n");

	(void)state;
	hold("100.64.0.1", "bob", 10, BINDING_OPEN);
	hold("100.64.0.4", "bob", 10, BINDING_OPEN);
	assert_holdings(identity, "100.64.0.1=0");
	// From around it as well.
	hold("100.64.0.0/24", "carol", 10, BINDING_OPEN);
	assert_holdings(identity, "100.64.0.0/24=0 100.64.0.1=0");
}

static void others_within_what_is_flagged(void **state)
{
	const struct identity *identity = map("olga,,,,opt-out\n");

	(void)state;
	hold("2001:db8::/48", "olga", 10, BINDING_OPEN);
	hold("2001:db8:0:100::/56", "bob", 10, BINDING_OPEN);
	assert_holdings(identity, "2001:db8::/48=1 2001:db8:0:100::/56=0");
}

static void prefixes_longer_than_keys(void **state)
{
	const struct identity *identity =
		map("olga,,,,opt-out\nwalt,,,,watch\nnina,2001:db8:0:300::/56,,,exempt\n");

	(void)state;
	hold("2001:db8:0:142::/64", "walt", 10, BINDING_OPEN);
	assert_holdings(identity, "2001:db8:0:100::/56=8");
	// Of two within a key neither is known by it, but one of them is not to be touched.
	hold("2001:db8:0:143::/64", "olga", 10, BINDING_OPEN);
	assert_holdings(identity, "2001:db8:0:100::/56=1");
	// Bob alone within what is Nina's by the mapping; then with somebody else.
	hold("2001:db8:0:301::/64", "bob", 10, BINDING_OPEN);
	assert_holdings(identity, "2001:db8:0:100::/56=1 2001:db8:0:300::/56=0");
	hold("2001:db8:0:302::/64", "carol", 10, BINDING_OPEN);
	assert_holdings(identity, "2001:db8:0:100::/56=1 2001:db8:0:300::/56=4");
}

static void what_a_change_meets(void **state)
{
	const struct identity *identity = map("olga,,,,opt-out\nnina,100.64.7.0/24,,,watch\n");
	struct holdings *holdings;
	const struct {
		const char *prefix;
		bool met;
	} rows[] = {
		{"2001:db8::/48", true},
		{"2001:db8:0:100::/56", true},
		{"2001:db8::/32", true},
		{"2001:db8:1::/56", false},
		{"2001:db7::/32", false},
		{"100.64.7.9", true},
		{"100.64.0.0/16", true},
		{"100.64.8.1", false},
		{"100.64.6.255", false},
	};

	(void)state;
	hold("2001:db8::/48", "olga", 10, BINDING_OPEN);
	holdings = read_all(identity);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct prefix prefix = prefix_of(rows[i].prefix);

		if (holdings_meet(holdings, identity, &prefix) != rows[i].met)
			fail_msg("%s", rows[i].prefix);
	}
	holdings_release(holdings);
}

static void the_same_are_the_same(void **state)
{
	const struct identity *identity = map("olga,,,,opt-out\n");
	struct holdings *none, *before, *after;

	(void)state;
	none = read_all(identity);
	hold("100.64.0.1", "olga", 10, BINDING_OPEN);
	before = read_all(identity);
	hold("100.64.0.1", "olga", 20, BINDING_OPEN);
	after = read_all(identity);
	assert_true(holdings_same(before, after));
	assert_false(holdings_same(none, before));
	assert_false(holdings_same(NULL, none));
	assert_true(holdings_same(NULL, NULL));
	holdings_release(holdings_hold(none));
	holdings_release(none);
	holdings_release(before);
	holdings_release(after);
}

static void a_store_that_fails_is_told(void **state)
{
	const struct identity *identity = map("olga,,,,opt-out\n");
	char error[512] = "";

	(void)state;
	hold("100.64.0.1", "olga", 10, BINDING_OPEN);
	assert_int_equal(store_script(store, "ALTER TABLE binding RENAME TO elsewhere"), 0);
	assert_null(holdings_read(store, &config, identity, error, sizeof(error)));
	assert_non_null(strstr(error, STORE_FILE));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bound_set_up, bound_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_names_with_flags_only),
		TEST(who_holds_what_the_mapping_flags),
		TEST(others_within_what_is_flagged),
		TEST(prefixes_longer_than_keys),
		TEST(what_a_change_meets),
		TEST(the_same_are_the_same),
		TEST(a_store_that_fails_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
