// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/config_text.h"

static void who_subscribers_are(void **state)
{
	struct config *config = loaded(
		"subscribers = { mapping = ( \"/m1\", \"/m2\" ); cgn = [ \"/c\" ];\n"
		"  map_e = ( { ipv6 = \"2001:db8::/40\"; ipv4 = \"192.0.2.0/24\"; ea_length = 16; "
		"},\n"
		"    { ipv6 = \"2001:db8:ff00::/40\"; ipv4 = \"198.18.0.0/16\"; ea_length = 24;\n"
		"      psid_offset = 4; } ); };");
	const struct config_subscribers *subscribers = &config->subscribers;
	char text[PREFIX_TEXT_SIZE];

	(void)state;
	assert_int_equal(subscribers->mapping_count, 2);
	assert_string_equal(subscribers->mapping[1], "/m2");
	assert_int_equal(subscribers->cgn_count, 1);
	assert_string_equal(subscribers->cgn[0], "/c");
	assert_int_equal(subscribers->map_e_count, 2);
	prefix_format(&subscribers->map_e[0].ipv6, text);
	assert_string_equal(text, "2001:db8::/40");
	prefix_format(&subscribers->map_e[1].ipv4, text);
	assert_string_equal(text, "198.18.0.0/16");
	assert_int_equal(subscribers->map_e[0].ea_length, 16);
	assert_int_equal(subscribers->map_e[0].psid_offset, 6);
	assert_int_equal(subscribers->map_e[1].psid_offset, 4);
	config_free(config);
}

static void nothing_is_known_by_default(void **state)
{
	struct config *config = loaded("");

	(void)state;
	assert_int_equal(config->subscribers.mapping_count, 0);
	assert_int_equal(config->subscribers.cgn_count, 0);
	assert_int_equal(config->subscribers.map_e_count, 0);
	config_free(config);
}

#define RULE(ipv6, ipv4, rest) "{ ipv6 = \"" ipv6 "\"; ipv4 = \"" ipv4 "\"; " rest " }"

static void one_line_says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"subscribers = { mapping = \"/m\"; };", ":1: subscribers.mapping: not a list"},
		{"subscribers = { mapping = ( \"/m\", \"/m\" ); };",
			":1: subscribers.mapping[1]: named twice (\"/m\"); name each file once"},
		{"subscribers = { cgn = ( \"\" ); };", ":1: subscribers.cgn[0]: empty"},
		{"subscribers = { map_e = ( { ipv6 = \"2001:db8::/40\"; } ); };",
			":1: subscribers.map_e[0]: incomplete"},
		{"subscribers = { map_e = ( " RULE(
			 "192.0.2.0/24", "192.0.2.0/24", "ea_length = 8;") " ); };",
			"map_e[0].ipv6: not an IPv6 prefix (\"192.0.2.0/24\"); write an IPv6"},
		{"subscribers = { map_e = ( " RULE(
			 "2001:db8::/40", "192.0.2.1/24", "ea_length = 8;") " ); };",
			"map_e[0].ipv4: not an IPv4 prefix (\"192.0.2.1/24\"); write an IPv4"},
		{"subscribers = { map_e = ( " RULE(
			 "2001:db8::/100", "192.0.2.0/24", "ea_length = 29;") " ); };",
			"map_e[0].ea_length: more bits than an IPv6 address has (\"29\"); with "
			"ipv6 of 100 bits write at most 28"},
		{"subscribers = { map_e = ( " RULE(
			 "2001:db8::/40", "192.0.2.0/24", "ea_length = 19;") " ); };",
			"map_e[0].ea_length: more bits than a port has (\"19\"); it makes a PSID "
			"of 11 bits, and with psid_offset 6 at most 10 fit"},
		{"subscribers = { map_e = ( " RULE("2001:db8::/40", "192.0.2.0/24",
			 "ea_length = 16;") ", " RULE("2001:db9::/40", "192.0.0.0/16",
			 "ea_length = 16;") " ); };",
			"map_e[1].ipv4: in two rules (\"192.0.0.0/16\"); map_e[0] has some of it"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char path[PATH_SIZE], error[CONFIG_ERROR_SIZE] = "";
		const int memfd = text_path(cases[i].text, strlen(cases[i].text), path);

		assert_null(config_load(path, error));
		if (strstr(error, cases[i].error) == NULL)
			fail_msg("%s: %s", cases[i].text, error);
		close(memfd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_subscribers_are),
		cmocka_unit_test(nothing_is_known_by_default),
		cmocka_unit_test(one_line_says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
