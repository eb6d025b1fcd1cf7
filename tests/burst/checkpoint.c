// SPDX-License-Identifier: BSD-3-Clause
#include "tests/burst/checkpoint.h"

#include "dataplane/fragment.h"
#include "dataplane/state.h"

#include <rte_mbuf.h>

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNTER_KINDS (COUNTER_CONTROL + 1)

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, strlen(text), &prefix));
	return prefix;
}

void checkpoint_open(struct checkpoint *checkpoint, const struct rule *rules, size_t count,
	enum mode mode, uint32_t ledger_limit)
{
	const struct checkpoint_options options = {
		.rules = rules,
		.rule_count = count,
		.mode = mode,
		.ledger_limit = ledger_limit,
	};

	checkpoint_open_with(checkpoint, &options);
}

void checkpoint_open_with(struct checkpoint *checkpoint, const struct checkpoint_options *options)
{
	struct prefix prefixes[] = {prefix_of("100.64.0.0/10"), prefix_of("2001:db8::/32")};
	const struct config config = {
		.links = {options->link, options->link},
		.link_count = 2,
		.subscribers =
			{
				.prefixes = prefixes,
				.prefix_count = 2,
				.v4_length = 32,
				.v6_length = 56,
				.port_block = 1024,
			},
	};

	memset(checkpoint, 0, sizeof(*checkpoint));
	checkpoint->pipeline = (struct pipeline){
		.generation = options->generation || !options->rules
				      ? options->generation
				      : rules_generation_with(options->rules, options->rule_count,
						options->flags, options->flag_count),
		.subscribers = subscribers_create(&config),
		.ledger = ledger_create(options->ledger_limit),
		.fragments = fragments_create(CHECKPOINT_FRAGMENTS, CHECKPOINT_TIMEOUT_TICKS),
		.state = state_create(CHECKPOINT_CONTACTS, CHECKPOINT_HZ),
		.mode = options->mode,
		.first = LAYER_ETHERNET,
		.depth = DECODE_DEPTH_DEFAULT,
	};
	assert_non_null(checkpoint->pipeline.subscribers);
	assert_non_null(checkpoint->pipeline.ledger);
	assert_non_null(checkpoint->pipeline.fragments);
	assert_non_null(checkpoint->pipeline.state);
}

void checkpoint_close(struct checkpoint *checkpoint)
{
	state_free(checkpoint->pipeline.state);
	fragments_free(checkpoint->pipeline.fragments);
	ledger_free(checkpoint->pipeline.ledger);
	subscribers_free((struct subscribers *)(uintptr_t)checkpoint->pipeline.subscribers);
	generation_free((struct generation *)(uintptr_t)checkpoint->pipeline.generation);
}

static struct rte_mbuf *make_segment(const uint8_t *bytes, size_t length)
{
	struct rte_mbuf *mbuf = calloc(1, sizeof(*mbuf));

	assert_non_null(mbuf);
	mbuf->buf_addr = malloc(length);
	assert_non_null(mbuf->buf_addr);
	memcpy(mbuf->buf_addr, bytes, length);
	mbuf->data_len = (uint16_t)length;
	mbuf->nb_segs = 1;
	return mbuf;
}

bool checkpoint_add_chained(
	struct checkpoint *checkpoint, const struct frame *frame, size_t segment)
{
	struct burst *burst = &checkpoint->burst;
	struct rte_mbuf *first = NULL, **link = &first;
	size_t at = 0;

	if (burst->count == BURST_MAX)
		return false;
	assert(frame->length > 0);
	do {
		size_t left = frame->length - at;

		*link = make_segment(&frame->bytes[at], left < segment ? left : segment);
		link = &(*link)->next;
		at += segment;
	} while (at < frame->length);
	first->nb_segs = (uint16_t)((frame->length + segment - 1) / segment);
	first->pkt_len = (uint32_t)frame->length;
	burst->ticks[burst->count] =
		burst->count ? burst->ticks[burst->count - 1] + 1 : burst->ticks[0] + 1;
	burst->frames[burst->count++] = first;
	return true;
}

bool checkpoint_add(struct checkpoint *checkpoint, const struct frame *frame)
{
	return checkpoint_add_chained(checkpoint, frame, FRAME_SIZE);
}

static void free_frame(struct rte_mbuf *mbuf)
{
	while (mbuf) {
		struct rte_mbuf *next = mbuf->next;

		free(mbuf->buf_addr);
		free(mbuf);
		mbuf = next;
	}
}

// How much all counters of each kind grew by. Fuzzers do this once a frame: one pass.
static void sum_growth(
	const struct counters *before, const struct counters *after, uint64_t growth[COUNTER_KINDS])
{
	memset(growth, 0, COUNTER_KINDS * sizeof(growth[0]));
	for (enum counter i = 0; i < COUNTER_COUNT; i++)
		growth[counter_infos[i].kind] += after->values[i] - before->values[i];
}

// Every packet is received once, is dropped only by a counted verdict, and what is not understood
// has a reason.
static void check_balance(const struct checkpoint *checkpoint, const struct counters *before)
{
	const struct counters *after = &checkpoint->counters;
	const struct burst *burst = &checkpoint->burst;
	static const enum counter judging[] = {COUNTER_MATCHED, COUNTER_FRAGMENT_SHORT,
		COUNTER_FRAGMENT_OVERLAP, COUNTER_HEADERS_HIDDEN};
	uint64_t bytes = 0, dropped = 0, undecoded = 0, judged = 0, growth[COUNTER_KINDS];

	for (uint16_t i = 0; i < burst->count; i++) {
		bytes += burst->frames[i]->pkt_len;
		dropped += (burst->judged >> i & 1) && (burst->verdicts[i] == VERDICT_DROP ||
							       burst->verdicts[i] == VERDICT_RESET);
		undecoded += burst->packets[i].undecoded != 0;
	}
	assert_true(burst->count == 64 || !(burst->judged >> burst->count));
	assert_int_equal(counters_get(after, COUNTER_RECEIVED),
		counters_get(before, COUNTER_RECEIVED) + burst->count);
	assert_int_equal(counters_get(after, COUNTER_RECEIVED_BYTES),
		counters_get(before, COUNTER_RECEIVED_BYTES) + bytes);
	sum_growth(before, after, growth);
	assert_int_equal(growth[COUNTER_DROP], dropped);
	assert_int_equal(growth[COUNTER_UNDECODED] + growth[COUNTER_CONTROL], undecoded);
	for (size_t i = 0; i < sizeof(judging) / sizeof(judging[0]); i++)
		judged += counters_get(after, judging[i]) - counters_get(before, judging[i]);
	assert_int_equal(judged, (uint64_t)__builtin_popcountll(burst->judged));
	assert_int_equal(counters_get(after, COUNTER_FORWARDED), 0); // not ours to count
	assert_int_equal(counters_get(after, COUNTER_SINKHOLED), 0);
	for (uint16_t i = 0; i < burst->count; i++) {
		if (burst->answered >> i & 1)
			assert_int_equal(burst->verdicts[i], VERDICT_RESET);
	}
	assert_int_equal(burst->answered & ~burst->judged, 0);
}

void checkpoint_run(struct checkpoint *checkpoint, enum direction direction)
{
	struct burst *burst = &checkpoint->burst;
	struct counters before = checkpoint->counters;

	burst->direction = direction;
	pipeline_run(&checkpoint->pipeline, burst, &checkpoint->counters);
	check_balance(checkpoint, &before);
	if (burst->count > 0)
		burst->ticks[0] = burst->ticks[burst->count - 1];
	for (uint16_t i = 0; i < burst->count; i++)
		free_frame(burst->frames[i]);
	burst->count = 0;
}

enum verdict checkpoint_pass(
	struct checkpoint *checkpoint, enum direction direction, const struct frame *frame)
{
	assert_true(checkpoint_add(checkpoint, frame));
	checkpoint_run(checkpoint, direction);
	return checkpoint->burst.judged & 1 ? (enum verdict)checkpoint->burst.verdicts[0]
					    : VERDICT_FORWARD;
}

uint64_t checkpoint_counter(const struct checkpoint *checkpoint, enum counter counter)
{
	return counters_get(&checkpoint->counters, counter);
}

const struct ledger_entry *checkpoint_entry(
	const struct checkpoint *checkpoint, const char *subscriber, const char *address)
{
	const struct ledger *ledger = checkpoint->pipeline.ledger;
	struct address wanted_subscriber, wanted_address;

	assert_true(address_parse(subscriber, strlen(subscriber), &wanted_subscriber));
	assert_true(address_parse(address, strlen(address), &wanted_address));
	for (uint32_t i = 0; i < ledger_count(ledger); i++) {
		const struct ledger_entry *entry = ledger_entry(ledger, i);

		if (!address_compare(&entry->key.subscriber.address, &wanted_subscriber) &&
			!address_compare(&entry->key.address, &wanted_address))
			return entry;
	}
	return NULL;
}

const char *checkpoint_key_text(const struct checkpoint *checkpoint)
{
	static char text[SUBSCRIBER_KEY_TEXT_SIZE];
	const struct ledger *ledger = checkpoint->pipeline.ledger;
	const struct subscriber_key *key;

	assert_true(ledger_count(ledger) <= 1);
	if (ledger_count(ledger) == 0)
		return "";
	key = &ledger_entry(ledger, 0)->key.subscriber;
	subscriber_key_format(key, subscriber_key_ids(key).link == 0 ? "link0" : "link1", text);
	return text;
}
