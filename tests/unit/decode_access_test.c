// SPDX-License-Identifier: BSD-3-Clause
// PPPoE and MPLS that are broken, or whose payload can be read in two ways.
#include "tests/unit/decoded.h"

#include <netinet/in.h>

#define BOT "100.64.0.7"
#define CC  "198.51.100.9"

static void start(struct frame *frame, uint16_t ethertype)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ethertype(frame, ethertype);
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

static void expect_inside(const struct frame *frame)
{
	struct packet packet = decoded(frame);

	expect(frame, 0);
	assert_address(&packet.source, BOT);
}

static void pppoe(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum counter reason;
	} cases[] = {
		{14, 0x21, COUNTER_UNDECODED_PPPOE},   // version
		{14, 0x12, COUNTER_UNDECODED_PPPOE},   // type
		{15, 0xa7, COUNTER_UNDECODED_PPPOE},   // the code of a termination
		{20, 0xc0, COUNTER_UNDECODED_CONTROL}, // LCP
		{20, 0x80, COUNTER_UNDECODED_CONTROL}, // IPCP
		{21, 0xfd, COUNTER_UNDECODED_PPPOE},   // compressed
		{21, 0x22, COUNTER_UNDECODED_PPPOE},   // no number at all
		{21, 0x57, COUNTER_UNDECODED_IPV6},    // the wrong version
	};
	struct frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		frame_start(&frame);
		frame_ethernet(&frame);
		frame_pppoe(&frame, 7);
		finish(&frame);
		frame_pad(&frame, 20); // an IPv6 header is longer
		expect(&frame, 0);
		frame.bytes[cases[i].at] = cases[i].value;
		if (cases[i].at == 20)
			frame.bytes[21] = 0x21;
		expect(&frame, cases[i].reason);
	}
	frame.bytes[20] = 0;
	frame.bytes[21] = 0x21;
	frame.bytes[18] = 0;
	frame.bytes[19] = 1; // less than a protocol number
	expect(&frame, COUNTER_UNDECODED_PPPOE);
	frame.bytes[19] = 2 + 20 + 3; // less than the ports
	expect(&frame, COUNTER_UNDECODED_TRUNCATED);
}

static void mpls(void **state)
{
	struct frame frame;

	(void)state;
	frame_start(&frame);
	frame_ethernet(&frame);
	for (unsigned i = 0; i < 9; i++)
		frame_mpls(&frame, i, i == 8);
	finish(&frame);
	expect(&frame, COUNTER_UNDECODED_MPLS);
	assert_int_equal(decoded(&frame).encapsulation_count, 8);

	start(&frame, 0x8848);
	for (unsigned i = 0; i < 300; i++) // no bottom
		frame_mpls(&frame, i, false);
	expect(&frame, COUNTER_UNDECODED_MPLS);

	start(&frame, 0x8847);
	frame_mpls(&frame, 13, true);
	frame_bytes(&frame, "\x10\0\0\7", 4); // BFD, and nothing more
	expect(&frame, COUNTER_UNDECODED_CONTROL);
	frame_payload(&frame, 40);
	expect(&frame, COUNTER_UNDECODED_CONTROL);
	frame.bytes[19] = 1;
	expect(&frame, COUNTER_UNDECODED_MPLS);

	for (unsigned first = 0; first < 256; first++) {
		start(&frame, 0x8847);
		frame_mpls(&frame, 16, true);
		frame_payload(&frame, 60);
		frame.bytes[18] = (uint8_t)first;
		expect(&frame, COUNTER_UNDECODED_MPLS);
	}
}

// IPv4 whose checksum is wrong is IPv4 if nothing else fits.
static void mpls_with_doubts(void **state)
{
	struct frame frame;

	(void)state;
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_mpls(&frame, 16, true);
	finish(&frame);
	frame.bytes[frame.ipv4 + 10] ^= 1;
	expect_inside(&frame);
	// What does fit: the other bytes are a whole Ethernet frame's.
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_mpls(&frame, 16, true);
	frame_ethernet(&frame);
	finish(&frame);
	memcpy(&frame.bytes[18], "\x45\0\0\x20\0\0", 6);
	expect_inside(&frame);
	assert_int_equal(decoded(&frame).encapsulations[1].kind, ENCAPSULATION_PSEUDOWIRE);
	// An EtherType alone is not enough.
	frame.bytes[18] = 0x02;
	frame.bytes[frame.ipv4] = 0x55;
	expect(&frame, COUNTER_UNDECODED_MPLS);
	// A length that is a byte too long.
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_mpls(&frame, 16, true);
	finish(&frame);
	frame.bytes[frame.ipv4 + 3]++;
	expect(&frame, COUNTER_UNDECODED_MPLS);
	// LLC in a pseudowire.
	start(&frame, 0x8847);
	frame_mpls(&frame, 16, true);
	frame_ethernet(&frame);
	frame_ethertype(&frame, 39);
	frame_bytes(&frame, "\x42\x42\x03", 3);
	frame_payload(&frame, 36);
	expect(&frame, COUNTER_UNDECODED_LLC);
}

// Without a control word, to an address that begins with as many zeros as it has: the tag is kept.
static void tags_behind_zeros(void **state)
{
	static const uint16_t tpids[] = {0x8100, 0x88a8, 0x9100, 0x9200};
	struct packet packet;
	struct frame frame;

	(void)state;
	for (size_t zeros = 1; zeros <= 6; zeros++) {
		for (size_t i = 0; i < sizeof(tpids) / sizeof(tpids[0]) * 2; i++) {
			size_t at, tags = i & 1 ? 2 : 1;

			start(&frame, 0x8847);
			frame_mpls(&frame, 1000, true);
			at = frame.length;
			frame_ethernet(&frame);
			memcpy(&frame.bytes[at], "\x0e\x5e\x11\x13\x15\x17", 6);
			memset(&frame.bytes[at], 0, zeros);
			frame_vlan(&frame, tpids[i / 2], 100);
			if (tags == 2)
				frame_vlan(&frame, 0x8100, 200);
			finish(&frame);
			packet = decoded(&frame);
			assert_int_equal(packet.undecoded, 0);
			assert_int_equal(packet.encapsulation_count, 2 + tags);
			assert_int_equal(packet.encapsulations[1].kind, ENCAPSULATION_PSEUDOWIRE);
			assert_int_equal(packet.encapsulations[1].id, 0);
			assert_int_equal(packet.encapsulations[2].kind, ENCAPSULATION_VLAN);
			assert_int_equal(packet.encapsulations[2].id, 100);
		}
	}
	// Behind a word that reads as these zeros, a sender that would be a group is no sender.
	start(&frame, 0x8847);
	frame_mpls(&frame, 1000, true);
	frame_bytes(&frame, "\0\0\0\0\2\0\1\0\0\2\2\0\x81\0\0\1\x08\0", 18);
	frame.field = FRAME_NOTHING;
	finish(&frame);
	packet = decoded(&frame);
	assert_int_equal(packet.encapsulation_count, 2);
	assert_int_equal(packet.encapsulations[1].id, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pppoe),
		cmocka_unit_test(mpls),
		cmocka_unit_test(mpls_with_doubts),
		cmocka_unit_test(tags_behind_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
