// SPDX-License-Identifier: BSD-3-Clause

// Which keys a change of a binding reaches; what follows from it is tested with both daemons.

#include "control/handover.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "config/config.h"

static void assert_reach(
	const struct config_subscribers *config, const char *prefix, const char *expected)
{
	char text[PREFIX_TEXT_SIZE];
	struct prefix changed, reach;

	assert_true(prefix_parse(prefix, strlen(prefix), &changed));
	reach = handover_reach(config, &changed);
	prefix_format(&reach, text);
	assert_string_equal(text, expected);
}

static void keys_around_and_within(void **state)
{
	const struct config_subscribers config = {.v4_length = 24, .v6_length = 56};

	(void)state;
	assert_reach(&config, "2001:db8:0:142::/64", "2001:db8:0:100::/56");
	assert_reach(&config, "2001:db8:0:142::1", "2001:db8:0:100::/56");
	assert_reach(&config, "2001:db8:0:100::/56", "2001:db8:0:100::/56");
	assert_reach(&config, "2001:db8::/48", "2001:db8::/48");
	assert_reach(&config, "192.0.2.7", "192.0.2.0/24");
	assert_reach(&config, "192.0.0.0/16", "192.0.0.0/16");
}

static void customers_of_map_e(void **state)
{
	struct config_map_e rule = {.ea_length = 8};
	const struct config_subscribers config = {
		.v4_length = 32, .v6_length = 64, .map_e = &rule, .map_e_count = 1};

	(void)state;
	assert_true(prefix_parse("2001:db8::/40", 13, &rule.ipv6));
	assert_reach(&config, "2001:db8:12:142::/64", "2001:db8:12::/48");
	assert_reach(&config, "2001:db8::/44", "2001:db8::/44");
	assert_reach(&config, "2001:db9:12:142::/64", "2001:db9:12:142::/64");
	assert_reach(&config, "192.0.2.7", "192.0.2.7");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_around_and_within),
		cmocka_unit_test(customers_of_map_e),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
