// SPDX-License-Identifier: BSD-3-Clause
// What lies around a packet, one encapsulation and several: what is found, and where it ends.
#include "tests/unit/decoded.h"

#include <netinet/in.h>

#define BOT         "100.64.0.7"
#define CC          "198.51.100.9"
#define OUTER       "192.0.2.1"
#define OUTER_PEER  "192.0.2.2"
#define BOT6        "2001:db8:1::7"
#define CC6         "2001:db8:ffff::9"
#define OUTER6      "2001:db8:2::1"
#define OUTER_PEER6 "2001:db8:2::2"
#define TEREDO      "2001:0:c000:201::7"
#define IRC         6667

#define LABEL     ENCAPSULATION_MPLS
#define KINDS_MAX 14

static void vlan(struct frame *frame)
{
	frame_vlan(frame, 0x8100, 100);
}

static void qinq(struct frame *frame)
{
	frame_vlan(frame, 0x88a8, 300);
	frame_vlan(frame, 0x8100, 100);
}

static void pppoe(struct frame *frame)
{
	frame_pppoe(frame, 0x1234);
}

static void pppoe_compressed(struct frame *frame)
{
	frame_pppoe(frame, 0x1234);
	frame->length--; // a byte for the protocol, which build writes
	frame->field = FRAME_NOTHING;
}

static void labels(struct frame *frame)
{
	frame_mpls(frame, 1000, false);
	frame_mpls(frame, 0xfffff, true);
}

static void eight_labels(struct frame *frame)
{
	for (uint32_t i = 1; i <= 8; i++)
		frame_mpls(frame, i, i == 8);
}

static void pseudowire(struct frame *frame)
{
	frame_mpls(frame, 1000, true);
	frame_ethernet(frame);
}

static void pseudowire_with_word(struct frame *frame)
{
	frame_mpls(frame, 1000, true);
	frame_bytes(frame, "\0\0\0\0", 4);
	frame_ethernet(frame);
}

static void pseudowire_with_number(struct frame *frame)
{
	frame_mpls(frame, 1000, true);
	frame_bytes(frame, "\0\0\1\7", 4);
	frame_ethernet(frame);
}

// VRRP's address begins with zeros, as a control word does.
static void pseudowire_like_word(struct frame *frame)
{
	size_t at;

	frame_mpls(frame, 1000, true);
	at = frame->length;
	frame_ethernet(frame);
	memcpy(&frame->bytes[at], "\0\0\x5e\0\1\7", 6);
	frame_vlan(frame, 0x8100, 100);
}

// MAC addresses that begin as IP does.
static void pseudowire_like_ip(struct frame *frame, uint8_t first)
{
	size_t at;

	frame_mpls(frame, 1000, true);
	at = frame->length;
	frame_ethernet(frame);
	frame->bytes[at] = first;
}

static void pseudowire_like_ipv4(struct frame *frame)
{
	pseudowire_like_ip(frame, 0x45);
}

static void pseudowire_like_ipv6(struct frame *frame)
{
	pseudowire_like_ip(frame, 0x60);
}

static void ipv4(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
}

static void ipv6(struct frame *frame)
{
	frame_ipv6(frame, OUTER6, OUTER_PEER6);
}

static void ipv6_options(struct frame *frame)
{
	frame_ipv6(frame, OUTER6, OUTER_PEER6);
	frame_extension(frame, IPPROTO_DSTOPTS, 8); // RFC 2473: the encapsulation limit
}

static void mpls_in_ip(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_mpls(frame, 5, true);
}

static void gre(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_gre(frame, 0, 0);
}

static void gre_full(struct frame *frame)
{
	frame_ipv6(frame, OUTER6, OUTER_PEER6);
	frame_gre(frame, 0xb000, 0xdeadbeef);
}

static void gre_ethernet(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_gre(frame, 0x2000, 7);
	frame_ethernet(frame);
	frame_vlan(frame, 0x8100, 9);
}

static void gre_mpls(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_gre(frame, 0, 0);
	frame_mpls(frame, 5, true);
}

static void gre_ppp(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_gre(frame, 0, 0);
	frame_ethertype(frame, 0x880b);
	frame_bytes(frame, "\xff\x03\0\x21", 4);
}

static void erspan_1(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_gre(frame, 0, 0);
	frame_ethertype(frame, 0x88be);
	frame_ethernet(frame);
}

static void erspan_2(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_gre(frame, 0x1000, 0);
	frame_ethertype(frame, 0x88be);
	frame_bytes(frame, "\x10\1\0\2\0\0\0\3", 8);
	frame_ethernet(frame);
}

static void pptp(struct frame *frame)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_protocol(frame, IPPROTO_GRE);
	frame_bytes(frame, "\x30\x81\x88\x0b\xff\xff\0\x07\0\0\0\1\0\0\0\2", 16);
	frame_bytes(frame, "\xff\x03\0\x21", 4);
}

static void udp(struct frame *frame, uint16_t port)
{
	frame_ipv4(frame, OUTER, OUTER_PEER);
	frame_udp(frame, 50000, port);
}

static void l2tp(struct frame *frame)
{
	udp(frame, 1701);
	frame_l2tp(frame, 0x0002, 11, 22);
}

static void l2tp_full(struct frame *frame)
{
	frame_ipv6(frame, OUTER6, OUTER_PEER6);
	frame_udp(frame, 1701, 50000); // told by the source port
	frame_l2tp(frame, 0x4b02, 11, 22);
}

static void gtpu(struct frame *frame)
{
	udp(frame, 2152);
	frame_gtpu(frame, 0, 0xcafe0001);
}

static void gtpu_sequence(struct frame *frame)
{
	udp(frame, 2152);
	frame_gtpu(frame, 2, 0xcafe0001);
}

static void gtpu_extensions(struct frame *frame)
{
	udp(frame, 2152);
	frame_gtpu(frame, 4, 0xcafe0001);
}

static void vxlan(struct frame *frame)
{
	udp(frame, 4789);
	frame_vxlan(frame, 0xabcdef);
	frame_ethernet(frame);
}

static void vxlan_linux(struct frame *frame)
{
	udp(frame, 8472);
	frame_vxlan(frame, 0xabcdef);
	frame_ethernet(frame);
}

static void geneve(struct frame *frame)
{
	udp(frame, 6081);
	frame_geneve(frame, 0, 0x010203);
}

static void geneve_options(struct frame *frame)
{
	udp(frame, 6081);
	frame_geneve(frame, 3, 0x010203);
	frame_ethernet(frame);
}

// RFC 4380: both indicators.
static void teredo_indicators(struct frame *frame)
{
	udp(frame, 3544);
	frame_bytes(frame, "\0\1\2\3ccaaannnnnnnn\0", 18);
	frame_bytes(frame, "\0\0\x12\x34\xff\xff\xff\xff", 8);
}

static void teredo(struct frame *frame)
{
	udp(frame, 3544);
}

static void pppoe_over_qinq(struct frame *frame)
{
	qinq(frame);
	pppoe(frame);
}

static void ds_lite_in_pppoe(struct frame *frame)
{
	pppoe_over_qinq(frame);
	ipv6(frame);
}

static void l2tp_over_labels(struct frame *frame)
{
	vlan(frame);
	labels(frame);
	l2tp(frame);
}

#define V4 ENCAPSULATION_IPV4
#define V6 ENCAPSULATION_IPV6

static const struct {
	const char *name;
	void (*build)(struct frame *frame);
	uint8_t depth; // that is needed
	bool needs_v6; // inside
	uint8_t outers;
	uint8_t count;
	uint8_t kinds[KINDS_MAX];
	uint32_t last_id;
} cases[] = {
	{"VLAN", vlan, 1, false, 0, 1, {ENCAPSULATION_VLAN}, 100},
	{"QinQ", qinq, 1, false, 0, 2, {ENCAPSULATION_VLAN, ENCAPSULATION_VLAN}, 100},
	{"PPPoE", pppoe, 1, false, 0, 1, {ENCAPSULATION_PPPOE}, 0x1234},
	{"PPPoE, compressed", pppoe_compressed, 1, false, 0, 1, {ENCAPSULATION_PPPOE}, 0x1234},
	{"MPLS", labels, 1, false, 0, 2, {LABEL, LABEL}, 0xfffff},
	{"eight labels", eight_labels, 1, false, 0, 8,
		{LABEL, LABEL, LABEL, LABEL, LABEL, LABEL, LABEL, LABEL}, 8},
	{"pseudowire", pseudowire, 1, false, 0, 2, {LABEL, ENCAPSULATION_PSEUDOWIRE}, 0},
	{"control word", pseudowire_with_word, 1, false, 0, 2, {LABEL, ENCAPSULATION_PSEUDOWIRE},
		1},
	{"sequence number", pseudowire_with_number, 1, false, 0, 2,
		{LABEL, ENCAPSULATION_PSEUDOWIRE}, 1},
	{"MAC address 0", pseudowire_like_word, 2, false, 0, 3,
		{LABEL, ENCAPSULATION_PSEUDOWIRE, ENCAPSULATION_VLAN}, 100},
	{"MAC address 4", pseudowire_like_ipv4, 1, false, 0, 2, {LABEL, ENCAPSULATION_PSEUDOWIRE},
		0},
	{"MAC address 6", pseudowire_like_ipv6, 1, false, 0, 2, {LABEL, ENCAPSULATION_PSEUDOWIRE},
		0},
	{"IPv4", ipv4, 1, false, 1, 1, {V4}, 0},
	{"IPv6", ipv6, 1, false, 1, 1, {V6}, 0},
	{"IPv6 with options", ipv6_options, 1, false, 1, 1, {V6}, 0},
	{"MPLS in IP", mpls_in_ip, 1, false, 1, 2, {V4, LABEL}, 5},
	{"GRE", gre, 1, false, 1, 2, {V4, ENCAPSULATION_GRE}, 0},
	{"GRE, all options", gre_full, 1, false, 1, 2, {V6, ENCAPSULATION_GRE}, 0xdeadbeef},
	{"GRE, Ethernet", gre_ethernet, 2, false, 1, 3, {V4, ENCAPSULATION_GRE, ENCAPSULATION_VLAN},
		9},
	{"GRE, MPLS", gre_mpls, 2, false, 1, 3, {V4, ENCAPSULATION_GRE, LABEL}, 5},
	{"GRE, PPP", gre_ppp, 1, false, 1, 2, {V4, ENCAPSULATION_GRE}, 0},
	{"ERSPAN I", erspan_1, 1, false, 1, 2, {V4, ENCAPSULATION_GRE}, 0},
	{"ERSPAN II", erspan_2, 1, false, 1, 2, {V4, ENCAPSULATION_GRE}, 0},
	{"PPTP", pptp, 1, false, 1, 2, {V4, ENCAPSULATION_GRE}, 7},
	{"L2TP", l2tp, 1, false, 1, 2, {V4, ENCAPSULATION_L2TP}, 11 << 16 | 22},
	{"L2TP, all options", l2tp_full, 1, false, 1, 2, {V6, ENCAPSULATION_L2TP}, 11 << 16 | 22},
	{"GTP-U", gtpu, 1, false, 1, 2, {V4, ENCAPSULATION_GTPU}, 0xcafe0001},
	{"GTP-U, numbered", gtpu_sequence, 1, false, 1, 2, {V4, ENCAPSULATION_GTPU}, 0xcafe0001},
	{"GTP-U, extended", gtpu_extensions, 1, false, 1, 2, {V4, ENCAPSULATION_GTPU}, 0xcafe0001},
	{"VXLAN", vxlan, 1, false, 1, 2, {V4, ENCAPSULATION_VXLAN}, 0xabcdef},
	{"VXLAN of Linux", vxlan_linux, 1, false, 1, 2, {V4, ENCAPSULATION_VXLAN}, 0xabcdef},
	{"Geneve", geneve, 1, false, 1, 2, {V4, ENCAPSULATION_GENEVE}, 0x010203},
	{"Geneve with options", geneve_options, 1, false, 1, 2, {V4, ENCAPSULATION_GENEVE},
		0x010203},
	{"Teredo", teredo, 1, true, 1, 2, {V4, ENCAPSULATION_TEREDO}, 0},
	{"Teredo with indicators", teredo_indicators, 1, true, 1, 2, {V4, ENCAPSULATION_TEREDO}, 0},
	{"PPPoE over QinQ", pppoe_over_qinq, 2, false, 0, 3,
		{ENCAPSULATION_VLAN, ENCAPSULATION_VLAN, ENCAPSULATION_PPPOE}, 0x1234},
	{"DS-Lite in PPPoE", ds_lite_in_pppoe, 3, false, 1, 4,
		{ENCAPSULATION_VLAN, ENCAPSULATION_VLAN, ENCAPSULATION_PPPOE, V6}, 0},
	{"L2TP over MPLS", l2tp_over_labels, 3, false, 1, 5,
		{ENCAPSULATION_VLAN, LABEL, LABEL, V4, ENCAPSULATION_L2TP}, 11 << 16 | 22},
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static bool has_pair(size_t i, bool v6)
{
	return v6 || !cases[i].needs_v6;
}

static void build(struct frame *frame, size_t i, bool v6, bool tcp)
{
	frame_start(frame);
	frame_ethernet(frame);
	cases[i].build(frame);
	if (cases[i].build == gre_ppp || cases[i].build == pptp ||
		cases[i].build == pppoe_compressed)
		frame->bytes[frame->length - 1] = v6 ? 0x57 : 0x21;
	if (v6)
		frame_ipv6(frame, cases[i].needs_v6 ? TEREDO : BOT6, CC6);
	else
		frame_ipv4(frame, BOT, CC);
	if (tcp)
		frame_tcp(frame, 40000, IRC, TCP_SYN);
	else
		frame_udp(frame, 40000, IRC);
	frame_payload(frame, 30);
	frame_end(frame);
}

static void assert_around(const struct packet *packet, size_t i)
{
	uint8_t outer = 0;

	assert_int_equal(packet->encapsulation_count, cases[i].count);
	for (uint8_t k = 0; k < cases[i].count; k++)
		assert_int_equal(packet->encapsulations[k].kind, cases[i].kinds[k]);
	assert_int_equal(packet->encapsulations[cases[i].count - 1].id, cases[i].last_id);
	assert_int_equal(packet->outer_count, cases[i].outers);
	for (uint8_t k = 0; k < cases[i].count; k++) {
		if (cases[i].kinds[k] != V4 && cases[i].kinds[k] != V6)
			continue;
		assert_address(
			&packet->outers[outer].source, cases[i].kinds[k] == V4 ? OUTER : OUTER6);
		assert_address(&packet->outers[outer++].destination,
			cases[i].kinds[k] == V4 ? OUTER_PEER : OUTER_PEER6);
	}
}

static void every_encapsulation(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES * 4; i++) {
		bool v6 = i & 1, tcp = i & 2;
		struct packet packet;
		struct frame frame;

		if (!has_pair(i / 4, v6))
			continue;
		build(&frame, i / 4, v6, tcp);
		packet = decoded(&frame);
		if (packet.undecoded)
			fail_msg("%s: %s", cases[i / 4].name, counter_infos[packet.undecoded].name);
		assert_address(&packet.source, !v6 ? BOT : cases[i / 4].needs_v6 ? TEREDO : BOT6);
		assert_address(&packet.destination, v6 ? CC6 : CC);
		assert_int_equal(packet.source_port, 40000);
		assert_int_equal(packet.destination_port, IRC);
		assert_int_equal(packet.transport, tcp ? IPPROTO_TCP : IPPROTO_UDP);
		assert_int_equal(packet.tcp_flags, tcp ? TCP_SYN : 0);
		assert_int_equal(packet.payload_length, 30);
		assert_int_equal(packet.l3_offset, v6 ? frame.ipv6 : frame.ipv4);
		assert_int_equal(packet.l4_offset, frame.l4);
		assert_int_equal(packet.fragment, FRAGMENT_NONE);
		assert_around(&packet, i / 4);
	}
}

// Wherever a capture ends: no byte behind it is read, what was reached stands, and the frame is
// truncated exactly if it ends before the innermost ports do.
static void every_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		bool v6 = cases[i].needs_v6;
		struct frame frame;

		build(&frame, i, v6, false);
		for (size_t captured = 0; captured <= frame.length; captured++) {
			struct packet packet = decoded_cut(&frame, captured);

			if (captured >= frame.l4 + 4) {
				assert_int_equal(packet.undecoded, 0);
				assert_int_equal(packet.destination_port, IRC);
				continue;
			}
			if (packet.undecoded != COUNTER_UNDECODED_TRUNCATED)
				fail_msg("%s, %zu bytes", cases[i].name, captured);
			assert_true(packet.outer_count <= cases[i].outers);
			if (packet.outer_count < cases[i].outers && packet_has_addresses(&packet))
				assert_true(packet.encapsulation_count <= cases[i].count);
		}
	}
}

static void every_depth(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		for (uint8_t depth = 1; depth <= DECODE_DEPTH_MAX; depth++) {
			struct packet packet;
			struct frame frame;

			build(&frame, i, cases[i].needs_v6, false);
			packet = decoded_deep(
				&frame, frame.length, frame.length, LAYER_ETHERNET, depth);
			assert_int_equal(packet.undecoded,
				depth < cases[i].depth ? COUNTER_UNDECODED_DEPTH : 0);
		}
	}
}

static void udp_ports_of_a_tunnel_are_told(void **state)
{
	struct packet packet;
	struct frame frame;

	(void)state;
	frame_start(&frame);
	frame_ethernet(&frame);
	vxlan(&frame);
	frame_ipv4(&frame, BOT, CC);
	frame_icmp(&frame, IPPROTO_ICMP, 8);
	frame_end(&frame);
	packet = decoded(&frame);
	assert_int_equal(packet.outers[0].transport, IPPROTO_UDP);
	assert_int_equal(packet.outers[0].source_port, 50000);
	assert_int_equal(packet.outers[0].destination_port, 4789);
	assert_int_equal(packet.transport, IPPROTO_ICMP);
	assert_int_equal(packet.source_port, 0);
	assert_int_equal(packet.destination_port, 0);
	assert_int_equal(packet.payload_length, 0);
}

// IP in IP in IP: each level counts, and four fit.
static void russian_dolls(void **state)
{
	(void)state;
	for (unsigned levels = 0; levels <= 6; levels++) {
		struct packet packet;
		struct frame frame;

		frame_start(&frame);
		frame_ethernet(&frame);
		for (unsigned i = 0; i < levels; i++) {
			if (i % 2)
				ipv6(&frame);
			else
				ipv4(&frame);
		}
		frame_ipv4(&frame, BOT, CC);
		frame_udp(&frame, 1, 2);
		frame_end(&frame);
		packet = decoded_deep(
			&frame, frame.length, frame.length, LAYER_ETHERNET, DECODE_DEPTH_MAX);
		assert_true(packet_has_addresses(&packet));
		assert_int_equal(packet.undecoded, levels > 4 ? COUNTER_UNDECODED_DEPTH : 0);
		assert_int_equal(packet.outer_count, levels > 4 ? 4 : levels);
		if (levels > 4)
			assert_address(&packet.source, OUTER); // the fifth
		else
			assert_address(&packet.source, BOT);
	}
}

// More than struct packet has room for, within the depth.
static void a_train_of_tags(void **state)
{
	struct packet packet;
	struct frame frame;

	(void)state;
	frame_start(&frame);
	frame_ethernet(&frame);
	for (unsigned i = 0; i < 3; i++) {
		for (uint16_t tag = 1; tag <= 4; tag++)
			frame_vlan(&frame, 0x8100, tag);
		frame_mpls(&frame, 1, true);
		frame_ethernet(&frame);
	}
	frame_ipv4(&frame, BOT, CC);
	frame_udp(&frame, 1, 2);
	frame_end(&frame);
	packet = decoded_deep(&frame, frame.length, frame.length, LAYER_ETHERNET, DECODE_DEPTH_MAX);
	assert_int_equal(packet.undecoded, COUNTER_UNDECODED_DEPTH);
	assert_int_equal(packet.encapsulation_count, PACKET_ENCAPSULATIONS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encapsulation),
		cmocka_unit_test(every_cut),
		cmocka_unit_test(every_depth),
		cmocka_unit_test(udp_ports_of_a_tunnel_are_told),
		cmocka_unit_test(russian_dolls),
		cmocka_unit_test(a_train_of_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
