// SPDX-License-Identifier: BSD-3-Clause
#include "config/transport.h"
#include "tools/sekisho/decoded_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct address parse(const char *text)
{
	struct address address;

	assert_true(address_parse(text, strlen(text), &address));
	return address;
}

// A TCP packet without anything around it.
static struct decoded_frame decoded(void)
{
	return (struct decoded_frame){
		.capture = "night.pcap",
		.number = 42,
		.frame = {.captured = 60, .length = 60, .time_ns = UINT64_C(1700000000123456789)},
		.packet = {.source = parse("100.64.0.7"),
			.destination = parse("198.51.100.9"),
			.has_addresses = true,
			.transport = TRANSPORT_TCP,
			.source_port = 40000,
			.destination_port = 6667},
	};
}

static void expect(const struct decoded_frame *frame, bool with_capture, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	decoded_frame_print_text(out, frame, with_capture);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void a_line_tells_who_speaks_with_whom(void **state)
{
	struct decoded_frame frame = decoded();

	(void)state;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 100.64.0.7:40000 > 198.51.100.9:6667 tcp, "
		"60 bytes\n");
	frame.packet.tcp_flags = TCP_SYN | TCP_ACK;
	frame.frame.length = 1514;
	frame.is_subscribers = true;
	frame.direction = DIRECTION_UP;
	strcpy(frame.subscriber, "100.64.0.7");
	expect(&frame, true,
		"night.pcap 42 2023-11-14 22:13:20.123456 100.64.0.7:40000 > 198.51.100.9:6667 "
		"tcp syn ack, 1514 bytes, 60 captured, from subscriber 100.64.0.7\n");
	frame.direction = DIRECTION_DOWN;
	frame.packet.tcp_flags = TCP_FIN | TCP_RST;
	frame.frame.length = 60;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 100.64.0.7:40000 > 198.51.100.9:6667 "
		"tcp fin rst, 60 bytes, to subscriber 100.64.0.7\n");
}

static void ports_only_where_there_are_some(void **state)
{
	struct decoded_frame frame = decoded();

	(void)state;
	frame.packet.transport = TRANSPORT_UDP;
	frame.packet.fragment = FRAGMENT_FIRST;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 100.64.0.7:40000 > 198.51.100.9:6667 udp, first "
		"fragment, 60 bytes\n");
	frame.packet.ports_missing = true;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 100.64.0.7 > 198.51.100.9 udp, first fragment "
		"without ports, 60 bytes\n");
	frame.packet.ports_missing = false;
	frame.packet.fragment = FRAGMENT_LATER;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 100.64.0.7 > 198.51.100.9 udp, later fragment, "
		"60 bytes\n");
	frame.packet.fragment = FRAGMENT_NONE;
	frame.packet.transport = 61;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 100.64.0.7 > 198.51.100.9 61, 60 bytes\n");
}

static void ipv6_stands_in_brackets_before_a_port(void **state)
{
	struct decoded_frame frame = decoded();

	(void)state;
	frame.packet.source = parse("2001:db8::7");
	frame.packet.destination = parse("2001:db8::9");
	frame.packet.transport = 132;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 [2001:db8::7]:40000 > [2001:db8::9]:6667 sctp, "
		"60 bytes\n");
	frame.packet.transport = 58;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 2001:db8::7 > 2001:db8::9 icmpv6, 60 bytes\n");
}

static void tunnels_show_their_own_addresses(void **state)
{
	struct decoded_frame frame = decoded();

	(void)state;
	frame.packet.encapsulation_count = 5;
	frame.packet.encapsulations[0] =
		(struct encapsulation){.kind = ENCAPSULATION_VLAN, .id = 5};
	frame.packet.encapsulations[1].kind = ENCAPSULATION_IPV6;
	frame.packet.encapsulations[2].kind = ENCAPSULATION_IPV4;
	frame.packet.encapsulations[3] =
		(struct encapsulation){.kind = ENCAPSULATION_VXLAN, .id = 6};
	// Counted, and its addresses are the packet's own: what it carries was not understood.
	frame.packet.encapsulations[4].kind = ENCAPSULATION_IPV4;
	frame.packet.outer_count = 2;
	frame.packet.outers[0] = (struct outer){.source = parse("2001:db8::1"),
		.destination = parse("2001:db8::2"),
		.transport = 4};
	frame.packet.outers[1] = (struct outer){.source = parse("192.0.2.1"),
		.destination = parse("192.0.2.2"),
		.source_port = 50000,
		.destination_port = 4789,
		.transport = TRANSPORT_UDP};
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 vlan:5 ipv6(2001:db8::1 > 2001:db8::2) "
		"ipv4(192.0.2.1:50000 > 192.0.2.2:4789) vxlan:6 ipv4 100.64.0.7:40000 > "
		"198.51.100.9:6667 tcp, 60 bytes\n");
}

static void what_is_undecoded_says_why(void **state)
{
	struct decoded_frame frame = decoded();

	(void)state;
	frame.packet.undecoded = COUNTER_UNDECODED_TRUNCATED;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 100.64.0.7 > 198.51.100.9 undecoded: truncated "
		"(the frame ends before its headers do), 60 bytes\n");
	frame.packet.has_addresses = false;
	frame.packet.undecoded = COUNTER_UNDECODED_IPV4;
	expect(&frame, false,
		"42 2023-11-14 22:13:20.123456 undecoded: ipv4 (malformed IPv4 header), "
		"60 bytes\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_tells_who_speaks_with_whom),
		cmocka_unit_test(ports_only_where_there_are_some),
		cmocka_unit_test(ipv6_stands_in_brackets_before_a_port),
		cmocka_unit_test(tunnels_show_their_own_addresses),
		cmocka_unit_test(what_is_undecoded_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
