// SPDX-License-Identifier: BSD-3-Clause
// What a receiver can make of the fragments that pass: never a datagram to a blocked port, however
// they were cut, ordered, repeated and made to overlap, and whichever of two bytes it believes.
#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"
#include "tests/burst/slice.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define BOT    "100.64.0.7"
#define BOT_V6 "2001:db8:1:2345::7"
#define CC     "198.51.100.9"
#define CC_V6  "2400:cb00::9"
#define BAD    4444
#define OTHER  80

#define TRIALS 10000
#define STEPS  24
#define ENOUGH 100 // of each outcome that the trials must have had, to mean anything

static const struct rule rules[] = {
	{CC, IPPROTO_UDP, BAD, 3, ACTION_DROP},
	{CC_V6, IPPROTO_UDP, BAD, 3, ACTION_DROP},
};

// Checks nothing that RFC 5722 and RFC 1858 ask of it.
struct receiver {
	bool first_wins; // of two bytes for one place; else the last
	uint8_t bytes[DATAGRAM_SIZE];
	bool has[DATAGRAM_SIZE];
	size_t length;    // 0: the end was not seen
	uint8_t protocol; // 0: the beginning was not seen
};

static void receive(struct receiver *receiver, const struct datagram *datagram, size_t offset,
	size_t length, bool more)
{
	for (size_t i = offset; i < offset + length; i++) {
		if (receiver->has[i] && receiver->first_wins)
			continue;
		receiver->bytes[i] = datagram->bytes[i];
		receiver->has[i] = true;
	}
	if (!more && !(receiver->length && receiver->first_wins))
		receiver->length = offset + length;
	if (offset == 0 && !(receiver->protocol && receiver->first_wins))
		receiver->protocol = datagram->protocol;
}

// The destination port of what is complete; 0: nothing is, or none has one.
static uint16_t received_port(const struct receiver *receiver)
{
	uint8_t protocol = receiver->protocol;
	size_t at = 0;

	if (!protocol || !receiver->length || memchr(receiver->has, false, receiver->length))
		return 0;
	while (protocol == IPPROTO_DSTOPTS && at + 8 <= receiver->length) {
		protocol = receiver->bytes[at];
		at += ((size_t)receiver->bytes[at + 1] + 1) * 8;
	}
	if (protocol != IPPROTO_UDP || at + 4 > receiver->length)
		return 0;
	return (uint16_t)(receiver->bytes[at + 2] << 8 | receiver->bytes[at + 3]);
}

// A family's datagrams with one key: ports and headers before them of all kinds.
struct attack {
	struct datagram variants[6];
	size_t count;
};

static void prepare(struct attack *attack, bool v6, uint32_t identification)
{
	attack->count = v6 ? ARRAY_SIZE(attack->variants) : 2;
	for (size_t i = 0; i < attack->count; i++) {
		datagram_make_udp(&attack->variants[i], v6 ? BOT_V6 : BOT, 40000, v6 ? CC_V6 : CC,
			i % 2 ? BAD : OTHER, i / 2 * 8, 40);
		attack->variants[i].identification = identification;
	}
}

struct outcome {
	uint64_t other; // complete to the port that is not listed
	uint64_t bad;   // to the one that is
};

static void note(struct outcome *outcome, const struct receiver *receiver)
{
	uint16_t port = received_port(receiver);

	outcome->other += port == OTHER;
	outcome->bad += port == BAD;
}

// One datagram's worth of random fragments.
static void attack_once(struct checkpoint *checkpoint, unsigned int *seed, bool v6,
	uint32_t identification, struct outcome *passed, struct outcome *sent)
{
	struct receiver behind[2] = {{.first_wins = true}}, before[2] = {{.first_wins = true}};
	struct attack attack;

	prepare(&attack, v6, identification);
	for (int step = 0; step < STEPS; step++) {
		struct datagram datagram = attack.variants[(size_t)rand_r(seed) % attack.count];
		size_t eights = datagram.length / 8, length;
		// Beginnings are what matters.
		size_t offset = (size_t)rand_r(seed) % (rand_r(seed) % 2 ? 4 : eights) * 8;
		bool more = rand_r(seed) % 4 != 0;
		struct frame frame;

		length = datagram.length - offset;
		if (more)
			length = rand_r(seed) % 3 ? ((size_t)rand_r(seed) % (length / 8) + 1) * 8
						  : (size_t)rand_r(seed) % length;
		if (v6 && offset > 0 && rand_r(seed) % 4 == 0)
			datagram.protocol = IPPROTO_TCP; // whatever it says
		if (offset == 0 && !more)
			continue; // whole
		slice_make_as(&frame, &datagram, offset, length, more);
		for (int i = 0; i < 2; i++)
			receive(&before[i], &datagram, offset, length, more);
		if (checkpoint_pass(checkpoint, DIRECTION_UP, &frame) == VERDICT_DROP)
			continue;
		for (int i = 0; i < 2; i++) {
			receive(&behind[i], &datagram, offset, length, more);
			note(passed, &behind[i]);
		}
	}
	for (int i = 0; i < 2; i++)
		note(sent, &before[i]);
}

static void nothing_arrives_at_a_blocked_port(void **state)
{
	struct outcome passed = {0}, sent = {0};
	struct checkpoint checkpoint;
	unsigned int seed = 20260701;

	(void)state;
	checkpoint_open(&checkpoint, rules, ARRAY_SIZE(rules), MODE_ENFORCE, 64);
	for (uint32_t trial = 0; trial < TRIALS; trial++) {
		attack_once(&checkpoint, &seed, trial % 3 != 0, trial, &passed, &sent);
		if (passed.bad)
			fail_msg("trial %u: a datagram to port %u arrived", trial, BAD);
	}
	assert_true(passed.other > ENOUGH);
	assert_true(sent.bad > ENOUGH);
	assert_true(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_EARLY) > ENOUGH);
	assert_true(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_SHORT) > ENOUGH);
	assert_true(checkpoint_counter(&checkpoint, COUNTER_FRAGMENT_OVERLAP) > ENOUGH);
	checkpoint_close(&checkpoint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_arrives_at_a_blocked_port),
	};

	return cmocka_run_group_tests(tests, dpdk_start, NULL);
}
