// SPDX-License-Identifier: BSD-3-Clause
#include "config/link_key.h"

#include "tests/unit/config_text.h"

static void every_link_key_has_a_name(void **state)
{
	static const char *const names[LINK_KEY_COUNT] = {
		"address", "address_port", "outer", "vlan", "vlan_pair", "pppoe", "mpls"};

	(void)state;
	for (enum link_key key = 0; key < LINK_KEY_COUNT; key++) {
		struct config *config;
		char text[256];

		snprintf(text, sizeof(text),
			"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = "
			"\"af_xdp:e1\"; subscriber_key = \"%s\"; } );",
			names[key]);
		config = loaded(text);
		assert_int_equal(config->links[0].subscriber_key, key);
		assert_int_equal(config->links[0].vlan_count, 0);
		assert_string_equal(link_key_name(key), names[key]);
		config_free(config);
	}
	assert_string_equal(link_key_name(LINK_KEY_COUNT), "?");
	assert_string_equal(consent_name(CONSENT_OPT_IN), "opt-in");
	assert_string_equal(consent_name(CONSENT_COUNT), "?");
}

// What is wrong with a link that has also `members`.
static void assert_link_refused(const char *members, const char *expected)
{
	char text[512];

	snprintf(text, sizeof(text),
		"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = \"af_xdp:e1\";\n"
		"%s } );",
		members);
	assert_refused(text, strlen(text), expected);
}

static void keys_of_links_that_are_wrong(void **state)
{
	static const char *const vlans[] = {"0", "4095", "1-4095", "9-1", "", "-", "1-", "-1",
		"1.0", "1.4095", "1.", ".1", "1.2.3", "01", " 1", "1 ", "+1", "1.2-", "x",
		"4294967297", "1-2-3"};
	static const char *const labels[] = {"15", "1048576", "16-1048576", "17-16", "16.17", ""};
	char text[128], expected[256];

	(void)state;
	assert_link_refused("subscriber_key = \"vlans\";",
		":2: links[0].subscriber_key: unknown key (\"vlans\"); write \"address\", "
		"\"address_port\", \"outer\", \"vlan\", \"vlan_pair\", \"pppoe\" or \"mpls\"");
	assert_link_refused("vlans = ( \"100\" );",
		":2: links[0].vlans: of no use on this link (\"( ... )\"); subscriber_key is "
		"\"address\": make it \"vlan\", \"vlan_pair\" or \"pppoe\", or leave vlans out");
	assert_link_refused("labels = ( \"100\" ); subscriber_key = \"pppoe\";",
		":2: links[0].labels: of no use on this link (\"( ... )\"); subscriber_key is "
		"\"pppoe\": make it \"mpls\", or leave labels out");
	assert_link_refused("vlans = ( \"1\", \"100.7\" ); subscriber_key = \"vlan\";",
		":2: links[0].vlans[1]: names inner tags (\"100.7\"); subscriber_key is "
		"\"vlan\": name the outer one alone, or make it \"vlan_pair\"");
	assert_link_refused("vlans = ( 100 ); subscriber_key = \"vlan\";",
		":2: links[0].vlans[0]: not a text (\"100\"); write \"100\", \"100-199\" or, outer "
		"and inner tag, \"300-310.1-4094\", with numbers from 1 to 4094");
	assert_link_refused("vlans = ( ); subscriber_key = \"vlan\";",
		":2: links[0].vlans: too short (\"( )\"); name at least 1: a range of VLANs");
	for (size_t i = 0; i < sizeof(vlans) / sizeof(vlans[0]); i++) {
		snprintf(text, sizeof(text), "vlans = ( \"%s\" );", vlans[i]);
		snprintf(expected, sizeof(expected),
			":2: links[0].vlans[0]: not a range of VLANs (\"%s\"); write \"100\", "
			"\"100-199\" or, outer and inner tag, \"300-310.1-4094\", with numbers "
			"from 1 to 4094",
			vlans[i]);
		assert_link_refused(text, expected);
	}
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		snprintf(text, sizeof(text), "labels = ( \"%s\" );", labels[i]);
		snprintf(expected, sizeof(expected),
			":2: links[0].labels[0]: not a range of labels (\"%s\"); write \"1000\" "
			"or \"1000-1999\", with numbers from 16 to 1048575",
			labels[i]);
		assert_link_refused(text, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_key_has_a_name),
		cmocka_unit_test(keys_of_links_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
