// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/act/reset.h"

#include "dataplane/act/header.h"
#include "tests/unit/made.h"

#define BOT    "100.64.0.7"
#define CC     "198.51.100.9"
#define BOT_V6 "2001:db8:1::7"
#define CC_V6  "2400:cb00::9"

static struct made make(const struct frame *frame, size_t captured, enum envelope_way way)
{
	struct packet packet = decoded_cut(frame, captured);
	uint8_t *exact = malloc(captured ? captured : 1), *out = malloc(RESET_SIZE);
	struct made made = {0};

	assert_non_null(exact);
	assert_non_null(out);
	memcpy(exact, frame->bytes, captured);
	made.frame.length = reset_make(exact, captured, &packet, way, out);
	memcpy(made.frame.bytes, out, made.frame.length);
	free(out);
	free(exact);
	made_prove(&made);
	return made;
}

static uint32_t number(const struct made *made, size_t at)
{
	return decode_be32(&made->frame.bytes[made->packet.l4_offset + at]);
}

static void set_numbers(struct frame *frame, uint32_t sequence, uint32_t acknowledgement)
{
	header_put32(&frame->bytes[frame->l4 + 4], sequence);
	header_put32(&frame->bytes[frame->l4 + 8], acknowledgement);
}

static void check(
	const struct made *made, uint8_t flags, uint32_t sequence, uint32_t acknowledgement)
{
	assert_true(made->frame.length > 0);
	assert_int_equal(made->packet.tcp_flags, flags);
	assert_int_equal(number(made, 4), sequence);
	assert_int_equal(number(made, 8), acknowledgement);
	assert_int_equal(made->packet.payload_length, 0);
}

static void both_ends_get_what_they_accept(void **state)
{
	static const struct {
		uint8_t flags;
		size_t payload;
		uint8_t back_flags, onward_flags; // 0: no reset
		uint32_t back[2], onward[2];
	} cases[] = {
		{TCP_SYN, 0, TCP_RST | TCP_ACK, 0, {0, 1001}, {0}},
		{TCP_SYN, 9, TCP_RST | TCP_ACK, 0, {0, 1010}, {0}}, // RFC 7413
		{TCP_SYN | TCP_ACK, 0, TCP_RST, TCP_RST | TCP_ACK, {5000, 0}, {1000, 5000}},
		{TCP_ACK, 0, TCP_RST, TCP_RST | TCP_ACK, {5000, 0}, {1000, 5000}},
		{TCP_ACK, 700, TCP_RST, TCP_RST | TCP_ACK, {5000, 0}, {1000, 5000}},
		{TCP_FIN | TCP_ACK, 3, TCP_RST, TCP_RST | TCP_ACK, {5000, 0}, {1000, 5000}},
		{TCP_FIN, 3, TCP_RST | TCP_ACK, TCP_RST, {0, 1004}, {1000, 0}},
		{0, 5, TCP_RST | TCP_ACK, TCP_RST, {0, 1005}, {1000, 0}},
		{TCP_RST, 0, 0, 0, {0}, {0}},
		{TCP_RST | TCP_ACK, 0, 0, 0, {0}, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int v6 = 0; v6 < 2; v6++) {
			const char *bot = v6 ? BOT_V6 : BOT, *cc = v6 ? CC_V6 : CC;
			struct frame frame;
			struct made made;

			frame_make_tcp(
				&frame, bot, 40000, cc, 6667, cases[i].flags, cases[i].payload);
			set_numbers(&frame, 1000, 5000);
			made = make(&frame, frame.length, ENVELOPE_BACK);
			if (cases[i].back_flags) {
				check(&made, cases[i].back_flags, cases[i].back[0],
					cases[i].back[1]);
				assert_pair(&made, cc, 6667, bot, 40000);
				assert_memory_equal(made.frame.bytes, &frame.bytes[6], 6);
				assert_memory_equal(&made.frame.bytes[6], frame.bytes, 6);
			} else {
				assert_int_equal(made.frame.length, 0);
			}
			made = make(&frame, frame.length, ENVELOPE_ONWARD);
			if (cases[i].onward_flags) {
				check(&made, cases[i].onward_flags, cases[i].onward[0],
					cases[i].onward[1]);
				assert_pair(&made, bot, 40000, cc, 6667);
				assert_memory_equal(made.frame.bytes, frame.bytes, 12);
			} else {
				assert_int_equal(made.frame.length, 0);
			}
		}
	}
}

static void numbers_wrap(void **state)
{
	struct frame frame;
	struct made made;

	(void)state;
	frame_make_tcp(&frame, BOT, 40000, CC, 6667, TCP_SYN, 0);
	set_numbers(&frame, UINT32_MAX, 0);
	made = make(&frame, frame.length, ENVELOPE_BACK);
	check(&made, TCP_RST | TCP_ACK, 0, 0);
}

static void padding_is_not_acknowledged(void **state)
{
	struct frame frame;
	struct made made;

	(void)state;
	frame_make_tcp(&frame, BOT, 40000, CC, 6667, TCP_SYN, 0);
	set_numbers(&frame, 7, 0);
	frame_pad(&frame, 6);
	made = make(&frame, frame.length, ENVELOPE_BACK);
	check(&made, TCP_RST | TCP_ACK, 0, 8);
	assert_int_equal(made.frame.length, 60);
}

enum around {
	QINQ,
	PPPOE,
	PPPOE_IN_QINQ,
	IPIP,
	DS_LITE,
	GRE,
	GRE_CHECKED,
	GRE_ETHERNET,
	VXLAN,
	VXLAN_V6,
	GENEVE,
	TEREDO,
	MPLS,
	L2TP,
	GTPU,
	GTPU_EXTENDED,
	AROUND_COUNT
};

// Only onward: the ids of the other direction are not known.
static bool one_way(enum around around)
{
	return around >= MPLS;
}

static void wrap_v6(struct frame *frame)
{
	frame_ipv6(frame, "2001:db8:ffff::1", "2001:db8:ffff::2");
}

static void wrap_v4(struct frame *frame)
{
	frame_ipv4(frame, "192.0.2.1", "192.0.2.2");
}

static void wrap(struct frame *frame, enum around around)
{
	frame_start(frame);
	frame_ethernet(frame);
	switch (around) {
	case PPPOE_IN_QINQ:
	case QINQ:
		frame_vlan(frame, 0x88a8, 0x6000 | 300);
		frame_vlan(frame, 0x8100, 100);
		if (around == QINQ)
			break;
		// fall through
	case PPPOE:
		frame_pppoe(frame, 7);
		break;
	case IPIP:
		wrap_v4(frame);
		break;
	case DS_LITE:
		wrap_v6(frame);
		frame_extension(frame, IPPROTO_DSTOPTS, 8); // tunnel encapsulation limit
		break;
	case GRE:
	case GRE_CHECKED:
	case GRE_ETHERNET:
		wrap_v4(frame);
		frame_gre(frame, around == GRE ? 0x2000 : around == GRE_CHECKED ? 0xa000 : 0, 99);
		if (around == GRE_ETHERNET)
			frame_ethernet(frame);
		break;
	case VXLAN:
	case VXLAN_V6:
		if (around == VXLAN)
			wrap_v4(frame);
		else
			wrap_v6(frame);
		frame_udp(frame, 50000, 4789);
		frame_vxlan(frame, 77);
		frame_ethernet(frame);
		break;
	case GENEVE:
		wrap_v6(frame);
		frame_udp(frame, 50000, 6081);
		frame_geneve(frame, 0, 77);
		frame_ethernet(frame);
		break;
	case TEREDO:
		wrap_v4(frame);
		frame_udp(frame, 40001, 3544);
		break;
	case MPLS:
		frame_mpls(frame, 1000, false);
		frame_mpls(frame, 1001, true);
		break;
	case L2TP:
		wrap_v4(frame);
		frame_udp(frame, 1701, 1701);
		frame_l2tp(frame, 0x4002, 5, 6);
		break;
	case GTPU:
	case GTPU_EXTENDED:
		wrap_v6(frame);
		frame_udp(frame, 2152, 2152);
		frame_gtpu(frame, around == GTPU ? 0 : 4, 0x1234);
		break;
	case AROUND_COUNT:
		break;
	}
	if (around == TEREDO)
		frame_ipv6(frame, "2001:0:1::7", CC_V6);
	else
		frame_ipv4(frame, BOT, CC);
	frame_tcp(frame, 40000, 6667, TCP_ACK);
	frame_payload(frame, 30);
	frame_end(frame);
}

static void check_outers(const struct packet *made, const struct packet *packet, bool back)
{
	assert_int_equal(made->encapsulation_count, packet->encapsulation_count);
	assert_int_equal(made->outer_count, packet->outer_count);
	for (uint8_t i = 0; i < made->encapsulation_count; i++) {
		assert_int_equal(made->encapsulations[i].kind, packet->encapsulations[i].kind);
		assert_int_equal(made->encapsulations[i].id, packet->encapsulations[i].id);
	}
	for (uint8_t i = 0; i < made->outer_count; i++) {
		const struct outer *one = &made->outers[i], *other = &packet->outers[i];

		assert_memory_equal(&one->source, back ? &other->destination : &other->source,
			sizeof(one->source));
		assert_memory_equal(&one->destination, back ? &other->source : &other->destination,
			sizeof(one->destination));
	}
}

static void the_answer_travels_in_the_same_headers(void **state)
{
	(void)state;
	for (enum around around = 0; around < AROUND_COUNT; around++) {
		const char *bot = around == TEREDO ? "2001:0:1::7" : BOT;
		const char *cc = around == TEREDO ? CC_V6 : CC;
		struct packet packet;
		struct frame frame;
		struct made made;

		wrap(&frame, around);
		packet = decoded(&frame);
		made = make(&frame, frame.length, ENVELOPE_ONWARD);
		assert_true(made.frame.length > 0);
		assert_pair(&made, bot, 40000, cc, 6667);
		check_outers(&made.packet, &packet, false);
		made = make(&frame, frame.length, ENVELOPE_BACK);
		assert_int_equal(made.frame.length == 0, one_way(around));
		if (one_way(around))
			continue;
		assert_pair(&made, cc, 6667, bot, 40000);
		check_outers(&made.packet, &packet, true);
	}
}

static void tunnels_that_name_themselves_keep_their_port(void **state)
{
	struct frame frame;
	struct made made;

	(void)state;
	wrap(&frame, VXLAN);
	made = make(&frame, frame.length, ENVELOPE_BACK);
	assert_int_equal(made.packet.outers[0].destination_port, 4789);
	wrap(&frame, TEREDO);
	made = make(&frame, frame.length, ENVELOPE_BACK);
	assert_int_equal(made.packet.outers[0].source_port, 3544);
	assert_int_equal(made.packet.outers[0].destination_port, 40001);
}

static void addresses_of_ethernet_in_a_tunnel_are_turned(void **state)
{
	static const enum around arounds[] = {GRE_ETHERNET, VXLAN, VXLAN_V6, GENEVE};

	(void)state;
	for (size_t i = 0; i < sizeof(arounds) / sizeof(arounds[0]); i++) {
		struct frame frame;
		struct made made;
		size_t at;

		wrap(&frame, arounds[i]);
		made = make(&frame, frame.length, ENVELOPE_BACK);
		at = made.packet.l3_offset - 14u;
		assert_memory_equal(&made.frame.bytes[at], &frame.bytes[at + 6], 6);
		assert_memory_equal(&made.frame.bytes[at + 6], &frame.bytes[at], 6);
	}
}

static void refuse_all(const struct frame *frame, size_t captured)
{
	assert_int_equal(make(frame, captured, ENVELOPE_BACK).frame.length, 0);
	assert_int_equal(make(frame, captured, ENVELOPE_ONWARD).frame.length, 0);
}

static void what_cannot_be_answered_is_not(void **state)
{
	struct frame frame;

	(void)state;
	frame_make_udp(&frame, BOT, 1, CC, 2, 30);
	refuse_all(&frame, frame.length);
	frame_make_tcp(&frame, BOT, 1, CC, 2, TCP_ACK, 0);
	refuse_all(&frame, frame.length - 1); // a header cut short
	frame.bytes[frame.l4 + 12] = 4 << 4;
	refuse_all(&frame, frame.length);
	frame_make_tcp(&frame, BOT, 1, CC, 2, TCP_ACK, 30);
	frame_ipv4_fragment(&frame, 0x2000);
	refuse_all(&frame, frame.length);
	frame_ipv4_fragment(&frame, 100);
	refuse_all(&frame, frame.length);

	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv4(&frame, BOT, CC);
	frame_ipv4_options(&frame, 1);
	frame_tcp(&frame, 1, 2, TCP_ACK);
	frame_end(&frame);
	refuse_all(&frame, frame.length);

	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv6(&frame, BOT_V6, CC_V6);
	frame_extension(&frame, IPPROTO_AH, 24);
	frame_tcp(&frame, 1, 2, TCP_ACK);
	frame_end(&frame);
	refuse_all(&frame, frame.length);

	frame_start(&frame);
	frame_ethernet(&frame);
	wrap_v4(&frame);
	frame_gre(&frame, 0x1000, 0); // numbered
	frame_ipv4(&frame, BOT, CC);
	frame_tcp(&frame, 1, 2, TCP_ACK);
	frame_end(&frame);
	refuse_all(&frame, frame.length);
}

static void nobody_answers_many_stations(void **state)
{
	struct frame frame;

	(void)state;
	frame_make_tcp(&frame, BOT, 1, CC, 2, TCP_ACK, 0);
	memset(frame.bytes, 0xff, 6);
	assert_int_equal(make(&frame, frame.length, ENVELOPE_BACK).frame.length, 0);
	assert_true(make(&frame, frame.length, ENVELOPE_ONWARD).frame.length > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_get_what_they_accept),
		cmocka_unit_test(numbers_wrap),
		cmocka_unit_test(padding_is_not_acknowledged),
		cmocka_unit_test(the_answer_travels_in_the_same_headers),
		cmocka_unit_test(tunnels_that_name_themselves_keep_their_port),
		cmocka_unit_test(addresses_of_ethernet_in_a_tunnel_are_turned),
		cmocka_unit_test(what_cannot_be_answered_is_not),
		cmocka_unit_test(nobody_answers_many_stations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
