// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/config_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void nothing_said_means_defaults(void **state)
{
	struct config *by_default = config_default();
	struct config *empty = loaded("");
	struct config *configs[] = {by_default, empty};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct config *config = configs[i];

		assert_non_null(config);
		assert_int_equal(config->mode, MODE_ALERT);
		assert_string_equal(config->runtime_dir, "/run/sekisho");
		assert_string_equal(config->state_dir, "/var/lib/sekisho");
		assert_string_equal(config->user, "sekisho");
		assert_int_equal(config->link_count, 0);
		assert_int_equal(config->workers, 1);
		assert_int_equal(config->worker_core_count, 0);
		assert_true(config->hugepages);
		assert_int_equal(config->memory_mb, 512);
		assert_int_equal(config->mtu, 0);
		assert_int_equal(config->rx_descriptors, 1024);
		assert_int_equal(config->tx_descriptors, 1024);
		assert_int_equal(config->idle_sleep_us, 100);
		assert_int_equal(config->rule_limit, 1000000);
		assert_int_equal(config->contact_limit, 262144);
		assert_int_equal(config->decode.depth, 4);
		assert_int_equal(config->decode.match, CONFIG_MATCH_INNER);
		assert_int_equal(config->decode.fragment_limit, 65536);
		assert_int_equal(config->decode.fragment_timeout_ms, 30000);
		assert_int_equal(config->decode.undecoded_limit, 20);
		assert_int_equal(config->subscribers.port_block, 1024);
		assert_int_equal(config->subscribers.consent, CONSENT_OPT_OUT);
		assert_int_equal(config->feed_count, 0);
		assert_int_equal(config->never_block_count, 0);
		assert_int_equal(config->policy.entry_count, 1);
		assert_int_equal(config->policy.caps[4], ACTION_SINKHOLE);
		assert_int_equal(config->radius.listen_count, 0);
		assert_string_equal(config->event_path, "/var/lib/sekisho/events.json");
		assert_false(config->event_syslog);
		assert_int_equal(config->event_interval_s, 3600);
	}
	assert_string_equal(by_default->path, "");
	config_free(by_default);
	config_free(empty);
	config_free(NULL);
}

static void private_prefixes_are_subscribers_by_default(void **state)
{
	static const char *const prefixes[] = {
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"};
	struct config *config = loaded("subscribers = { v4_length = 24; };");

	(void)state;
	assert_int_equal(config->subscribers.prefix_count, 5);
	for (size_t i = 0; i < 5; i++) {
		char text[PREFIX_TEXT_SIZE];

		prefix_format(&config->subscribers.prefixes[i], text);
		assert_string_equal(text, prefixes[i]);
	}
	assert_int_equal(config->subscribers.v4_length, 24);
	assert_int_equal(config->subscribers.v6_length, 56);
	config_free(config);
}

static void assert_vlans(const struct vlan_range *range, uint32_t outer_first, uint32_t outer_last,
	uint32_t inner_first, uint32_t inner_last)
{
	assert_int_equal(range->outer.first, outer_first);
	assert_int_equal(range->outer.last, outer_last);
	assert_int_equal(range->inner.first, inner_first);
	assert_int_equal(range->inner.last, inner_last);
}

static void every_setting_is_read(void **state)
{
	struct config *config = loaded(
		"mode = \"shadow\"; runtime_dir = \"/run/a\"; state_dir = \"/var/b\"; user = "
		"\"c\";\n"
		"links = ( { name = \"edge0\"; subscriber = \"af_xdp:eth1\"; network = "
		"\"03:00.0\";\n"
		"    subscriber_key = \"vlan_pair\";\n"
		"    vlans = ( \"100-199\", \"200.1-4094\", \"300-310.7\" ); },\n"
		"  { name = \"edge1\"; subscriber = \"pcap:/in,/out\"; network = "
		"\"vdev:net_null0\";\n"
		"    subscriber_key = \"mpls\"; labels = ( \"16-1048575\", \"20\" );\n"
		"    sinkhole = \"af_xdp:eth5\"; sinkhole_mac = \"02:00:00:00:00:03\";\n"
		"    sinkhole_timeout = 30; } );\n"
		"workers = 2; worker_cores = [ 3, 1 ]; hugepages = false; memory_mb = 64;\n"
		"mtu = 1500; rx_descriptors = 64; tx_descriptors = 32768; idle_sleep_us = 0;\n"
		"rule_limit = 5; contact_limit = 6;\n"
		"decode = { depth = 8; match = \"all\"; fragment_limit = 64;\n"
		"  fragment_timeout_ms = 120000; undecoded_limit = 100; };\n"
		"subscribers = { prefixes = [ \"198.51.100.0/24\", \"2001:db8::/32\" ];\n"
		"  v4_length = 31; v6_length = 64; port_block = 65536; consent = \"opt-in\"; };\n"
		"feeds = ( { name = \"isac\"; path = \"/lists/isac.csv\"; format = \"csv\"; level "
		"= 4;\n"
		"  refresh = 300; shrink_limit = 100; }, { name = \"other\"; path = \"/o\"; } );\n"
		"never_block = ( \"/n1\", \"/n2\" );\n"
		"sinkholes = ( \"/s1\" );\n"
		"policy = ( { levels = [ 3, 4 ]; action = \"drop\"; } );\n"
		"caps = ( { levels = [ 3 ]; max_action = \"drop\"; } );\n"
		"event_file = \"/log/e\"; event_syslog = true; event_interval = 60;\n");

	(void)state;
	assert_int_equal(config->mode, MODE_SHADOW);
	assert_string_equal(config->runtime_dir, "/run/a");
	assert_string_equal(config->state_dir, "/var/b");
	assert_string_equal(config->user, "c");
	assert_int_equal(config->link_count, 2);
	assert_string_equal(config->links[0].name, "edge0");
	assert_int_equal(config->links[0].subscriber.kind, CONFIG_PORT_AF_XDP);
	assert_string_equal(config->links[0].subscriber.name, "eth1");
	assert_string_equal(config->links[0].network.text, "03:00.0");
	assert_string_equal(config->links[0].network.name, "0000:03:00.0");
	assert_string_equal(config->links[1].subscriber.name, "/in");
	assert_string_equal(config->links[1].subscriber.out, "/out");
	assert_int_equal(config->links[0].subscriber_key, LINK_KEY_VLAN_PAIR);
	assert_int_equal(config->links[0].vlan_count, 3);
	assert_vlans(&config->links[0].vlans[0], 100, 199, 0, 4094);
	assert_vlans(&config->links[0].vlans[1], 200, 200, 1, 4094);
	assert_vlans(&config->links[0].vlans[2], 300, 310, 7, 7);
	assert_int_equal(config->links[0].label_count, 0);
	assert_int_equal(config->links[1].subscriber_key, LINK_KEY_MPLS);
	assert_int_equal(config->links[1].label_count, 2);
	assert_null(config->links[0].sinkhole.text);
	assert_string_equal(config->links[1].sinkhole.name, "eth5");
	assert_int_equal(config->links[1].sinkhole_mac[5], 3);
	assert_int_equal(config->links[1].sinkhole_timeout_s, 30);
	assert_int_equal(config->links[1].labels[0].first, 16);
	assert_int_equal(config->links[1].labels[0].last, 1048575);
	assert_int_equal(config->links[1].labels[1].last, 20);
	assert_int_equal(config->workers, 2);
	assert_int_equal(config->worker_core_count, 2);
	assert_int_equal(config->worker_cores[0], 3);
	assert_int_equal(config->worker_cores[1], 1);
	assert_false(config->hugepages);
	assert_int_equal(config->memory_mb, 64);
	assert_int_equal(config->mtu, 1500);
	assert_int_equal(config->rx_descriptors, 64);
	assert_int_equal(config->tx_descriptors, 32768);
	assert_int_equal(config->idle_sleep_us, 0);
	assert_int_equal(config->rule_limit, 5);
	assert_int_equal(config->contact_limit, 6);
	assert_int_equal(config->decode.depth, 8);
	assert_int_equal(config->decode.match, CONFIG_MATCH_ALL);
	assert_int_equal(config->decode.fragment_limit, 64);
	assert_int_equal(config->decode.fragment_timeout_ms, 120000);
	assert_int_equal(config->decode.undecoded_limit, 100);
	assert_int_equal(config->subscribers.prefix_count, 2);
	assert_int_equal(config->subscribers.prefixes[0].length, 120);
	assert_int_equal(config->subscribers.v4_length, 31);
	assert_int_equal(config->subscribers.v6_length, 64);
	assert_int_equal(config->subscribers.port_block, 65536);
	assert_int_equal(config->subscribers.consent, CONSENT_OPT_IN);
	assert_int_equal(config->feed_count, 2);
	assert_string_equal(config->feeds[0].name, "isac");
	assert_string_equal(config->feeds[0].path, "/lists/isac.csv");
	assert_string_equal(config->feeds[0].format, "csv");
	assert_int_equal(config->feeds[0].level, 4);
	assert_int_equal(config->feeds[0].refresh_s, 300);
	assert_int_equal(config->feeds[0].shrink_percent, 100);
	assert_null(config->feeds[1].format);
	assert_int_equal(config->feeds[1].level, 3);
	assert_int_equal(config->feeds[1].refresh_s, 60);
	assert_int_equal(config->feeds[1].shrink_percent, 50);
	assert_int_equal(config->never_block_count, 2);
	assert_string_equal(config->never_block[1], "/n2");
	assert_int_equal(config->sinkhole_count, 1);
	assert_string_equal(config->sinkholes[0], "/s1");
	assert_int_equal(config->policy.entry_count, 1);
	assert_int_equal(config->policy.caps[3], ACTION_DROP);
	assert_string_equal(config->event_path, "/log/e");
	assert_true(config->event_syslog);
	assert_int_equal(config->event_interval_s, 60);
	config_free(config);
}

static void relative_files_start_from_the_configuration(void **state)
{
	struct config *config = loaded("feeds = ( { name = \"a\"; path = \"lists/a.csv\"; } );\n"
				       "never_block = ( \"n.txt\" ); state_dir = \"state\";\n"
				       "links = ( { name = \"l\"; subscriber = \"pcap:in\";\n"
				       "  network = \"pcap:/in,out\"; } );\n");

	(void)state;
	assert_string_equal(config->feeds[0].path, "/proc/self/fd/lists/a.csv");
	assert_string_equal(config->never_block[0], "/proc/self/fd/n.txt");
	assert_string_equal(config->state_dir, "/proc/self/fd/state");
	assert_string_equal(config->event_path, "/proc/self/fd/state/events.json");
	assert_string_equal(config->links[0].subscriber.name, "/proc/self/fd/in");
	assert_string_equal(config->links[0].network.name, "/in");
	assert_string_equal(config->links[0].network.out, "/proc/self/fd/out");
	config_free(config);
}

static void events_follow_the_state_directory_unless_switched_off(void **state)
{
	struct config *config = loaded("state_dir = \"/var/b\";");

	(void)state;
	assert_string_equal(config->event_path, "/var/b/events.json");
	config_free(config);
	config = loaded("state_dir = \"/var/b\"; event_file = \"\";");
	assert_string_equal(config->event_path, "");
	config_free(config);
}

static void cores_alone_tell_the_number_of_workers(void **state)
{
	struct config *config = loaded("worker_cores = [ 2, 3, 5 ];");

	(void)state;
	assert_int_equal(config->workers, 3);
	assert_int_equal(config->worker_core_count, 3);
	config_free(config);
}

static void one_line_says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		// libconfig's syntax
		{"mode = ;", ":1: syntax error (\"mode = ;\"); a setting is written name = value;"},
		{"mode = \"alert\"\n\n  workers =\n\n",
			":3: syntax error (\"workers =\"); a setting is written name = value;"},
		{"mode = \"alert\";\nmode = \"shadow\";",
			":2: duplicate setting name (\"mode = \"shadow\";\"); write each setting "
			"once"},
		{"never_block = [ 1, \"a\" ];",
			":1: mismatched element type in array (\"never_block = [ 1, \"a\" ];\"); "
			"write all elements alike"},
		{"mode = \"alert\"; /* workers = 2;\n",
			": ends inside a comment or a text; close it with */ or \""},
		{"mode = \"alert\";\n\"",
			": ends inside a comment or a text; close it with */ or \""},
		{"mode = \"alert\";\n  @include \"more.conf\"\n",
			":2: @include: not supported; write all settings into one file"},
		{"\xef\xbb\xbfmode = \"alert\";",
			":1: begins with a byte order mark; save it as plain UTF-8"},

		// names and types
		{"worker = 4;", ":1: worker: unknown setting (\"4\"); did you mean workers?"},
		{"\ncolour = \"red\";",
			":2: colour: unknown setting (\"red\"); see sekisho.conf(5)"},
		{"end-of-file = true;", ":1: duplicate setting name (\"end-of-file = true;\"); "
					"write each setting once"},
		{"mode = \"drop\";",
			":1: mode: unknown mode (\"drop\"); write \"alert\", \"shadow\" "
			"or \"enforce\""},
		{"mode = 1;",
			":1: mode: not a text (\"1\"); write \"alert\", \"shadow\" or \"enforce\""},
		{"hugepages = 1;",
			":1: hugepages: neither yes nor no (\"1\"); write true or false"},
		{"user = true;", ":1: user: not a text (\"true\"); write it in double quotes"},
		{"user = \"\";", ":1: user: empty (\"\"); write a text, or leave the setting out"},
		{"workers = \"two\";", ":1: workers: not a whole number (\"two\"); write 1 to 64"},
		{"workers = 1.5;", ":1: workers: not a whole number (\"1.5\"); write 1 to 64"},
		{"workers = 0;", ":1: workers: out of range (\"0\"); write 1 to 64"},
		{"workers = 65;", ":1: workers: out of range (\"65\"); write 1 to 64"},
		{"workers = -1;", ":1: workers: out of range (\"-1\"); write 1 to 64"},
		{"workers = 4294967297L;",
			":1: workers: out of range (\"4294967297\"); write 1 to 64"},
		{"mtu = 576;", ":1: mtu: out of range (\"576\"); write 0 or 1280 to 16000"},
		{"decode = { match = \"outer\"; };",
			":1: decode.match: unknown match (\"outer\"); write \"inner\" or \"all\""},
		{"decode = { match = true; };",
			":1: decode.match: not a text (\"true\"); write \"inner\" or \"all\""},
		{"decode = { depth = 9; };",
			":1: decode.depth: out of range (\"9\"); write 1 to 8"},
		{"decode = { fragment_limit = 0; };",
			":1: decode.fragment_limit: out of range (\"0\"); write 64 to 4194304"},
		{"decode = { fragment_timeout_ms = 99; };",
			":1: decode.fragment_timeout_ms: out of range (\"99\"); "
			"write 100 to 120000"},
		{"decode = { undecoded_limit = 101; };",
			":1: decode.undecoded_limit: out of range (\"101\"); write 1 to 100"},
		{"rule_limit = 1000001;",
			":1: rule_limit: out of range (\"1000001\"); write 1 to 1000000"},
		{"runtime_dir = \"/a123456789a123456789a123456789a123456789a123456789a123456789"
		 "a123456789a123456789\";",
			":1: runtime_dir: too long "
			"(\"/a123456789a123456789a123456789a123456789a123456789a12345678...\"); "
			"write at most 80 characters"},

		// links
		{"links = { };", ":1: links: not a list (\"{ ... }\"); write ( ... ) with a link "
				 "{ ... } as each element"},
		{"links = ( 1 );",
			":1: links[0]: not a group (\"1\"); write { name = value; ... }"},
		{"links = (\n{ name = \"a\"; subscriber = \"af_xdp:e0\"; } );",
			":2: links[0]: incomplete (\"{ ... }\"); add network = ...;"},
		{"links = ( { name = \"a b\"; } );", ":1: links[0].name: not a name (\"a b\"); use "
						     "letters, digits, '.', '_' and '-'"},
		{"links = ( { name = \"a123456789a123456789a123456789ab\"; } );",
			":1: links[0].name: too long (\"a123456789a123456789a123456789ab\"); write "
			"at "
			"most 31 characters"},
		{"links = ( { name = \"a\"; subscribers = \"af_xdp:e0\"; } );",
			":1: links[0].subscribers: unknown setting (\"af_xdp:e0\"); did you mean "
			"subscriber?"},
		{"links = ( { name = \"a\";\nsubscriber = \"eth0\"; } );",
			":2: links[0].subscriber: not a port (\"eth0\"); write a PCI address such "
			"as "
			"\"0000:03:00.0\", \"af_xdp:IF\", \"af_packet:IF\", \"pcap:IN[,OUT]\" or "
			"\"vdev:ARGS\""},
		{"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = \"af_xdp:e1\"; "
		 "},\n"
		 "{ name = \"a\"; subscriber = \"af_xdp:e2\"; network = \"af_xdp:e3\"; } );",
			":2: links[1].name: name of two links (\"a\"); give each its own"},
		{"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\";\nnetwork = "
		 "\"af_packet:e0\"; } );",
			":2: links[0].network: port used twice (\"af_packet:e0\"); it is already "
			"subscriber of link a"},
		{"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = \"af_xdp:e1\";\n"
		 "sinkhole = \"af_xdp:e0\"; sinkhole_mac = \"02:00:00:00:00:03\"; } );",
			":2: links[0].sinkhole: port used twice (\"af_xdp:e0\"); it is already "
			"subscriber of link a"},
		{"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = \"af_xdp:e1\";\n"
		 "sinkhole = \"af_xdp:e2\"; } );",
			":2: links[0].sinkhole: a sinkhole without its MAC address "
			"(\"af_xdp:e2\"); add sinkhole_mac"},
		{"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = \"af_xdp:e1\";\n"
		 "sinkhole_mac = \"02:00:00:00:00:03\"; } );",
			":2: links[0].sinkhole_mac: there is no sinkhole on this link "
			"(\"02:00:00:00:00:03\"); add sinkhole"},
		{"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = \"af_xdp:e1\";\n"
		 "sinkhole = \"af_xdp:e2\"; sinkhole_mac = \"ff:ff:ff:ff:ff:ff\"; } );",
			":2: links[0].sinkhole_mac: not the MAC address of a station "
			"(\"ff:ff:ff:ff:ff:ff\"); write the MAC address of the sinkhole's "
			"interface, such as \"02:00:00:00:00:03\""},
		{"links = ( { name = \"a\"; subscriber = \"af_xdp:e0\"; network = \"af_xdp:e1\"; "
		 "},\n"
		 "{ name = \"b\"; subscriber = \"af_xdp:e1\"; network = \"af_xdp:e3\"; } );",
			":2: links[1].subscriber: port used twice (\"af_xdp:e1\"); it is already "
			"network of link a"},
		{"workers = 2;\nworker_cores = [ 1 ];", ":2: worker_cores: not one core for each "
							"worker (\"[ ... ]\"); name 2 cores or "
							"set workers = 1"},
		{"worker_cores = [ 1, 1 ];", ":1: worker_cores[1]: core named twice (\"1\"); give "
					     "each worker its own"},
		{"worker_cores = [ 1024 ];",
			":1: worker_cores[0]: out of range (\"1024\"); write 0 to 1023"},
		{"worker_cores = [ ];",
			":1: worker_cores: too short (\"[ ]\"); name at least 1: a CPU number"},

		// decode
		{"decode = { depth = 9; };",
			":1: decode.depth: out of range (\"9\"); write 1 to 8"},
		{"decode = {\ndepth = 0; };",
			":2: decode.depth: out of range (\"0\"); write 1 to 8"},
		{"decode = { tunnels = 4; };",
			":1: decode.tunnels: unknown setting (\"4\"); see sekisho.conf(5)"},

		// subscribers
		{"subscribers = { prefixes = ( ); };",
			":1: subscribers.prefixes: too short (\"( )\"); name at least 1: a prefix"},
		{"subscribers = { prefixes = ( \"10.0.0.0/8\",\n\"192.0.2.7/24\" ); };",
			":2: subscribers.prefixes[1]: not a prefix (\"192.0.2.7/24\"); write an "
			"address "
			"and a length, host bits zero, such as \"198.51.100.0/24\" or "
			"\"2001:db8::/32\""},
		{"subscribers = { prefixes = ( \"2001:db8::/64\" ); };",
			":1: subscribers.prefixes[0]: smaller than one subscriber "
			"(\"2001:db8::/64\"); "
			"v6_length is 56; it must be at least 64"},
		{"subscribers = { prefixes = ( \"192.0.2.0/25\" ); v4_length = 24; };",
			":1: subscribers.prefixes[0]: smaller than one subscriber "
			"(\"192.0.2.0/25\"); "
			"v4_length is 24; it must be at least 25"},
		{"subscribers = { v4_length = 11; };",
			":1: subscribers.v4_length: wider than the default prefix (\"11\"); write "
			"at "
			"least 12, or prefixes other than 172.16.0.0/12"},
		{"subscribers = { v4_length = 33; };",
			":1: subscribers.v4_length: out of range (\"33\"); write 1 to 32"},
		{"subscribers = { port_block = 1000; };",
			":1: subscribers.port_block: not a block of ports (\"1000\"); write a "
			"power of two from 1 to 65536, such as 1024"},
		{"subscribers = { port_block = 131072; };",
			":1: subscribers.port_block: out of range (\"131072\"); write 1 to 65536"},
		{"subscribers = { consent = \"yes\"; };",
			":1: subscribers.consent: unknown consent (\"yes\"); write \"opt-out\" or "
			"\"opt-in\""},
		{"subscribers = ( \"10.0.0.0/8\" );",
			":1: subscribers: not a group (\"( ... )\"); write { name = value; ... }"},

		// feeds
		{"feeds = ( { name = \"a\"; } );",
			":1: feeds[0]: incomplete (\"{ ... }\"); add path = ...;"},
		{"feeds = ( { name = \"a\"; path = \"a\"; },\n{ name = \"a\"; path = \"b\"; } );",
			":2: feeds[1].name: name of two feeds (\"a\"); give each its own"},
		{"feeds = ( { name = \"a\"; path = \"a\"; format = \"openioc\"; } );",
			":1: feeds[0].format: unknown format (\"openioc\"); write one of csv "
			"maltrail feodo plain threatfox threatfox-json feodo-json sslbl iprep "
			"zeek-intel delimited, or leave it out to have it detected"},
		{"feeds = ( { name = \"a\"; path = \"a\"; format = \"drop\"; } );",
			":1: feeds[0].format: no list of C&C servers (\"drop\"); leave this feed "
			"out: DROP names networks of bad repute, which show no infection"},
		{"feeds = ( { name = \"a\"; path = \"a\"; level = 5; } );",
			":1: feeds[0].level: out of range (\"5\"); write 1 to 4"},
		{"feeds = ( { name = \"a\"; path = \"a\"; shrink_limit = 101; } );",
			":1: feeds[0].shrink_limit: out of range (\"101\"); write 0 to 100"},
		{"never_block = ( 1 );",
			":1: never_block[0]: not a text (\"1\"); write it in double quotes"},
		{"never_block = \"n.txt\";",
			":1: never_block: not a list (\"n.txt\"); write ( ... ) "
			"with a file name as each element"},

		// what a message makes of unruly values
		{"mode = \"a\\nb\\x1b\";", ":1: mode: unknown mode (\"a?b?\"); write \"alert\", "
					   "\"shadow\" or \"enforce\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].text, strlen(cases[i].text), cases[i].error);
	assert_refused("a\n\0b", 4, ":2: a zero byte; write plain UTF-8 text");
}

static void too_many_are_refused(void **state)
{
	char text[4096] = "links = ( ";
	size_t used = strlen(text);

	(void)state;
	for (int i = 0; i <= CONFIG_LINKS_MAX; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s{ }", i ? ", " : "");
	snprintf(text + used, sizeof(text) - used, " );");
	assert_refused(text, strlen(text),
		":1: links: too long (\"( ... )\"); name at most 16: a link { ... }");
}

static void unreadable_files_are_named(void **state)
{
	char error[CONFIG_ERROR_SIZE];

	(void)state;
	assert_null(config_load("/nonexistent/sekisho.conf", error));
	assert_string_equal(
		error, "/nonexistent/sekisho.conf: cannot be opened: No such file or directory");
	assert_null(config_load("/", error));
	assert_string_equal(error, "/: cannot be read: Is a directory");
	assert_null(config_load("/dev/zero", error));
	assert_string_equal(error, "/dev/zero: cannot be read: File too large");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_said_means_defaults),
		cmocka_unit_test(private_prefixes_are_subscribers_by_default),
		cmocka_unit_test(every_setting_is_read),
		cmocka_unit_test(relative_files_start_from_the_configuration),
		cmocka_unit_test(events_follow_the_state_directory_unless_switched_off),
		cmocka_unit_test(cores_alone_tell_the_number_of_workers),
		cmocka_unit_test(one_line_says_what_is_wrong),
		cmocka_unit_test(too_many_are_refused),
		cmocka_unit_test(unreadable_files_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
