// SPDX-License-Identifier: BSD-3-Clause
// The rules of dataplane/fragment.h, on datagrams that are in no tunnel.
#include "dataplane/fragment.h"
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"
#include "tests/burst/slice.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define BOT      "100.64.0.7"
#define BOT_V6   "2001:db8:1:2345::7"
#define CC       "198.51.100.9"
#define CC_V6    "2400:cb00::9"
#define CC_ANY   "198.51.100.10"
#define STRANGER "192.0.2.66"
#define BAD      4444
#define WATCHED  5555
#define OTHER    80

static const struct rule rules[] = {
	{CC, IPPROTO_UDP, WATCHED, 4, ACTION_ALERT},
	{CC, IPPROTO_UDP, BAD, 3, ACTION_DROP},
	{CC_V6, IPPROTO_UDP, WATCHED, 4, ACTION_ALERT},
	{CC_V6, IPPROTO_UDP, BAD, 3, ACTION_DROP},
	{CC_ANY, 0, 0, 4, ACTION_DROP},
};

static void open_default(struct checkpoint *checkpoint, enum mode mode)
{
	checkpoint_open(checkpoint, rules, ARRAY_SIZE(rules), mode, 64);
}

// 200 bytes, of the listed port, and as the direction has it.
static void make(
	struct datagram *datagram, enum direction direction, bool v6, uint16_t port, size_t options)
{
	const char *bot = v6 ? BOT_V6 : BOT, *cc = v6 ? CC_V6 : CC;

	if (direction == DIRECTION_UP)
		datagram_make_udp(datagram, bot, 40000, cc, port, options, 192);
	else
		datagram_make_udp(datagram, cc, port, bot, 40000, options, 192);
}

static enum verdict pass(struct checkpoint *checkpoint, enum direction direction,
	const struct datagram *datagram, size_t offset, size_t length)
{
	struct frame frame;

	slice_make(&frame, datagram, offset, length);
	return checkpoint_pass(checkpoint, direction, &frame);
}

static const struct ledger_entry *only_entry(const struct checkpoint *checkpoint)
{
	assert_int_equal(ledger_count(checkpoint->pipeline.ledger), 1);
	return ledger_entry(checkpoint->pipeline.ledger, 0);
}

// Bit 0: direction; bit 1: IPv6.
#define WAYS 4

static void later_ones_share_what_their_first_was(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		enum direction direction = way & 1 ? DIRECTION_DOWN : DIRECTION_UP;
		const struct ledger_entry *entry;
		struct checkpoint checkpoint;
		struct datagram datagram;

		open_default(&checkpoint, MODE_ENFORCE);
		make(&datagram, direction, way & 2, BAD, 0);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 0, 80), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 160, 40), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 80), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 3);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DROPPED_VERDICT), 3);
		entry = only_entry(&checkpoint);
		assert_int_equal(entry->packets_up, way & 1 ? 0 : 3);
		assert_int_equal(entry->packets_down, way & 1 ? 3 : 0);
		assert_int_equal(entry->packets_dropped, 3);
		assert_int_equal(entry->bytes_up + entry->bytes_down,
			checkpoint_counter(&checkpoint, COUNTER_RECEIVED_BYTES));
		assert_int_equal(entry->key.port, BAD);
		assert_int_equal(entry->seen_port, BAD);

		datagram.identification = 2; // first of an alert, then of no rule
		make(&datagram, direction, way & 2, WATCHED, 0);
		datagram.identification = 2;
		pass(&checkpoint, direction, &datagram, 0, 80);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 120), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 5);
		make(&datagram, direction, way & 2, OTHER, 0);
		datagram.identification = 3;
		pass(&checkpoint, direction, &datagram, 0, 80);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 120), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 5);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 0);
		checkpoint_close(&checkpoint);
	}
}

static void the_mode_is_that_of_the_later_ones_time(void **state)
{
	static const enum mode modes[] = {MODE_ALERT, MODE_SHADOW, MODE_ENFORCE};
	struct checkpoint checkpoint;
	struct datagram datagram;
	uint64_t shadowed = 0;

	(void)state;
	open_default(&checkpoint, MODE_ALERT);
	make(&datagram, DIRECTION_UP, false, BAD, 0);
	for (size_t i = 0; i < ARRAY_SIZE(modes) * ARRAY_SIZE(modes); i++) {
		datagram.identification++;
		checkpoint.pipeline.mode = modes[i / ARRAY_SIZE(modes)];
		pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80);
		shadowed += checkpoint.pipeline.mode == MODE_SHADOW;
		checkpoint.pipeline.mode = modes[i % ARRAY_SIZE(modes)];
		shadowed += checkpoint.pipeline.mode == MODE_SHADOW;
		assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 80, 120),
			checkpoint.pipeline.mode == MODE_ENFORCE ? VERDICT_DROP : VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), shadowed);
	}
	checkpoint_close(&checkpoint);
}

static void later_ones_that_come_first_are_forwarded(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		enum direction direction = way & 1 ? DIRECTION_DOWN : DIRECTION_UP;
		struct checkpoint checkpoint;
		struct datagram datagram;

		open_default(&checkpoint, MODE_ENFORCE);
		make(&datagram, direction, way & 2, BAD, 0);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 160, 40), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 80), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 2);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 0, 80), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 80), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP), 0);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 2);
		checkpoint_close(&checkpoint);
	}
}

static void a_rule_for_any_port_needs_no_first(void **state)
{
	const struct ledger_entry *entry;
	struct checkpoint checkpoint;
	struct datagram datagram;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	datagram_make_udp(&datagram, BOT, 40000, CC_ANY, OTHER, 0, 192);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 80, 80), VERDICT_DROP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 0);
	entry = only_entry(&checkpoint);
	assert_int_equal(entry->key.port, 0);
	assert_int_equal(entry->key.transport, IPPROTO_UDP);
	assert_int_equal(entry->key.rule_transport, 0);
	assert_int_equal(entry->seen_port, 0);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80), VERDICT_DROP);
	assert_int_equal(only_entry(&checkpoint)->packets_up, 2);
	checkpoint_close(&checkpoint);
}

static void firsts_without_ports_meet_the_strictest_rule(void **state)
{
	struct checkpoint checkpoint;
	struct datagram datagram;
	struct frame frame;

	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		enum direction direction = way & 1 ? DIRECTION_DOWN : DIRECTION_UP;

		open_default(&checkpoint, MODE_ENFORCE);
		make(&datagram, direction, way & 2, OTHER, way & 2 ? 16 : 0);
		// Three bytes of UDP, or eight of the sixteen in front of it.
		assert_int_equal(
			pass(&checkpoint, direction, &datagram, 0, way & 2 ? 8 : 3), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 80), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_SHORT), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_DROPPED_VERDICT), 2);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 0);
		assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 0);
		// The mode holds for them too.
		checkpoint.pipeline.mode = MODE_SHADOW;
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 80), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_WOULD_DROP), 1);
		checkpoint_close(&checkpoint);
	}
	// A transport that no rule names.
	open_default(&checkpoint, MODE_ENFORCE);
	make(&datagram, DIRECTION_UP, false, OTHER, 0);
	datagram.protocol = IPPROTO_TCP;
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 0, 3), VERDICT_FORWARD);
	datagram.protocol = IPPROTO_SCTP;
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 0, 3), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 2);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_SHORT), 0);
	// Nobody's, and nothing listed.
	datagram_make_udp(&datagram, STRANGER, 40000, CC, OTHER, 0, 192);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 0, 3), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SPOOFED), 1);
	datagram_make_udp(&datagram, BOT, 40000, STRANGER, OTHER, 0, 192);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 0, 3), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_SHORT), 0);
	// A whole packet that short is judged alike, but is no fragment.
	make(&datagram, DIRECTION_UP, false, OTHER, 0);
	slice_make_as(&frame, &datagram, 0, 3, false);
	assert_int_equal(checkpoint_pass(&checkpoint, DIRECTION_UP, &frame), VERDICT_DROP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_SHORT), 0);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_HEADERS_HIDDEN), 1);
	checkpoint_close(&checkpoint);
}

static void overlaps_meet_the_strictest_rule(void **state)
{
	(void)state;
	for (unsigned int way = 0; way < WAYS; way++) {
		enum direction direction = way & 1 ? DIRECTION_DOWN : DIRECTION_UP;
		uint16_t port = way & 2 ? OTHER : WATCHED;
		struct checkpoint checkpoint;
		struct datagram datagram;

		open_default(&checkpoint, MODE_ENFORCE);
		make(&datagram, direction, true, port, 16);
		// Ports at 16: what begins there or before could bring others.
		assert_int_equal(pass(&checkpoint, direction, &datagram, 0, 80), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 24, 56), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP), 0);
		datagram.protocol = IPPROTO_UDP; // which counts for nothing
		assert_int_equal(pass(&checkpoint, direction, &datagram, 16, 56), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 8, 8), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP), 2);
		assert_int_equal(
			checkpoint_counter(&checkpoint, COUNTER_MATCHED), port == WATCHED ? 2 : 0);

		// The other way round the first is the one that overlaps.
		make(&datagram, direction, true, port, 16);
		datagram.identification = 2;
		assert_int_equal(pass(&checkpoint, direction, &datagram, 16, 56), VERDICT_FORWARD);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 1);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 0, 80), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, direction, &datagram, 80, 80), VERDICT_DROP);
		assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP), 4);
		assert_int_equal(ledger_count(checkpoint.pipeline.ledger), port == WATCHED ? 1 : 0);
		checkpoint_close(&checkpoint);
	}
}

// Whatever a receiver keeps of several firsts, it keeps nothing that was not judged.
static void of_several_firsts_the_longest_head_counts(void **state)
{
	struct checkpoint checkpoint;
	struct datagram longer, shorter;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&longer, DIRECTION_UP, true, OTHER, 16);
	make(&shorter, DIRECTION_UP, true, OTHER, 0);
	pass(&checkpoint, DIRECTION_UP, &longer, 0, 80);
	pass(&checkpoint, DIRECTION_UP, &shorter, 0, 80);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &shorter, 24, 8), VERDICT_FORWARD);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &shorter, 16, 8), VERDICT_DROP);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP), 1);
	checkpoint_close(&checkpoint);
}

static void each_first_is_judged_by_itself(void **state)
{
	struct checkpoint checkpoint;
	struct datagram bad, other;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&bad, DIRECTION_UP, false, BAD, 0);
	make(&other, DIRECTION_UP, false, OTHER, 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pass(&checkpoint, DIRECTION_UP, &other, 0, 80), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, DIRECTION_UP, &bad, 80, 80), VERDICT_FORWARD);
		assert_int_equal(pass(&checkpoint, DIRECTION_UP, &bad, 0, 80), VERDICT_DROP);
		assert_int_equal(pass(&checkpoint, DIRECTION_UP, &other, 80, 80), VERDICT_DROP);
	}
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_OTHER_PORT), 4);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_MATCHED), 4);
	// Another packet altogether, to which nothing is owed.
	bad.protocol = IPPROTO_TCP;
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &bad, 80, 80), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 1);
	checkpoint_close(&checkpoint);
}

static void identifications_are_used_again(void **state)
{
	struct checkpoint checkpoint;
	struct datagram datagram;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&datagram, DIRECTION_UP, false, BAD, 0);
	pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80);
	checkpoint.burst.ticks[0] += CHECKPOINT_TIMEOUT_TICKS - 1;
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 80, 80), VERDICT_DROP);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 80, 80), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 1);
	// A new first begins a new time.
	pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80);
	checkpoint.burst.ticks[0] += CHECKPOINT_TIMEOUT_TICKS - 1;
	pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80);
	checkpoint.burst.ticks[0] += CHECKPOINT_TIMEOUT_TICKS - 1;
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 80, 80), VERDICT_DROP);
	checkpoint_close(&checkpoint);
}

static void fragments_from_outside_are_spoofed(void **state)
{
	struct checkpoint checkpoint;
	struct datagram datagram;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	datagram_make_udp(&datagram, STRANGER, 40000, CC, BAD, 0, 192);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80), VERDICT_FORWARD);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 80, 80), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_SPOOFED), 2);
	assert_int_equal(ledger_count(checkpoint.pipeline.ledger), 0);
	checkpoint_close(&checkpoint);
}

static void what_an_old_list_said_is_forgotten(void **state)
{
	const struct generation *old, *new;
	struct checkpoint checkpoint;
	struct rules_image image;
	struct datagram datagram;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&datagram, DIRECTION_UP, false, BAD, 0);
	pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80);
	image = rules_image_make(rules, 1); // the rule that dropped is not in it
	image.header->number = 2;
	old = checkpoint.pipeline.generation;
	checkpoint.pipeline.generation = new = rules_image_generation(&image);
	assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 80, 80), VERDICT_FORWARD);
	assert_int_equal(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY), 1);
	checkpoint.pipeline.generation = old;
	checkpoint_close(&checkpoint);
	generation_free((struct generation *)(uintptr_t) new);
}

static void full_is_counted(void **state)
{
	struct checkpoint checkpoint;
	struct datagram datagram;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	make(&datagram, DIRECTION_UP, true, BAD, 0);
	for (uint32_t i = 0; i < 2 * CHECKPOINT_FRAGMENTS; i++) {
		checkpoint.burst.ticks[0] = 0;
		datagram.identification = i;
		assert_int_equal(pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80), VERDICT_DROP);
	}
	for (uint32_t i = 0; i < 2 * CHECKPOINT_FRAGMENTS; i++) {
		checkpoint.burst.ticks[0] = 0;
		datagram.identification = i;
		pass(&checkpoint, DIRECTION_UP, &datagram, 80, 80);
	}
	assert_in_range(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EVICTED),
		CHECKPOINT_FRAGMENTS, 3 * CHECKPOINT_FRAGMENTS);
	assert_true(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY) > 0);
	checkpoint_close(&checkpoint);
}

static void benign_fragments_leave_no_trace(void **state)
{
	struct checkpoint checkpoint;
	struct datagram datagram;

	(void)state;
	open_default(&checkpoint, MODE_ENFORCE);
	datagram_make_udp(&datagram, BOT, 40000, STRANGER, BAD, 0, 192);
	pass(&checkpoint, DIRECTION_UP, &datagram, 0, 80);
	pass(&checkpoint, DIRECTION_UP, &datagram, 80, 120);
	for (enum counter i = 0; i < COUNTER_COUNT; i++)
		if (i != COUNTER_RECEIVED && i != COUNTER_RECEIVED_BYTES)
			assert_int_equal(checkpoint_counter(&checkpoint, i), 0);
	checkpoint_close(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(later_ones_share_what_their_first_was),
		cmocka_unit_test(the_mode_is_that_of_the_later_ones_time),
		cmocka_unit_test(later_ones_that_come_first_are_forwarded),
		cmocka_unit_test(a_rule_for_any_port_needs_no_first),
		cmocka_unit_test(firsts_without_ports_meet_the_strictest_rule),
		cmocka_unit_test(overlaps_meet_the_strictest_rule),
		cmocka_unit_test(of_several_firsts_the_longest_head_counts),
		cmocka_unit_test(each_first_is_judged_by_itself),
		cmocka_unit_test(identifications_are_used_again),
		cmocka_unit_test(fragments_from_outside_are_spoofed),
		cmocka_unit_test(what_an_old_list_said_is_forgotten),
		cmocka_unit_test(full_is_counted),
		cmocka_unit_test(benign_fragments_leave_no_trace),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
