// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/pipeline.h"

#include "dataplane/datagram.h"
#include "dataplane/finding.h"
#include "dataplane/pair.h"

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

// Bit i of the result: packet i needs more than the look-up of its innermost pair.
static uint64_t decode_burst(
	const struct pipeline *pipeline, struct burst *burst, struct counters *counters)
{
	const uint8_t outers = pipeline->match_all ? UINT8_MAX : 0;
	uint64_t bytes = 0, apart = 0;

	for (uint16_t i = 0; i < burst->count && i < PREFETCH_AHEAD; i++)
		rte_prefetch0(rte_pktmbuf_mtod(burst->frames[i], const void *));
	for (uint16_t i = 0; i < burst->count; i++) {
		struct packet *packet = &burst->packets[i];

		if (i + PREFETCH_AHEAD < burst->count)
			rte_prefetch0(
				rte_pktmbuf_mtod(burst->frames[i + PREFETCH_AHEAD], const void *));
		bytes += rte_pktmbuf_pkt_len(burst->frames[i]);
		decode_mbuf(pipeline, burst->frames[i], packet);
		if (unlikely(packet->fragment_count | (packet->outer_count & outers)))
			apart |= 1ull << i;
		if (packet->undecoded) {
			counters_add(counters, (enum counter)packet->undecoded, 1);
			packet->ports_hidden = finding_ports_hidden(packet, burst->frames[i]);
		}
	}
	counters_add(counters, COUNTER_RECEIVED, burst->count);
	counters_add(counters, COUNTER_RECEIVED_BYTES, bytes);
	return apart;
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

static void judge_whole(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct listed *listed, struct counters *counters)
{
	const struct finding finding = finding_of(pipeline, burst, &burst->packets[index], listed);

	finding_apply(pipeline, burst, index, &finding, counters);
}

// `listed` is NULL where the innermost pair is not.
static void judge_apart(const struct pipeline *pipeline, struct burst *burst, uint32_t index,
	const struct listed *listed, struct counters *counters)
{
	const struct packet *packet = &burst->packets[index];
	struct findings findings;

	if (packet->fragment_count > 0) {
		datagram_judge(pipeline, burst, index, listed, counters);
		return;
	}
	findings = pair_find(pipeline, burst, packet, listed);
	finding_apply(pipeline, burst, index, &findings.own, counters);
}

void pipeline_run(const struct pipeline *pipeline, struct burst *burst, struct counters *counters)
{
	struct listed listed[BURST_MAX];
	uint64_t apart = decode_burst(pipeline, burst, counters), hits = 0;

	burst->judged = 0;
	if (likely(pipeline->generation != NULL))
		hits = look_up_burst(pipeline->generation, burst, listed);
	else
		counters_add(counters, COUNTER_NO_GENERATION, burst->count);
	for (uint64_t left = hits | apart; left; left &= left - 1) {
		uint32_t index = (uint32_t)__builtin_ctzll(left);
		const struct listed *found = hits >> index & 1 ? &listed[index] : NULL;

		if (likely(!(apart >> index & 1)))
			judge_whole(pipeline, burst, index, found, counters);
		else
			judge_apart(pipeline, burst, index, found, counters);
	}
}
