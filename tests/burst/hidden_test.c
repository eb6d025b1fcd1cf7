// SPDX-License-Identifier: BSD-3-Clause
// The rules of dataplane/finding.h on packets that hide their ports.
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"
#include "tests/burst/slice.h"

#include <netinet/in.h>
#include <rte_mbuf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define BOT         "100.64.0.7"
#define BOT_V6      "2001:db8:1:2345::7"
#define CC          "198.51.100.9"
#define CC_V6       "2400:cb00::9"
#define MILD_V6     "2400:cb00::10"
#define BENIGN_V6   "2400:cb00::80"
#define STRANGER_V6 "2400:cb01::1"
#define TUNNEL_V6   "2400:cb02::1"
#define BAD         4444
#define OTHER       80

static const struct rule rules[] = {
	{CC, IPPROTO_UDP, BAD, 3, ACTION_DROP},
	{CC_V6, IPPROTO_TCP, 6667, 2, ACTION_ALERT},
	{CC_V6, IPPROTO_UDP, BAD, 3, ACTION_DROP},
	{MILD_V6, 0, 0, 4, ACTION_ALERT},
};

static void open_default(struct checkpoint *checkpoint, enum mode mode)
{
	checkpoint_open(checkpoint, rules, ARRAY_SIZE(rules), mode, 64);
}

// Options of the size, as many as told, in front of UDP to a port that no rule names.
static void make(struct frame *frame, enum direction direction, const char *bot, const char *server,
	unsigned int extensions, size_t size)
{
	bool up = direction == DIRECTION_UP;

	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv6(frame, up ? bot : server, up ? server : bot);
	for (unsigned int i = 0; i < extensions; i++)
		frame_extension(frame, IPPROTO_DSTOPTS, size);
	frame_udp(frame, up ? 40000 : OTHER, up ? OTHER : 40000);
	frame_payload(frame, 10);
	frame_end(frame);
}

static void assert_hidden(const struct checkpoint *checkpoint, uint64_t hidden, uint64_t dropped)
{
	assert_int_equal(checkpoint_counter(checkpoint, COUNTER_HEADERS_HIDDEN), hidden);
	assert_int_equal(checkpoint_counter(checkpoint, COUNTER_DROPPED_VERDICT), dropped);
	assert_int_equal(checkpoint_counter(checkpoint, COUNTER_MATCHED), 0);
	assert_int_equal(ledger_count(checkpoint->pipeline.ledger), 0);
}

static void too_many_headers_meet_the_strictest_rule(void **state)
{
	(void)state;
	for (enum direction direction = DIRECTION_UP; direction <= DIRECTION_DOWN; direction++) {
		struct checkpoint checkpoint;
		struct frame frame;

		open_default(&checkpoint, MODE_ENFORCE);
		make(&frame, direction, BOT_V6, CC_V6, DECODE_EXTENSIONS_MAX, 8);
		assert_int_equal(checkpoint_pass(&checkpoint, direction, &frame), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 1);
		make(&frame, direction, BOT_V6, CC_V6, DECODE_EXTENSIONS_MAX + 1, 8);
		assert_int_equal(checkpoint_pass(&checkpoint, direction, &frame), VERDICT_DROP);
		assert_hidden(&checkpoint, 1, 1);
		checkpoint.pipeline.mode = MODE_SHADOW;
		assert_int_equal(checkpoint_pass(&checkpoint, direction, &frame), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 1);
		checkpoint.pipeline.mode = MODE_ALERT;
		assert_int_equal(checkpoint_pass(&checkpoint, direction, &frame), VERDICT_FORWARD);
		assert_hidden(&checkpoint, 3, 1);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 1);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_EXTENSION), 3);
		checkpoint_close(&checkpoint);
	}
}

static void an_unknown_header_meets_the_strictest_rule(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_ipv6(&frame, BOT_V6, CC_V6);
	frame_extension(&frame, 253, 8);
	frame_udp(&frame, 40000, OTHER);
	frame_end(&frame);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_hidden(&checkpoint, 1, 1);
	checkpoint_close(&checkpoint);
}

static void whom_it_does_not_concern(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&frame, DIRECTION_UP, BOT_V6, BENIGN_V6, 9, 8);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_hidden(&checkpoint, 0, 0);
	make(&frame, DIRECTION_UP, STRANGER_V6, CC_V6, 9, 8);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SPOOFED), 1);
	// The strictest rule may still be one that only tells; and no service can be named.
	make(&frame, DIRECTION_UP, BOT_V6, MILD_V6, 9, 8);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_hidden(&checkpoint, 1, 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 0);
	checkpoint_close(&checkpoint);
}

// What follows a first fragment that hides its ports is of the same datagram.
static void fragments_share_it(void **state)
{
	struct checkpoint checkpoint;
	struct datagram datagram;
	struct frame whole, frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&whole, DIRECTION_UP, BOT_V6, CC_V6, 9, 8);
	datagram = (struct datagram){.source = BOT_V6,
		.destination = CC_V6,
		.identification = 1,
		.protocol = IPPROTO_DSTOPTS,
		.length = whole.length - 54};
	memcpy(datagram.bytes, &whole.bytes[54], datagram.length);
	slice_make(&frame, &datagram, 0, 80);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	slice_make(&frame, &datagram, 80, 80);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_hidden(&checkpoint, 2, 2);
	checkpoint_close(&checkpoint);
}

// UDP of `length` bytes as IP has it, padded to what Ethernet carries at least.
static void make_short(struct frame *frame, uint8_t protocol, size_t length)
{
	frame_start(frame);
	frame_ethernet(frame);
	frame_ipv4(frame, BOT, CC);
	frame_protocol(frame, protocol);
	frame_payload(frame, length);
	frame_end(frame);
	frame_pad(frame, 60 - frame->length);
}

static void a_length_that_ends_before_the_ports_hides_them(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make_short(&frame, IPPROTO_UDP, 3);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_hidden(&checkpoint, 1, 1);
	// No rule is for TCP, nor for GRE, whatever it carries.
	make_short(&frame, IPPROTO_TCP, 3);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	make_short(&frame, IPPROTO_GRE, 3);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_TRUNCATED), 3);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 2);
	assert_hidden(&checkpoint, 1, 1);
	// The session's length says less than IP's.
	frame_start(&frame);
	frame_ethernet(&frame);
	frame_pppoe(&frame, 7);
	frame_ipv4(&frame, BOT, CC);
	frame_udp(&frame, 40000, BAD);
	frame_end(&frame);
	frame.bytes[19] = 2 + 20 + 2;
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_hidden(&checkpoint, 2, 2);
	checkpoint_close(&checkpoint);
}

static void buffers_hide_headers_but_a_snap_length_does_not(void **state)
{
	struct checkpoint checkpoint;
	struct frame frame;
	struct rte_mbuf *mbuf;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&frame, DIRECTION_UP, BOT_V6, CC_V6, 1, 512);
	checkpoint_add_chained(&checkpoint, &frame, 100);
	checkpoint_run(&checkpoint, DIRECTION_UP);
	assert_int_equal(checkpoint.burst.verdicts[0], VERDICT_DROP);
	assert_hidden(&checkpoint, 1, 1);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_FORWARD);
	assert_hidden(&checkpoint, 1, 1);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 1);

	// As replay has a frame of which the capture holds the beginning.
	frame.length = 100;
	checkpoint_add(&checkpoint, &frame);
	mbuf = checkpoint.burst.frames[0];
	mbuf->pkt_len = 600;
	checkpoint_run(&checkpoint, DIRECTION_UP);
	assert_int_equal(checkpoint.burst.judged, 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_UNDECODED_TRUNCATED), 2);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 2);
	assert_hidden(&checkpoint, 1, 1);
	checkpoint_close(&checkpoint);
}

// With decode.match "all": the innermost pair decides, hidden ports or not, and what a tunnel's
// inside hides says nothing of the tunnel.
static void outer_pairs_hide_nothing(void **state)
{
	static const struct rule outer_rules[] = {
		{CC_V6, IPPROTO_UDP, BAD, 3, ACTION_ALERT},
		{TUNNEL_V6, IPPROTO_UDP, 4789, 4, ACTION_DROP},
	};

	(void)state;
	for (int listed = 0; listed < 2; listed++) {
		struct checkpoint checkpoint;
		struct frame frame;

		checkpoint_open(&checkpoint, outer_rules, ARRAY_SIZE(outer_rules), MODE_ENFORCE, 4);
		checkpoint.pipeline.match_all = true;
		frame_start(&frame);
		frame_ethernet(&frame);
		frame_ipv6(&frame, BOT_V6, TUNNEL_V6);
		frame_udp(&frame, 40000, 4789);
		frame_vxlan(&frame, 7);
		frame_ethernet(&frame);
		frame_ipv6(&frame, BOT_V6, listed ? CC_V6 : BENIGN_V6);
		for (int i = 0; i < 9; i++)
			frame_extension(&frame, IPPROTO_DSTOPTS, 8);
		frame_udp(&frame, 40000, OTHER);
		frame_end(&frame);
		assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame),
			listed ? VERDICT_FORWARD : VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_HEADERS_HIDDEN), listed);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), !listed);
		checkpoint_close(&checkpoint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_many_headers_meet_the_strictest_rule),
		cmocka_unit_test(an_unknown_header_meets_the_strictest_rule),
		cmocka_unit_test(whom_it_does_not_concern),
		cmocka_unit_test(fragments_share_it),
		cmocka_unit_test(a_length_that_ends_before_the_ports_hides_them),
		cmocka_unit_test(buffers_hide_headers_but_a_snap_length_does_not),
		cmocka_unit_test(outer_pairs_hide_nothing),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
