// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/pipeline.h"

#include "config/transport.h"
#include "dataplane/api/evidence.h"
#include "dataplane/verdict.h"

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

// Frames whose first bytes are fetched while this many before them are decoded.
#define PREFETCH_AHEAD 6

// What is decoded of a frame in several buffers: all headers but absurd ones.
#define GATHER_SIZE 256

static void decode_mbuf(
	const struct pipeline *pipeline, const struct rte_mbuf *mbuf, struct packet *packet)
{
	const void *frame = rte_pktmbuf_mtod(mbuf, const void *);
	size_t captured = rte_pktmbuf_data_len(mbuf);
	uint8_t gathered[GATHER_SIZE];

	if (unlikely(mbuf->nb_segs > 1 && captured < GATHER_SIZE)) {
		captured = RTE_MIN(rte_pktmbuf_pkt_len(mbuf), (uint32_t)GATHER_SIZE);
		frame = rte_pktmbuf_read(mbuf, 0, (uint32_t)captured, gathered);
		if (!frame) // lengths that do not add up
			captured = 0;
	}
	decode_frame(frame, captured, rte_pktmbuf_pkt_len(mbuf), pipeline->first, pipeline->depth,
		packet);
}

static void decode_burst(
	const struct pipeline *pipeline, struct burst *burst, struct counters *counters)
{
	uint64_t bytes = 0;

	for (uint16_t i = 0; i < burst->count && i < PREFETCH_AHEAD; i++)
		rte_prefetch0(rte_pktmbuf_mtod(burst->frames[i], const void *));
	for (uint16_t i = 0; i < burst->count; i++) {
		struct packet *packet = &burst->packets[i];

		if (i + PREFETCH_AHEAD < burst->count)
			rte_prefetch0(
				rte_pktmbuf_mtod(burst->frames[i + PREFETCH_AHEAD], const void *));
		bytes += rte_pktmbuf_pkt_len(burst->frames[i]);
		decode_mbuf(pipeline, burst->frames[i], packet);
		if (packet->undecoded)
			counters_add(counters, (enum counter)packet->undecoded, 1);
	}
	counters_add(counters, COUNTER_RECEIVED, burst->count);
	counters_add(counters, COUNTER_RECEIVED_BYTES, bytes);
}

// Looks up all packets whose addresses are known. Bit i of the result and listed[i] are those of
// packet i.
static uint64_t look_up_burst(const struct generation *generation, const struct burst *burst,
	struct listed listed[BURST_MAX])
{
	const struct address *addresses[BURST_MAX];
	struct listed found[BURST_MAX];
	uint8_t packet_of[BURST_MAX];
	uint32_t count = 0;
	uint64_t hits = 0, mask = 0;

	for (uint16_t i = 0; i < burst->count; i++) {
		const struct packet *packet = &burst->packets[i];

		if (unlikely(!packet_has_addresses(packet)))
			continue;
		addresses[count] =
			burst->direction == DIRECTION_UP ? &packet->destination : &packet->source;
		packet_of[count++] = (uint8_t)i;
	}
	if (count > 0)
		hits = generation_lookup(generation, addresses, count, found);
	for (; hits; hits &= hits - 1) {
		uint32_t hit = (uint32_t)__builtin_ctzll(hits);

		listed[packet_of[hit]] = found[hit];
		mask |= 1ull << packet_of[hit];
	}
	return mask;
}

static uint8_t seen_flags(const struct packet *packet, enum direction direction)
{
	bool tcp = packet->transport == TRANSPORT_TCP;
	uint8_t seen = 0;

	if (direction == DIRECTION_UP)
		return packet->payload_length ? SEEN_UP | SEEN_UP_PAYLOAD : SEEN_UP;
	if (packet->payload_length)
		seen |= SEEN_DOWN_PAYLOAD;
	if (!tcp || !(packet->tcp_flags & TCP_RST) || packet->payload_length)
		seen |= SEEN_DOWN;
	if (tcp && (packet->tcp_flags & (TCP_ACK | TCP_RST)) == TCP_ACK)
		seen |= SEEN_DOWN_REPLY;
	return seen;
}

struct matched {
	const struct packet *packet;
	const struct generation_service *rule;
	struct subscriber subscriber;
	struct judgement judgement;
	uint64_t ticks;
	uint64_t bytes;
	enum direction direction;
};

// false: no room.
static bool record(struct ledger *ledger, const struct matched *matched)
{
	bool up = matched->direction == DIRECTION_UP;
	const struct packet *packet = matched->packet;
	const struct ledger_key key = {
		.subscriber = matched->subscriber.key,
		.address = up ? packet->destination : packet->source,
		.port = matched->rule->port,
		.transport = packet->transport,
		.rule_transport = matched->rule->transport,
	};
	struct ledger_entry *entry = ledger_find_or_add(ledger, &key);

	if (!entry)
		return false;
	if (!entry->packets_up && !entry->packets_down) {
		entry->first_ticks = entry->last_ticks = matched->ticks;
		entry->seen_port = up ? packet->destination_port : packet->source_port;
	}
	// Captures are not always in order of time.
	entry->first_ticks = RTE_MIN(entry->first_ticks, matched->ticks);
	entry->last_ticks = RTE_MAX(entry->last_ticks, matched->ticks);
	if (up) {
		entry->packets_up++;
		entry->bytes_up += matched->bytes;
	} else {
		entry->packets_down++;
		entry->bytes_down += matched->bytes;
	}
	entry->seen |= seen_flags(packet, matched->direction);
	entry->level = matched->rule->level;
	entry->verdict = (uint8_t)matched->judgement.action;
	entry->applied = matched->judgement.verdict == VERDICT_DROP;
	entry->packets_dropped += entry->applied;
	return true;
}

static void judge_packet(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct listed *listed, struct counters *counters)
{
	const struct packet *packet = &burst->packets[index];
	struct matched matched = {
		.packet = packet,
		.ticks = burst->ticks[index],
		.bytes = rte_pktmbuf_pkt_len(burst->frames[index]),
		.direction = burst->direction,
	};
	enum counter reason;
	uint8_t flags;

	// A later fragment has port 0, which only rules for any port fit.
	matched.rule = listed_match(listed, packet->transport,
		burst->direction == DIRECTION_UP ? packet->destination_port : packet->source_port);
	if (!matched.rule) {
		counters_add(counters,
			packet->fragment == FRAGMENT_LATER ? COUNTER_LISTED_FRAGMENT
							   : COUNTER_OTHER_PORT,
			1);
		return;
	}
	reason = subscriber_find(
		pipeline->subscribers, burst->link, packet, burst->direction, &matched.subscriber);
	if (reason != 0) {
		counters_add(counters, reason, 1);
		return;
	}
	flags = generation_subscriber_flags(pipeline->generation, matched.subscriber.key.kind,
		&matched.subscriber.address, matched.subscriber.port);
	if (flags & SUBSCRIBER_FLAG_OPT_OUT) {
		counters_add(counters, COUNTER_OPTED_OUT, 1);
		return;
	}
	matched.judgement =
		verdict_judge(matched.rule->action, flags, pipeline->consent, pipeline->mode);
	burst->verdicts[index] = matched.judgement.verdict;
	burst->judged |= 1ull << index;
	counters_add(counters, COUNTER_MATCHED, 1);
	counters_add(counters, COUNTER_MATCHED_BYTES, matched.bytes);
	if (matched.judgement.would_drop)
		counters_add(counters, COUNTER_WOULD_DROP, 1);
	if (matched.judgement.verdict == VERDICT_DROP)
		counters_add(counters, COUNTER_DROPPED_VERDICT, 1);
	if (!record(pipeline->ledger, &matched))
		counters_add(counters, COUNTER_CONTACT_TABLE_FULL, 1);
}

void pipeline_run(const struct pipeline *pipeline, struct burst *burst, struct counters *counters)
{
	struct listed listed[BURST_MAX];

	burst->judged = 0;
	decode_burst(pipeline, burst, counters);
	if (unlikely(!pipeline->generation)) {
		counters_add(counters, COUNTER_NO_GENERATION, burst->count);
		return;
	}
	for (uint64_t left = look_up_burst(pipeline->generation, burst, listed); left;
		left &= left - 1) {
		uint32_t index = (uint32_t)__builtin_ctzll(left);

		judge_packet(pipeline, burst, index, &listed[index], counters);
	}
}
