// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/decoded.h"

#include <netinet/in.h>

#define SOURCE         "192.0.2.7"
#define DESTINATION    "198.51.100.9"
#define SOURCE_V6      "2001:db8::7"
#define DESTINATION_V6 "2001:db8:ffff::9"

static void start_v4(struct frame *frame)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv4(frame, SOURCE, DESTINATION);
}

static void start_v6(struct frame *frame)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv6(frame, SOURCE_V6, DESTINATION_V6);
}

static void tcp_over_ipv4(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	frame_make_tcp(&frame, SOURCE, 40000, DESTINATION, 6667, TCP_SYN | TCP_ACK, 5);
	frame_pad(&frame, 1); // to the 60 bytes of an Ethernet frame
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, 0);
	assert_address(&packet.source, SOURCE);
	assert_address(&packet.destination, DESTINATION);
	assert_int_equal(packet.source_port, 40000);
	assert_int_equal(packet.destination_port, 6667);
	assert_int_equal(packet.transport, IPPROTO_TCP);
	assert_int_equal(packet.tcp_flags, TCP_SYN | TCP_ACK);
	assert_int_equal(packet.payload_length, 5);
	assert_int_equal(packet.l3_offset, 14);
	assert_int_equal(packet.l4_offset, 34);
	assert_int_equal(packet.encapsulation_count, 0);
	assert_int_equal(packet.fragment, FRAGMENT_NONE);
}

static void udp_over_ipv6(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	frame_make_udp(&frame, SOURCE_V6, 53, DESTINATION_V6, 5353, 77);
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, 0);
	assert_address(&packet.source, SOURCE_V6);
	assert_address(&packet.destination, DESTINATION_V6);
	assert_int_equal(packet.source_port, 53);
	assert_int_equal(packet.destination_port, 5353);
	assert_int_equal(packet.transport, IPPROTO_UDP);
	assert_int_equal(packet.payload_length, 77);
	assert_int_equal(packet.l4_offset, 54);
}

static void udp_lengths(void **state)
{
	struct frame frame;

	(void)state;
	frame_make_udp(&frame, SOURCE, 1, DESTINATION, 2, 20);
	frame.bytes[frame.udp + 5] = 8 + 12; // the IP packet has more than its datagram
	assert_int_equal(decoded(&frame).payload_length, 12);
	frame.bytes[frame.udp + 5] = 8 + 99;
	assert_int_equal(decoded(&frame).payload_length, 20);
	frame.bytes[frame.udp + 5] = 7; // shorter than its own header
	assert_int_equal(decoded(&frame).undecoded, 0);
	assert_int_equal(decoded(&frame).payload_length, 0);
}

static void vlan_tags(void **state)
{
	static const uint16_t tags[] = {0x8100, 0x88a8, 0x9100, 0x9200};
	struct frame frame;
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		frame_start(&frame);
		frame_ethernet(&frame);
		frame_vlan(&frame, tags[i / 4], 0xe064); // priority bits are not the identifier's
		frame_vlan(&frame, tags[i % 4], 4095);
		frame_ipv4(&frame, SOURCE, DESTINATION);
		frame_udp(&frame, 1, 2);
		frame_end(&frame);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_int_equal(packet.encapsulation_count, 2);
		assert_int_equal(packet.encapsulations[0].id, 100);
		assert_int_equal(packet.encapsulations[1].id, 4095);
		assert_int_equal(packet.destination_port, 2);
		assert_int_equal(packet.l3_offset, 22);
	}
	for (uint8_t count = 1; count <= 5; count++) {
		frame_start(&frame);
		frame_ethernet(&frame);
		for (uint16_t i = 1; i <= count; i++)
			frame_vlan(&frame, 0x8100, i);
		frame_ipv4(&frame, SOURCE, DESTINATION);
		frame_udp(&frame, 1, 2);
		frame_end(&frame);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, count > 4 ? COUNTER_UNDECODED_VLAN_DEPTH : 0);
		assert_int_equal(packet.encapsulation_count, count > 4 ? 4 : count);
		for (uint8_t i = 0; i < packet.encapsulation_count; i++) {
			assert_int_equal(packet.encapsulations[i].kind, ENCAPSULATION_VLAN);
			assert_int_equal(packet.encapsulations[i].id, i + 1);
			assert_int_equal(packet.encapsulations[i].offset, 14 + 4 * i);
		}
	}
}

static void what_is_not_ip(void **state)
{
	static const struct {
		uint16_t ethertype;
		enum counter reason;
	} cases[] = {
		{0x0806, COUNTER_UNDECODED_CONTROL},   // ARP
		{0x8035, COUNTER_UNDECODED_CONTROL},   // RARP
		{0x8808, COUNTER_UNDECODED_CONTROL},   // PAUSE
		{0x8809, COUNTER_UNDECODED_CONTROL},   // LACP
		{0x8863, COUNTER_UNDECODED_CONTROL},   // PPPoE discovery
		{0x888e, COUNTER_UNDECODED_CONTROL},   // EAPOL
		{0x88cc, COUNTER_UNDECODED_CONTROL},   // LLDP
		{0x88f7, COUNTER_UNDECODED_CONTROL},   // PTP
		{0x8902, COUNTER_UNDECODED_CONTROL},   // CFM
		{0x88e7, COUNTER_UNDECODED_ETHERTYPE}, // 802.1ah
		{0x0600, COUNTER_UNDECODED_ETHERTYPE}, {0x05ff, COUNTER_UNDECODED_LLC},
		{38, COUNTER_UNDECODED_LLC}, // STP
	};
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		frame_start(&frame);
		frame_ethernet(&frame);
		frame_ethertype(&frame, cases[i].ethertype);
		frame_payload(&frame, 46);
		assert_int_equal(decoded(&frame).undecoded, cases[i].reason);
	}
}

static void ipv4_lengths(void **state)
{
	struct frame frame;
	uint8_t *header;

	(void)state;
	start_v4(&frame);
	frame_ipv4_options(&frame, 10);
	frame_udp(&frame, 1, 2);
	frame_payload(&frame, 9);
	frame_end(&frame);
	header = &frame.bytes[frame.ipv4];
	assert_int_equal(decoded(&frame).destination_port, 2);
	assert_int_equal(decoded(&frame).payload_length, 9);

	header[0] = 0x44; // shorter than a header can be
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_IPV4);
	header[0] = 0x6f;
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_IPV4);
	header[0] = 0x4f;
	header[3] = 59; // the packet ends inside its header
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_IPV4);
	header[3] = 63; // the packet ends inside its ports, whatever padding follows
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_TRUNCATED);
	header[3] = 64;
	assert_int_equal(decoded(&frame).undecoded, 0);
	assert_int_equal(decoded(&frame).destination_port, 2);
	header[2] = header[3] = 0; // segmentation offload: to the end of the frame
	assert_int_equal(decoded(&frame).payload_length, 9);
	header[2] = header[3] = 0xff; // longer than the frame
	assert_int_equal(decoded(&frame).payload_length, 9);
}

static void ipv6_extensions(void **state)
{
	static const uint8_t extensions[] = {IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS,
		IPPROTO_AH, IPPROTO_MH, 139, 140};
	struct frame frame;
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < sizeof(extensions); i++) {
		for (size_t length = 8; length <= 64; length += 8) {
			start_v6(&frame);
			frame_extension(&frame, extensions[i], length);
			frame_tcp(&frame, 1, 2, TCP_SYN);
			frame_payload(&frame, 3);
			frame_end(&frame);
			packet = decoded(&frame);
			assert_int_equal(packet.undecoded, 0);
			assert_int_equal(packet.transport, IPPROTO_TCP);
			assert_int_equal(packet.destination_port, 2);
			assert_int_equal(packet.payload_length, 3);
			assert_int_equal(packet.l4_offset, 54 + length);
		}
	}
	for (unsigned count = 1; count <= DECODE_EXTENSIONS_MAX + 1; count++) {
		start_v6(&frame);
		for (unsigned i = 0; i < count; i++)
			frame_extension(&frame, IPPROTO_DSTOPTS, 8);
		frame_udp(&frame, 1, 2);
		frame_end(&frame);
		assert_int_equal(decoded(&frame).undecoded,
			count > DECODE_EXTENSIONS_MAX ? COUNTER_UNDECODED_EXTENSION : 0);
	}
	start_v6(&frame);
	frame_extension(&frame, 253, 8);
	frame_udp(&frame, 1, 2);
	frame_end(&frame);
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_EXTENSION);

	start_v6(&frame);
	frame_protocol(&frame, IPPROTO_NONE);
	frame_payload(&frame, 8);
	frame_end(&frame);
	assert_int_equal(decoded(&frame).undecoded, 0);
	assert_int_equal(decoded(&frame).transport, IPPROTO_NONE);
}

static void ipv6_that_is_wrong(void **state)
{
	struct frame frame;
	struct packet packet;

	(void)state;
	frame_make_udp(&frame, SOURCE_V6, 1, DESTINATION_V6, 2, 10);
	frame.bytes[frame.ipv6] = 0x50;
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_IPV6);

	frame_make_udp(&frame, "::ffff:192.0.2.7", 1, DESTINATION_V6, 2, 10);
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, COUNTER_UNDECODED_MAPPED);
	assert_address(&packet.source, "::");
	frame_make_udp(&frame, SOURCE_V6, 1, "::ffff:198.51.100.9", 2, 10);
	assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_MAPPED);

	// RFC 2675: both lengths are 0, the option tells them, the frame ends where it ends.
	frame_make_udp(&frame, SOURCE_V6, 1, DESTINATION_V6, 2, 10);
	memset(&frame.bytes[frame.ipv6 + 4], 0, 2);
	memset(&frame.bytes[frame.udp + 4], 0, 2);
	packet = decoded(&frame);
	assert_int_equal(packet.undecoded, 0);
	assert_int_equal(packet.payload_length, 10);
}

static void transports_without_rules(void **state)
{
	static const struct {
		uint8_t protocol;
		uint16_t destination_port;
	} cases[] = {{IPPROTO_SCTP, 0x7878}, {IPPROTO_DCCP, 0x7878}, {IPPROTO_UDPLITE, 0x7878},
		{IPPROTO_ICMP, 0}, {IPPROTO_IGMP, 0}, {IPPROTO_ESP, 0}, {89, 0}, {0, 0}, {255, 0}};
	struct frame frame;
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start_v4(&frame);
		frame_protocol(&frame, cases[i].protocol);
		frame_payload(&frame, 20);
		frame_end(&frame);
		packet = decoded(&frame);
		assert_int_equal(packet.undecoded, 0);
		assert_int_equal(packet.transport, cases[i].protocol);
		assert_int_equal(packet.destination_port, cases[i].destination_port);
		if (!cases[i].destination_port)
			continue;
		frame.length = frame.l4 + 3;
		assert_int_equal(decoded(&frame).undecoded, COUNTER_UNDECODED_TRUNCATED);
	}
	start_v4(&frame);
	frame_extension(&frame, IPPROTO_AH, 24);
	frame_tcp(&frame, 1, 2, TCP_SYN);
	frame_end(&frame);
	assert_int_equal(decoded(&frame).destination_port, 2);
}

// Wherever a frame ends: no byte behind it is read, and it is truncated exactly if it ends before
// the ports do.
static void every_cut(void **state)
{
	struct frame frames[3];

	(void)state;
	start_v4(&frames[0]);
	frame_ipv4_options(&frames[0], 3);
	frame_tcp(&frames[0], 1, 2, TCP_SYN);
	start_v6(&frames[1]);
	frame_extension(&frames[1], IPPROTO_HOPOPTS, 16);
	frame_ipv6_fragment(&frames[1], 0, 1);
	frame_extension(&frames[1], IPPROTO_AH, 24);
	frame_udp(&frames[1], 1, 2);
	frame_start(&frames[2]);
	frame_ethernet(&frames[2]);
	frame_vlan(&frames[2], 0x88a8, 1);
	frame_vlan(&frames[2], 0x8100, 2);
	frame_ipv4(&frames[2], SOURCE, DESTINATION);
	frame_udp(&frames[2], 1, 2);
	for (size_t i = 0; i < 3; i++) {
		struct frame *frame = &frames[i];

		frame_payload(frame, 50);
		frame_end(frame);
		for (size_t captured = 0; captured <= frame->length; captured++) {
			struct packet packet = decoded_cut(frame, captured);

			if (captured < frame->l4 + 4) {
				assert_int_equal(packet.undecoded, COUNTER_UNDECODED_TRUNCATED);
				continue;
			}
			assert_int_equal(packet.undecoded, 0);
			assert_int_equal(packet.destination_port, 2);
			// What the capture cut off was on the wire.
			if (captured >= frame->l4 + 14)
				assert_int_equal(packet.payload_length, 50);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_over_ipv4),
		cmocka_unit_test(udp_over_ipv6),
		cmocka_unit_test(udp_lengths),
		cmocka_unit_test(vlan_tags),
		cmocka_unit_test(what_is_not_ip),
		cmocka_unit_test(ipv4_lengths),
		cmocka_unit_test(ipv6_extensions),
		cmocka_unit_test(ipv6_that_is_wrong),
		cmocka_unit_test(transports_without_rules),
		cmocka_unit_test(every_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
