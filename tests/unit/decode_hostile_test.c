// SPDX-License-Identifier: BSD-3-Clause
// Tunnels that are broken, or only look like ones: what is refused, with which reason, and what is
// an ordinary datagram.
#include "tests/unit/decoded.h"

#include <netinet/in.h>

#define SOURCE  "192.0.2.7"
#define CC      "198.51.100.9"
#define BOT     "100.64.0.7"
#define CC6     "2001:db8:ffff::9"
#define TEREDO  "2001:0:c000:201::7"
#define UDP_END (14 + 20 + 8)

static void start_ip(struct frame *frame)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv4(frame, SOURCE, CC);
}

static void start_udp(struct frame *frame, uint16_t port)
{
	start_ip(frame);
	frame_udp(frame, 50000, port);
}

static void finish(struct frame *frame)
{
	frame_ipv4(frame, BOT, CC);
	frame_udp(frame, 1, 2);
	frame_payload(frame, 20);
	frame_end(frame);
}

static void expect(const struct frame *frame, enum counter reason)
{
	struct packet packet = decoded(frame);

	if (packet.undecoded != reason)
		fail_msg("%s instead of %s", counter_infos[packet.undecoded].name,
			counter_infos[reason].name);
}

// The tunnel's own addresses stand.
static void expect_outside(const struct frame *frame, enum counter reason)
{
	struct packet packet = decoded(frame);

	expect(frame, reason);
	assert_true(packet_has_addresses(&packet));
	assert_address(&packet.source, SOURCE);
	assert_int_equal(packet.outer_count, 0);
	assert_int_equal(packet.l3_offset, 14);
}

// A bot may use any port.
static void expect_ordinary(const struct frame *frame)
{
	struct packet packet = decoded(frame);

	expect_outside(frame, 0);
	assert_int_equal(packet.transport, IPPROTO_UDP);
	assert_int_equal(packet.source_port, 50000);
	assert_int_equal(packet.encapsulation_count, 0);
	assert_int_equal(packet.payload_length, frame->length - UDP_END);
}

static void gre(void **state)
{
	static const uint16_t refused[] = {0x4000, 0x0800, 0x0400, 2, 7};
	static const uint16_t unknown[] = {0x0000, 0x0806, 0x8100, 0x22eb, 0x6559};
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		start_ip(&frame);
		frame_gre(&frame, refused[i], 0);
		finish(&frame);
		expect_outside(&frame, COUNTER_UNDECODED_TUNNEL);
	}
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		start_ip(&frame);
		frame_gre(&frame, 0, 0);
		frame_ethertype(&frame, unknown[i]);
		finish(&frame);
		expect_outside(&frame, COUNTER_UNDECODED_TUNNEL);
	}
	start_ip(&frame);
	frame_gre(&frame, 0x1000, 0);
	frame_ethertype(&frame, 0x88be);
	frame_bytes(&frame, "\x20\1\0\2\0\0\0\3", 8); // of ERSPAN's other types
	finish(&frame);
	expect_outside(&frame, COUNTER_UNDECODED_TUNNEL);
}

static void pptp(void **state)
{
	static const struct {
		const char *bytes;
		enum counter reason;
	} cases[] = {
		{"\x30\1\x88\x0b\0\x3c\0\7\0\0\0\1", 0},
		{"\x20\x81\x88\x0b\0\0\0\7\0\0\0\1", COUNTER_UNDECODED_CONTROL},
		{"\x10\1\x88\x0b\0\x3c\0\7\0\0\0\1", COUNTER_UNDECODED_TUNNEL}, // no key
		{"\xb0\1\x88\x0b\0\x3c\0\7\0\0\0\1", COUNTER_UNDECODED_TUNNEL}, // checksum
		{"\x30\1\x08\0\0\x3c\0\7\0\0\0\1", COUNTER_UNDECODED_TUNNEL},   // not PPP
		{"\x30\1\x88\x0b\0\x04\0\7\0\0\0\1", COUNTER_UNDECODED_TRUNCATED},
	};
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start_ip(&frame);
		frame_protocol(&frame, IPPROTO_GRE);
		frame_bytes(&frame, cases[i].bytes, 12);
		frame_bytes(&frame, "\xff\x03\0\x21", 4);
		finish(&frame);
		if (cases[i].reason)
			expect_outside(&frame, cases[i].reason);
		else
			expect(&frame, 0);
	}
	start_ip(&frame);
	frame_protocol(&frame, IPPROTO_GRE);
	frame_bytes(&frame, "\x30\1\x88\x0b\0\x3c\0\7\0\0\0\1\0\xfd", 14); // MPPE
	finish(&frame);
	expect_outside(&frame, COUNTER_UNDECODED_TUNNEL);
}

static void other_tunnels(void **state)
{
	static const uint8_t protocols[] = {94, 97, 98, 115, 143};
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(protocols); i++) {
		start_ip(&frame);
		frame_protocol(&frame, protocols[i]);
		frame_payload(&frame, 60);
		frame_end(&frame);
		expect_outside(&frame, COUNTER_UNDECODED_TUNNEL);
		assert_int_equal(decoded(&frame).transport, protocols[i]);
	}
	start_ip(&frame);
	frame_protocol(&frame, IPPROTO_IPIP);
	frame_payload(&frame, 60); // no IP
	frame_end(&frame);
	expect_outside(&frame, COUNTER_UNDECODED_IPV4);
	start_ip(&frame);
	frame_ipv6(&frame, "::ffff:192.0.2.7", CC6);
	frame_udp(&frame, 1, 2);
	frame_end(&frame);
	expect_outside(&frame, COUNTER_UNDECODED_MAPPED);
}

// One byte of a good tunnel changed; `at` counts from behind the UDP header.
struct change {
	size_t at;
	uint8_t value;
	int reason; // -1: an ordinary datagram
};

static void apply(struct frame *frame, const struct change *change)
{
	struct frame changed = *frame;

	changed.bytes[UDP_END + change->at] = change->value;
	if (change->reason < 0)
		expect_ordinary(&changed);
	else
		expect(&changed, (enum counter)change->reason);
}

static void apply_all(struct frame *frame, const struct change *changes, size_t count)
{
	expect(frame, 0);
	assert_int_equal(decoded(frame).outer_count, 1);
	for (size_t i = 0; i < count; i++)
		apply(frame, &changes[i]);
}

#define APPLY(frame, changes) apply_all(frame, changes, sizeof(changes) / sizeof((changes)[0]))

static void l2tp(void **state)
{
	static const struct change changes[] = {
		{1, 3, -1},                            // version
		{0, 0x60, -1},                         // a reserved bit
		{3, 200, -1},                          // longer than the datagram
		{3, 8, -1},                            // shorter than its headers
		{5, 0, -1},                            // no tunnel
		{7, 0, -1},                            // no session
		{11, 0x20, -1},                        // no PPP
		{11, 0x3d, COUNTER_UNDECODED_TUNNEL},  // multilink
		{10, 0xc0, COUNTER_UNDECODED_CONTROL}, // LCP
		{0, 0xc8, COUNTER_UNDECODED_CONTROL},  // a control message
		{0, 0xca, -1},                         // that has what only data have
	};
	struct frame frame;

	(void)state;
	start_udp(&frame, 1701);
	frame_l2tp(&frame, 0x4002, 1, 2);
	finish(&frame);
	APPLY(&frame, changes);
	frame.bytes[UDP_END] = 0xc8;
	frame.bytes[UDP_END + 3] = 11; // no control message is so short
	expect_ordinary(&frame);

	start_udp(&frame, 1701);
	frame_l2tp(&frame, 0x0202, 1, 2);
	finish(&frame);
	expect(&frame, 0);
	frame.bytes[UDP_END + 6] = 0xff; // the offset leads out of the datagram
	expect_ordinary(&frame);
}

static void gtpu(void **state)
{
	static const struct change changes[] = {
		{0, 0x50, -1}, // version
		{0, 0x20, -1}, // GTP'
		{0, 0x38, -1}, // the spare bit
		{3, 47, -1},   // a byte less
		{1, 16, -1},   // a message of the control plane
		{1, 1, COUNTER_UNDECODED_CONTROL}, {1, 2, COUNTER_UNDECODED_CONTROL},
		{1, 26, COUNTER_UNDECODED_CONTROL}, {1, 31, COUNTER_UNDECODED_CONTROL},
		{1, 253, COUNTER_UNDECODED_CONTROL}, {1, 254, COUNTER_UNDECODED_CONTROL},
		{8, 0x05, COUNTER_UNDECODED_TUNNEL}, // Ethernet, or what else a PDU may be
	};
	static const struct change extended[] = {
		{11, 0, COUNTER_UNDECODED_TUNNEL}, // no extension, so its bytes are the payload
		{12, 0, -1},                       // of length zero
		{16, 0, -1}, {16, 200, -1},        // longer than the datagram
		{23, 1, -1},                       // one more, whose length is 0x45
	};
	struct frame frame;

	(void)state;
	start_udp(&frame, 2152);
	frame_gtpu(&frame, 0, 7);
	finish(&frame);
	APPLY(&frame, changes);
	start_udp(&frame, 2152);
	frame_gtpu(&frame, 4, 7);
	finish(&frame);
	APPLY(&frame, extended);
}

static void vxlan(void **state)
{
	static const struct change changes[] = {
		{0, 0, -1}, // no flag
		{0, 0x88, -1}, {1, 1, -1}, {3, 1, -1}, {7, 1, -1},
		{20, 0x86, COUNTER_UNDECODED_ETHERTYPE},
		{21, 0x06, COUNTER_UNDECODED_CONTROL}, // ARP
	};
	struct frame frame;

	(void)state;
	start_udp(&frame, 4789);
	frame_vxlan(&frame, 7);
	frame_ethernet(&frame);
	finish(&frame);
	APPLY(&frame, changes);
	// GPE names what follows.
	frame.bytes[UDP_END] = 0x0c;
	expect_ordinary(&frame);
	frame.bytes[UDP_END + 3] = 3;
	expect(&frame, 0);
	frame.bytes[UDP_END + 3] = 1;
	expect(&frame, COUNTER_UNDECODED_IPV4);
	frame.bytes[UDP_END + 3] = 2;
	expect(&frame, COUNTER_UNDECODED_IPV6);
	frame.bytes[UDP_END + 3] = 4;
	expect_ordinary(&frame);
}

static void geneve(void **state)
{
	static const struct change changes[] = {
		{0, 0x43, -1},             // version
		{1, 0x01, -1},             // reserved
		{7, 1, -1}, {2, 0x08, -1}, // 0x0858
		{11, 3, -1},               // the option overruns the header
		{11, 1, -1},               // what is left of it overruns
		{11, 0x22, -1},            // reserved
		{0, 0x3f, -1},             // options longer than the datagram
		{1, 0x80, COUNTER_UNDECODED_CONTROL},
		{1, 0x40, 0}, // critical options, which we need not understand
	};
	struct frame frame;

	(void)state;
	start_udp(&frame, 6081);
	frame_geneve(&frame, 3, 7);
	memset(&frame.bytes[frame.length - 8], 0xff, 8);
	frame_ethernet(&frame);
	finish(&frame);
	APPLY(&frame, changes);
}

static void teredo(void **state)
{
	static const struct change changes[] = {
		{0, 0x50, -1}, {5, 27, -1}, // a byte less
		{5, 29, -1},                // a byte more
		{8, 0x24, -1},              // nobody's client
		{0, 0, -1},                 // no origin, whose bytes would be the header's
		{6, 59, 0},                 // a bubble
	};
	static const struct change indicated[] = {
		{2, 200, -1},                          // the identifier leads out of the datagram
		{3, 255, -1}, {0, 1, -1}, {13, 1, -1}, // neither origin nor IPv6
	};
	struct frame frame;

	(void)state;
	start_udp(&frame, 3544);
	frame_ipv6(&frame, TEREDO, CC6);
	frame_udp(&frame, 1, 2);
	frame_payload(&frame, 20);
	frame_end(&frame);
	APPLY(&frame, changes);

	start_udp(&frame, 3544);
	frame_bytes(&frame, "\0\1\0\0nnnnnnnn\0", 13);
	frame_bytes(&frame, "\0\0\x12\x34\xff\xff\xff\xff", 8);
	frame_ipv6(&frame, "fe80::1", "ff02::2");
	frame_icmp(&frame, IPPROTO_ICMPV6, 133);
	frame_end(&frame);
	APPLY(&frame, indicated);
}

// Datagrams of every length, of bytes that begin like a tunnel: none is read beyond its end, none
// that ends too early for a header is more than a datagram.
static void short_datagrams(void **state)
{
	static const struct {
		uint16_t port;
		const char *bytes;
		size_t length; // from which it may be a tunnel
	} cases[] = {
		{1701, "\0\2\0\1\0\1\xff\3\0\x21", 10},
		{2152, "\x30\xff\0\0\0\0\0\7", 8},
		{3544, "\0\1\0\0nnnnnnnn\0\0\0\0\0\0\0\0\0", 61},
		{4789, "\x08\0\0\0\0\0\7\0", 8},
		{6081, "\x02\0\x65\x58\0\0\7\0\0\0\0\1\0\0\0\0", 16},
		{8472, "\x08\0\0\0\0\0\7\0", 8},
	};
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t length = 0; length < cases[i].length; length++) {
			start_udp(&frame, cases[i].port);
			frame_bytes(&frame, cases[i].bytes, length < 21 ? length : 21);
			frame_payload(&frame, length < 21 ? 0 : length - 21);
			frame_end(&frame);
			expect_ordinary(&frame);
		}
	}
	// A length that no datagram can have.
	frame_make_udp(&frame, SOURCE, 50000, CC, 2152, 40);
	frame.bytes[frame.udp + 5] = 7;
	expect_outside(&frame, 0);
	frame_ipv4_fragment(&frame, 0x2000);
	expect_outside(&frame, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gre),
		cmocka_unit_test(pptp),
		cmocka_unit_test(other_tunnels),
		cmocka_unit_test(l2tp),
		cmocka_unit_test(gtpu),
		cmocka_unit_test(vxlan),
		cmocka_unit_test(geneve),
		cmocka_unit_test(teredo),
		cmocka_unit_test(short_datagrams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
