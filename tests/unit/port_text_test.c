// SPDX-License-Identifier: BSD-3-Clause
#include "config/port_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void ports_are_understood(void **state)
{
	static const struct {
		const char *text;
		enum config_port_kind kind;
		const char *name, *out;
	} cases[] = {
		{"0000:03:00.0", CONFIG_PORT_PCI, "0000:03:00.0", NULL},
		{"03:1f.7", CONFIG_PORT_PCI, "0000:03:1f.7", NULL},
		{"10000:E1:00.1", CONFIG_PORT_PCI, "10000:e1:00.1", NULL},
		{"af_xdp:eth1", CONFIG_PORT_AF_XDP, "eth1", NULL},
		{"af_packet:enp3s0f0np0.10", CONFIG_PORT_AF_PACKET, "enp3s0f0np0.10", NULL},
		{"pcap:in.pcap", CONFIG_PORT_PCAP, "in.pcap", NULL},
		{"pcap:/a/in.pcap,/b/out.pcap", CONFIG_PORT_PCAP, "/a/in.pcap", "/b/out.pcap"},
		{"vdev:net_null0,no-rx=1", CONFIG_PORT_VDEV, "net_null0,no-rx=1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config_port port;
		const char *right;

		assert_null(port_text_parse(cases[i].text, &port, &right));
		assert_int_equal(port.kind, cases[i].kind);
		assert_string_equal(port.text, cases[i].text);
		assert_string_equal(port.name, cases[i].name);
		if (cases[i].out)
			assert_string_equal(port.out, cases[i].out);
		else
			assert_null(port.out);
		port_text_clear(&port);
	}
}

static void other_texts_are_refused(void **state)
{
	static const char *const wrong[] = {"", "eth1", "af_xdp", "af_xdp:", "AF_XDP:eth1",
		"af_xdp:sixteen_letters_", "af_xdp:a b", "af_xdp:a/b", "af_xdp:a,b",
		"af_xdp:eth0:1", "af_packet:..", "pcap:", "pcap:,out", "pcap:in,",
		"pcap:in,out,more", "pcap:same,same", "vdev:", "vdev:null", "vdev:net_",
		"vdev:net_null0, no-rx=1", "0000:03:00", "0000:03:00.8", "0000:03:20.0",
		"0000:3:00.0", "00000003:03:00.0x", "123456789:03:00.0", "000g:03:00.0",
		"pci:0000:03:00.0"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *right = NULL;
		struct config_port port;

		if (!port_text_parse(wrong[i], &port, &right))
			fail_msg("%s is no port", wrong[i]);
		assert_non_null(right);
		port_text_clear(&port);
	}
}

static void conflicts_are_found(void **state)
{
	static const struct {
		const char *a, *b;
		bool conflict;
	} cases[] = {
		{"af_xdp:eth1", "af_xdp:eth1", true},
		{"af_xdp:eth1", "af_packet:eth1", true},
		{"af_xdp:eth1", "af_xdp:eth2", false},
		{"03:00.0", "0000:03:00.0", true},
		{"0000:03:00.0", "0000:03:00.1", false},
		{"vdev:net_null0,size=64", "vdev:net_null0", true},
		{"vdev:net_null0", "vdev:net_null01", false},
		{"pcap:in", "pcap:in", false},
		{"pcap:in,out", "pcap:in,out", true},
		{"pcap:a,b", "pcap:b,c", true},
		{"pcap:b", "pcap:a,b", true},
		{"pcap:a,b", "pcap:c,d", false},
		{"pcap:eth1", "af_xdp:eth1", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config_port a, b;
		const char *right;

		assert_null(port_text_parse(cases[i].a, &a, &right));
		assert_null(port_text_parse(cases[i].b, &b, &right));
		if (port_text_conflict(&a, &b) != cases[i].conflict ||
			port_text_conflict(&b, &a) != cases[i].conflict)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		port_text_clear(&a);
		port_text_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_understood),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(conflicts_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
