// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/config_text.h"

static void radius_is_read(void **state)
{
	struct config *config =
		loaded("radius = { listen = ( \"127.0.0.1:1813\", \"[::1]:1814\" ); "
		       "session_timeout = 60;\n"
		       "  clients = ( { address = \"192.0.2.1\"; secret_file = \"a.secret\"; },\n"
		       "    { address = \"2001:db8::/64\"; secret_file = \"/b\"; } );\n"
		       "  subscriber = \"NAS-Port-Id\"; retention = 30; };\n");
	const struct config_radius *radius = &config->radius;
	char text[PREFIX_TEXT_SIZE];

	(void)state;
	assert_int_equal(radius->listen_count, 2);
	assert_string_equal(radius->listen[0].text, "127.0.0.1:1813");
	address_format(&radius->listen[0].address, text);
	assert_string_equal(text, "127.0.0.1");
	assert_int_equal(radius->listen[0].port, 1813);
	address_format(&radius->listen[1].address, text);
	assert_string_equal(text, "::1");
	assert_int_equal(radius->listen[1].port, 1814);
	assert_int_equal(radius->client_count, 2);
	prefix_format(&radius->clients[0].prefix, text);
	assert_string_equal(text, "192.0.2.1");
	assert_string_equal(radius->clients[0].secret_path, "/proc/self/fd/a.secret");
	prefix_format(&radius->clients[1].prefix, text);
	assert_string_equal(text, "2001:db8::/64");
	assert_string_equal(radius->clients[1].secret_path, "/b");
	assert_int_equal(radius->session_timeout_s, 60);
	assert_int_equal(radius->subscriber, CONFIG_RADIUS_NAS_PORT_ID);
	assert_int_equal(radius->retention_days, 30);
	config_free(config);
	config = loaded("radius = { listen = ( \"0.0.0.0:1813\" );\n"
			"  clients = ( { address = \"10.0.0.0/8\"; secret_file = \"s\"; } ); };\n");
	assert_int_equal(config->radius.session_timeout_s, 0);
	assert_int_equal(config->radius.subscriber, CONFIG_RADIUS_USER_NAME);
	assert_int_equal(config->radius.retention_days, 180);
	config_free(config);
}

#define LISTEN "listen = ( \"127.0.0.1:1813\" ); "
#define CLIENT "{ address = \"192.0.2.1\"; secret_file = \"s\"; }"

static void wrong_radius_is_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"radius = { };", ":1: radius: incomplete (\"{ ... }\"); add listen = ...;"},
		{"radius = { " LISTEN "};",
			":1: radius: incomplete (\"{ ... }\"); add clients = ...;"},
		{"radius = { listen = ( ); };",
			":1: radius.listen: too short (\"( )\"); name at least 1: an address and a "
			"port"},
		{"radius = { listen = ( \"127.0.0.1\" ); };",
			":1: radius.listen[0]: not an endpoint (\"127.0.0.1\"); write an address "
			"and "
			"a port, such as \"192.0.2.1:1813\" or \"[::1]:1813\""},
		{"radius = { listen = ( \"::1:1813\" ); };",
			":1: radius.listen[0]: not an endpoint (\"::1:1813\"); write an address "
			"and "
			"a port, such as \"192.0.2.1:1813\" or \"[::1]:1813\""},
		{"radius = { listen = ( \"127.0.0.1:65536\" ); };",
			":1: radius.listen[0]: not an endpoint (\"127.0.0.1:65536\"); write an "
			"address and a port, such as \"192.0.2.1:1813\" or \"[::1]:1813\""},
		{"radius = { listen = ( \"[::1]:1\",\n\"[0::1]:1\" ); };",
			":2: radius.listen[1]: named twice (\"[0::1]:1\"); name it once"},
		{"radius = { " LISTEN "clients = ( { address = \"192.0.2.1\"; } ); };",
			":1: radius.clients[0]: incomplete (\"{ ... }\"); add secret_file = ...;"},
		{"radius = { " LISTEN "clients = ( { address = \"nas\"; } ); };",
			":1: radius.clients[0].address: not a prefix (\"nas\"); write an address, "
			"or "
			"a prefix with host bits zero, such as \"192.0.2.1\" or "
			"\"2001:db8::/64\""},
		{"radius = { " LISTEN "clients = ( " CLIENT ",\n" CLIENT " ); };",
			":2: radius.clients[1].address: address of two clients (\"192.0.2.1\"); "
			"name "
			"it once"},
		{"radius = { " LISTEN "clients = ( " CLIENT " ); subscriber = \"Class\"; };",
			":1: radius.subscriber: not an attribute for this (\"Class\"); write "
			"\"User-Name\", \"Calling-Station-Id\", \"NAS-Port-Id\" or "
			"\"Acct-Session-Id\""},
		{"radius = { " LISTEN "clients = ( " CLIENT " ); session_timeout = 59; };",
			":1: radius.session_timeout: out of range (\"59\"); write 0 or 60 to "
			"31536000"},
		{"radius = { " LISTEN "clients = ( " CLIENT " ); retention = 0; };",
			":1: radius.retention: out of range (\"0\"); write 1 to 36500"},
		{"radius = { " LISTEN "secret = \"s\"; };",
			":1: radius.secret: unknown setting (\"s\"); see sekisho.conf(5)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].text, strlen(cases[i].text), cases[i].error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(radius_is_read),
		cmocka_unit_test(wrong_radius_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
