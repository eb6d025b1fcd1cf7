// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/player.h"

#include "config/utc.h"
#include "dataplane/fragment.h"
#include "tools/sekisho/capture_link.h"
#include "tools/sekisho/link_header.h"

#include <rte_mbuf_core.h>

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

// Contacts between two merges. Merged when half full: one burst can never fill the rest.
#define LEDGER_LIMIT 65536u
#define NS_PER_MS    UINT64_C(1000000)
_Static_assert(LEDGER_LIMIT / 2 > BURST_MAX, "a burst fits the free half of the ledger");

struct player {
	struct counters
		counters; // begins on a cache line: first, so that nothing is lost to padding

	// What the burst's frames point to. The frame's bytes are those of the capture, so that the
	// sink gets back what came in.
	struct rte_mbuf mbufs[BURST_MAX];
	struct capture_frame frames[BURST_MAX];
	uint8_t (*bytes)[CAPTURE_FRAME_MAX];

	player_sink sink;
	void *context;

	struct capture_link *link;
	struct subscribers *subscribers;
	struct ledger *ledger;
	struct fragments *fragments;
	struct contacts *contacts;
	struct pipeline pipeline;
	uint64_t last_ns;
	struct burst burst;
};

struct player *player_create(const struct config *config, const struct generation *generation,
	player_sink sink, void *context)
{
	// malloc knows nothing of cache lines, and counters begin on one.
	struct player *player = aligned_alloc(alignof(struct player), sizeof(*player));

	if (player == NULL)
		return NULL;
	memset(player, 0, sizeof(*player));
	player->sink = sink;
	player->context = context;
	player->link = capture_link_create(config);
	player->subscribers = subscribers_create(config);
	player->ledger = ledger_create(LEDGER_LIMIT);
	player->fragments = fragments_create(config->decode.fragment_limit,
		(uint64_t)config->decode.fragment_timeout_ms * NS_PER_MS);
	player->contacts = contacts_create(config->contact_limit);
	// Zeroed by the system: pages come when a frame needs them.
	player->bytes = calloc(BURST_MAX, sizeof(*player->bytes));
	if (player->bytes == NULL || player->link == NULL || player->subscribers == NULL ||
		player->ledger == NULL || player->fragments == NULL || player->contacts == NULL) {
		player_free(player);
		return NULL;
	}
	player->pipeline = (struct pipeline){
		.generation = generation,
		.subscribers = player->subscribers,
		.ledger = player->ledger,
		.fragments = player->fragments,
		.mode = config->mode,
		.depth = config->decode.depth,
		.match_all = config->decode.match == CONFIG_MATCH_ALL,
	};
	for (uint32_t i = 0; i < BURST_MAX; i++)
		player->burst.frames[i] = &player->mbufs[i];
	return player;
}

void player_free(struct player *player)
{
	if (player == NULL)
		return;
	free(player->bytes);
	contacts_free(player->contacts);
	fragments_free(player->fragments);
	ledger_free(player->ledger);
	subscribers_free(player->subscribers);
	capture_link_free(player->link);
	free(player);
}

static void player_merge(struct player *player)
{
	// Ticks are the capture's nanoseconds.
	static const struct contact_clock clock = {.ticks = 0, .ns = 0, .hz = UTC_NS_PER_S};

	contacts_merge(player->contacts, player->ledger, &clock);
	ledger_clear(player->ledger);
}

static void player_forward(struct player *player, const struct capture_frame *frame)
{
	counters_add(&player->counters, COUNTER_FORWARDED, 1);
	counters_add(&player->counters, COUNTER_FORWARDED_BYTES, frame->length);
	if (player->sink != NULL)
		player->sink(player->context, frame);
}

static void player_run(struct player *player)
{
	struct burst *burst = &player->burst;

	if (burst->count == 0)
		return;
	pipeline_run(&player->pipeline, burst, &player->counters);
	for (uint16_t i = 0; i < burst->count; i++) {
		const bool judged = (burst->judged >> i & 1) != 0;

		if (!judged || burst->verdicts[i] != VERDICT_DROP)
			player_forward(player, &player->frames[i]);
	}
	burst->count = 0;
	if (ledger_count(player->ledger) >= LEDGER_LIMIT / 2)
		player_merge(player);
}

// The bytes from the network layer on, as many as an mbuf can describe.
static uint16_t frame_payload(const struct capture_frame *frame, size_t header_size)
{
	const size_t size = frame->captured - header_size;

	return size > UINT16_MAX ? UINT16_MAX : (uint16_t)size;
}

void player_feed(struct player *player, const struct capture_frame *frame)
{
	struct burst *burst = &player->burst;
	const struct link_header link =
		link_header_parse(frame->link_type, frame->bytes, frame->captured);
	struct packet packet;

	if (frame->time_ns > player->last_ns)
		player->last_ns = frame->time_ns;
	if (link.first == LAYER_UNDECODED) {
		player_run(player); // keeps the order
		counters_add(&player->counters, COUNTER_RECEIVED, 1);
		counters_add(&player->counters, COUNTER_RECEIVED_BYTES, frame->length);
		counters_add(&player->counters, link.undecoded, 1);
		player_forward(player, frame);
		return;
	}

	const uint16_t size = frame_payload(frame, link.size);
	decode_frame(frame->bytes + link.size, size, frame->length, link.first,
		player->pipeline.depth, &packet);
	// What has no addresses is not looked up: it need not part a burst.
	enum direction direction = burst->direction;
	if (packet_has_addresses(&packet))
		direction = capture_link_direction(player->link, &packet);
	if (burst->count == BURST_MAX || direction != burst->direction ||
		link.first != player->pipeline.first)
		player_run(player);
	burst->direction = direction;
	player->pipeline.first = link.first;

	assert(frame->captured <= CAPTURE_FRAME_MAX);
	const uint16_t slot = burst->count++;
	memcpy(player->bytes[slot], frame->bytes, frame->captured);
	player->frames[slot] = *frame;
	player->frames[slot].bytes = player->bytes[slot];
	player->mbufs[slot] = (struct rte_mbuf){
		.buf_addr = player->bytes[slot] + link.size,
		.data_len = size,
		.pkt_len = frame->length, // with the link header: bytes count as captured
		.nb_segs = 1,
	};
	burst->ticks[slot] = frame->time_ns;
}

void player_flush(struct player *player)
{
	player_run(player);
	player_merge(player);
}

const struct counters *player_counters(const struct player *player)
{
	return &player->counters;
}

struct contacts *player_contacts(const struct player *player)
{
	return player->contacts;
}

uint64_t player_last_ns(const struct player *player)
{
	return player->last_ns;
}
