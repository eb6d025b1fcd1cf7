// SPDX-License-Identifier: BSD-3-Clause
// Tunnels: fragments of them, fragments in them, and their own pairs of addresses.
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"
#include "tests/burst/slice.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define BOT    "100.64.0.7"
#define BOT_V6 "2001:db8:1:2345::7"
#define CPE    "2001:db8:1:2300::1" // the subscriber's end of the tunnel
#define AFTR   "2400:cb00:ffff::1"  // the network's
#define CPE_V4 "100.64.0.99"
#define END_V4 "203.0.113.1"
#define CC     "198.51.100.9"
#define CC_V6  "2400:cb00::9"
#define BENIGN "203.0.113.80"
#define BAD    4444
#define OTHER  80
#define VXLAN  4789

static const struct rule rules[] = {
	{CC, IPPROTO_UDP, BAD, 3, ACTION_DROP},
	{CC_V6, IPPROTO_UDP, BAD, 3, ACTION_DROP},
};

static void open_default(struct checkpoint *checkpoint, enum mode mode)
{
	checkpoint_open(checkpoint, rules, ARRAY_SIZE(rules), mode, 64);
}

// Bit 0: down; bit 1: the inner packet is IPv6, in 6in4; else IPv4 in IPv6, as DS-Lite and MAP-E
// have it (RFC 6333, RFC 7597).
#define WAYS 4

static enum direction direction_of(unsigned int way)
{
	return way & 1 ? DIRECTION_DOWN : DIRECTION_UP;
}

static void make_inner(struct frame *inner, unsigned int way, const char *server, uint16_t port)
{
	const char *bot = way & 2 ? BOT_V6 : BOT;

	if (way & 1)
		frame_make_udp(inner, server, port, bot, 40000, 192);
	else
		frame_make_udp(inner, bot, 40000, server, port, 192);
}

static void wrap(struct datagram *datagram, unsigned int way, const struct frame *inner)
{
	const char *ours = way & 2 ? CPE_V4 : CPE, *theirs = way & 2 ? END_V4 : AFTR;

	if (way & 1)
		datagram_wrap(datagram, theirs, ours, inner);
	else
		datagram_wrap(datagram, ours, theirs, inner);
}

static void make(struct datagram *datagram, unsigned int way, bool listed, uint16_t port)
{
	struct frame inner;

	make_inner(&inner, way, listed ? (way & 2 ? CC_V6 : CC) : (way & 2 ? AFTR : BENIGN), port);
	wrap(datagram, way, &inner);
}

static enum verdict pass(struct checkpoint *checkpoint, unsigned int way,
	const struct datagram *datagram, size_t offset, size_t length)
{
	struct frame frame;

	slice_make(&frame, datagram, offset, length);
	return checkpoint_pass(checkpoint, direction_of(way), &frame);
}

static void a_tunnels_fragments_share_what_is_inside(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		const struct ledger_entry *entry;
		struct checkpoint checkpoint;
		struct datagram datagram;

		open_default(&checkpoint, MODE_ENFORCE);
		make(&datagram, way, true, BAD);
		assert_int_equal(pass(&checkpoint, way, &datagram, 0, 80), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, way, &datagram, 80, 80), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, way, &datagram, 160, 400), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 3);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 0);
		assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 1);
		entry = checkpoint_entry(
			&checkpoint, way & 2 ? "2001:db8:1:2300::" : BOT, way & 2 ? CC_V6 : CC);
		assert_non_null(entry);
		assert_int_equal(entry->packets_dropped, 3);
		assert_int_equal(entry->key.transport, IPPROTO_UDP);
		checkpoint.pipeline.mode = MODE_ALERT;
		assert_int_equal(pass(&checkpoint, way, &datagram, 80, 80), VERDICT_FORWARD);
		assert_int_equal(entry->packets_dropped, 3);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 4);

		make(&datagram, way, true, OTHER);
		datagram.identification = 2;
		pass(&checkpoint, way, &datagram, 0, 80);
		pass(&checkpoint, way, &datagram, 80, 400);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 2);
		checkpoint_close(&checkpoint);
	}
}

static void a_benign_tunnels_fragments_are_understood(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		struct checkpoint checkpoint;
		struct datagram datagram;

		checkpoint_open(
			&checkpoint, way & 1 ? NULL : rules, way & 1 ? 0 : 2, MODE_ENFORCE, 64);
		make(&datagram, way, false, BAD);
		pass(&checkpoint, way, &datagram, 80, 80); // came first
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 1);
		assert_int_equal(checkpoint.burst.packets[0].undecoded, COUNTER_UNDECODED_FRAGMENT);
		pass(&checkpoint, way, &datagram, 0, 80);
		pass(&checkpoint, way, &datagram, 80, 80);
		pass(&checkpoint, way, &datagram, 160, 400);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 1);
		// It could bring another packet, of which nothing is known.
		pass(&checkpoint, way, &datagram, 16, 80);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 0);
		assert_int_equal(checkpoint.burst.judged, 0);
		checkpoint_close(&checkpoint);
	}
}

static void a_first_that_hides_what_is_inside_lends_nothing(void **state)
{
	struct checkpoint checkpoint;
	struct datagram datagram;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&datagram, 0, true, BAD);
	pass(&checkpoint, 0, &datagram, 0, 16);
	pass(&checkpoint, 0, &datagram, 80, 80);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_TRUNCATED), 1);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 1);
	// The same after one that was understood.
	make(&datagram, 0, true, OTHER);
	datagram.identification = 2;
	pass(&checkpoint, 0, &datagram, 0, 80);
	pass(&checkpoint, 0, &datagram, 0, 16);
	pass(&checkpoint, 0, &datagram, 80, 80);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 2);
	// The tunnel's own address is listed: that is known, what is inside is not.
	datagram.source = CC_V6;
	datagram.destination = CPE;
	pass(&checkpoint, 1, &datagram, 0, 16);
	pass(&checkpoint, 1, &datagram, 80, 80);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 3);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 3);
	checkpoint_close(&checkpoint);
}

static void an_overlap_in_a_tunnel_meets_the_inner_strictest_rule(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		struct checkpoint checkpoint;
		struct datagram datagram;

		open_default(&checkpoint, MODE_ENFORCE);
		make(&datagram, way, true, OTHER);
		assert_int_equal(pass(&checkpoint, way, &datagram, 0, 80), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, way, &datagram, 16, 80), VERDICT_DROP);
		// Even of another transport: the inner header could be another as well.
		datagram.identification = 2;
		datagram.bytes[way & 2 ? 6 : 9] = IPPROTO_TCP;
		assert_int_equal(pass(&checkpoint, way, &datagram, 0, 80), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, way, &datagram, 16, 80), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 2);
		checkpoint_close(&checkpoint);
	}
}

static void fragments_at_both_levels(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		struct checkpoint checkpoint;
		struct datagram inside, outside;
		struct frame frame;

		open_default(&checkpoint, MODE_ENFORCE);
		datagram_make_udp(&inside, BOT, 40000, CC, BAD, 0, 400);
		if (way & 2)
			datagram_make_udp(&inside, BOT_V6, 40000, CC_V6, BAD, 0, 400);
		if (way & 1) {
			const char *source = inside.source;

			inside.source = inside.destination;
			inside.destination = source;
			inside.bytes[0] = BAD >> 8;
			inside.bytes[1] = BAD & 0xff;
		}
		slice_make(&frame, &inside, 0, 200);
		wrap(&outside, way, &frame);
		assert_int_equal(pass(&checkpoint, way, &outside, 0, 120), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, way, &outside, 120, 200), VERDICT_DROP);
		// The inner one's rest, in a packet of its own: whole, then in fragments again.
		slice_make(&frame, &inside, 200, 208);
		wrap(&outside, way, &frame);
		assert_int_equal(pass(&checkpoint, way, &outside, 0, 400), VERDICT_DROP);
		outside.identification = 2;
		assert_int_equal(pass(&checkpoint, way, &outside, 0, 120), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, way, &outside, 120, 200), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 5);
		assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 1);
		// Without the first: early inside, understood outside.
		inside.identification = 3;
		slice_make(&frame, &inside, 200, 208);
		wrap(&outside, way, &frame);
		outside.identification = 3;
		assert_int_equal(pass(&checkpoint, way, &outside, 0, 120), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, way, &outside, 120, 200), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_FRAGMENT), 0);
		checkpoint_close(&checkpoint);
	}
}

// A whole inner packet in VXLAN from the subscriber's own address to a server.
static void make_vxlan(struct frame *frame, const char *server, uint16_t source_port,
	const char *inner_server, uint16_t inner_port)
{
	struct frame inner;
	size_t at;

	frame_make_udp(&inner, BOT, 40000, inner_server, inner_port, 100);
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv4(frame, CPE_V4, server);
	frame_udp(frame, source_port, VXLAN);
	at = frame->length;
	frame_payload(frame, 8 + inner.length);
	memset(&frame->bytes[at], 0, 8);
	frame->bytes[at] = 0x08; // RFC 7348 section 5
	memcpy(&frame->bytes[at + 8], inner.bytes, inner.length);
	frame_end(frame);
}

static void outer_pairs_are_matched_where_asked_for(void **state)
{
	static const struct rule tunnels[] = {
		{END_V4, IPPROTO_UDP, VXLAN, 4, ACTION_DROP},
		{CC, IPPROTO_UDP, BAD, 3, ACTION_DROP},
		{CPE, IPPROTO_UDP, BAD, 3, ACTION_DROP},
	};
	const struct ledger_entry *entry;
	struct checkpoint checkpoint;
	struct datagram datagram;
	struct frame frame;

	(void)state;
	checkpoint_open(&checkpoint, tunnels, ARRAY_SIZE(tunnels), MODE_ENFORCE, 64);
	make_vxlan(&frame, END_V4, 50000, BENIGN, OTHER);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 0);

	checkpoint.pipeline.match_all = true;
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	entry = checkpoint_entry(&checkpoint, CPE_V4, END_V4);
	assert_non_null(entry);
	assert_int_equal(entry->key.port, VXLAN);
	assert_int_equal(entry->key.transport, IPPROTO_UDP);
	// A listed inner address on another port gives way to it.
	make_vxlan(&frame, END_V4, 50000, CC, OTHER);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_int_equal(entry->packets_up, 2);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 0);
	// A match inside comes first.
	make_vxlan(&frame, END_V4, 50000, CC, BAD);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_int_equal(entry->packets_up, 2);
	assert_int_equal(checkpoint_entry(&checkpoint, BOT, CC)->packets_up, 1);
	// Without ports, and seen from the other side.
	make(&datagram, 1, false, OTHER);
	datagram.source = CPE;
	datagram.destination = AFTR;
	assert_int_equal(pass(&checkpoint, 1, &datagram, 0, 400), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 1);
	assert_int_equal(pass(&checkpoint, 0, &datagram, 0, 400), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 1);
	checkpoint_close(&checkpoint);
}

static void vxlan_datagram(struct datagram *datagram, const char *inner_server)
{
	struct frame frame;

	make_vxlan(&frame, END_V4, 50000, inner_server, OTHER);
	datagram_wrap(datagram, CPE_V4, END_V4, &frame);
	// What the IP header carries, without it.
	datagram->length -= 20;
	memmove(datagram->bytes, datagram->bytes + 20, datagram->length);
	datagram->protocol = IPPROTO_UDP;
}

static void fragments_of_a_listed_tunnel_share_its_match(void **state)
{
	static const struct rule tunnels[] = {
		{END_V4, IPPROTO_UDP, VXLAN, 4, ACTION_DROP},
		{CC, IPPROTO_UDP, OTHER, 3, ACTION_ALERT},
	};
	struct checkpoint checkpoint;
	struct datagram datagram, listed;

	(void)state;
	vxlan_datagram(&datagram, BENIGN);
	vxlan_datagram(&listed, CC);
	listed.identification = 2;
	for (int all = 0; all < 2; all++) {
		enum verdict expected = all ? VERDICT_DROP : VERDICT_FORWARD;

		checkpoint_open(&checkpoint, tunnels, ARRAY_SIZE(tunnels), MODE_ENFORCE, 64);
		checkpoint.pipeline.match_all = all;
		assert_int_equal(pass(&checkpoint, 0, &datagram, 0, 80), expected);
		assert_int_equal(pass(&checkpoint, 0, &datagram, 80, 80), expected);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), all ? 2 : 0);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 0);

		// The inner match decides, but the strictest rule is that of either pair.
		assert_int_equal(pass(&checkpoint, 0, &listed, 0, 80), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, 0, &listed, 80, 80), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, 0, &listed, 40, 80), expected);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP), 1);
		checkpoint_close(&checkpoint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tunnels_fragments_share_what_is_inside),
		cmocka_unit_test(a_benign_tunnels_fragments_are_understood),
		cmocka_unit_test(a_first_that_hides_what_is_inside_lends_nothing),
		cmocka_unit_test(an_overlap_in_a_tunnel_meets_the_inner_strictest_rule),
		cmocka_unit_test(fragments_at_both_levels),
		cmocka_unit_test(outer_pairs_are_matched_where_asked_for),
		cmocka_unit_test(fragments_of_a_listed_tunnel_share_its_match),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
