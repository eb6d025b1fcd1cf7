// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames of a capture through the stages of the data plane, with the capture's clock.
//
// The player does what a link and a worker do on live ports: it tells the direction of each frame,
// groups frames into bursts without changing their order, runs the pipeline, counts what becomes of
// every frame and merges the ledger. All frames are those of the configuration's first link. A
// frame comes from the subscribers' side if its source lies in their prefixes, or else that of a
// tunnel around it; where the key is the tunnel's, that tunnel alone decides. All others come from
// the network.
//
// Single thread; needs an initialised EAL once rules are given. Nothing but the contacts grows, and
// those only up to their limit.

#include "config/config.h"
#include "dataplane/contact.h"
#include "dataplane/generation.h"
#include "dataplane/pipeline.h"
#include "tools/sekisho/capture.h"

struct player;

// Called for every frame that was not dropped, in order.
typedef void (*player_sink)(void *context, const struct capture_frame *frame);

// Takes the first link, which must be there, subscribers, mode and contact_limit from `config`. The
// player must not outlive
// `generation` (NULL: nothing is listed). `sink` may be NULL. NULL only when memory is out.
struct player *player_create(const struct config *config, const struct generation *generation,
	player_sink sink, void *context);
void player_free(struct player *player); // NULL is allowed

// Copies the frame; it may be judged only by a later call.
void player_feed(struct player *player, const struct capture_frame *frame);

// Judges what is still waiting and completes the contacts.
void player_flush(struct player *player);

// All valid after player_flush.
const struct counters *player_counters(const struct player *player);
struct contacts *player_contacts(const struct player *player);
uint64_t player_last_ns(const struct player *player); // the latest time stamp; 0: no frame
