// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A subscriber's packet ⇄ the sinkhole: a host on a port of its own that answers in the place of
// listed servers.
//
// What goes there is the innermost IP packet, untouched, on plain Ethernet: the sinkhole sees the
// subscriber's address and port and the server's, whatever VLANs and tunnels they came in. The
// headers around it are remembered by flow, turned round, and put around what the sinkhole answers.
// A flow that the sinkhole did not get from us has no way back.
//
// The memory (cache.h) is of one worker. So the sinkhole's answer must reach the worker that sent
// the question: with several workers the sinkhole port must spread packets by address and port as
// the subscriber port does, which tunnels make impossible; configure one worker then.
//
// Told apart by link, addresses, ports and transport. Two subscribers of one private address in
// different VLANs can only talk to one server from one port one after the other: the second finds
// the first's way back in use, and what policy says instead of the sinkhole is done.
//
// One thread.

#include "dataplane/act/envelope.h"

struct sinkhole;

// Flows of a worker, and how long a quiet one is remembered: longer than a bot waits between two
// words (Mirai's loader and bots ping every minute).
#define SINKHOLE_FLOWS     16384u
#define SINKHOLE_TIMEOUT_S 300u
#define SINKHOLE_HOLD_S    2u

// `hz`: ticks a second. NULL only when memory or randomness is out.
struct sinkhole *sinkhole_create(uint32_t flows, uint64_t hz);
void sinkhole_free(struct sinkhole *sinkhole); // NULL is allowed

// Remembers the way back of a subscriber's packet. false: it has none (envelope.h), it has no
// ports, or there is no room.
bool sinkhole_remember(struct sinkhole *sinkhole, uint16_t link, const uint8_t *frame,
	size_t captured, const struct packet *packet, uint64_t ticks);

// Whether a packet coming down is of a flow that was handed over: the listed server's own answer.
bool sinkhole_knows(
	struct sinkhole *sinkhole, uint16_t link, const struct packet *packet, uint64_t ticks);

// What is to be put around the sinkhole's `reply`; NULL: nobody asked. Valid until the next call of
// sinkhole_remember.
const struct envelope *sinkhole_way_back(
	struct sinkhole *sinkhole, uint16_t link, const struct packet *reply, uint64_t ticks);

// The innermost packet of a frame on plain Ethernet: writes the Ethernet header in place, right in
// front of it. Returns where the new frame begins, and its length in `length`.
size_t sinkhole_bare(uint8_t *frame, size_t captured, const struct packet *packet,
	const uint8_t destination[6], const uint8_t source[6], size_t *length);
