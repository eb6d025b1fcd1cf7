// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One frame of a capture and what the decoder of the data plane made of it: the facts behind
// `sekisho decode`'s text and JSON, so that both say the same.
//
// Single thread; allocates nothing but what a line of JSON takes.

#include "config/config.h"
#include "config/subscriber_key.h"
#include "dataplane/packet.h"
#include "dataplane/subscriber.h"
#include "tools/sekisho/capture.h"

#include <stdio.h>

struct decoded_frame {
	const char *capture; // the path, as named
	uint64_t number;     // within the capture, from 1
	struct capture_frame frame;
	struct packet packet;
	enum direction direction; // UP: the source is inside the subscriber prefixes; of no meaning
				  // without addresses
	bool is_subscribers;      // and `subscriber` says whose it is
	char subscriber[SUBSCRIBER_KEY_TEXT_SIZE];
};

// How frames are looked at: what the configuration says of it.
struct decoded_frame_view {
	const struct prefix_set *prefixes; // a frame whose source lies inside comes from there
	const struct subscribers *subscribers;
	uint8_t depth;
};

// Decodes decoded->frame, as `sekisho replay` does, into the members behind it.
void decoded_frame_fill(struct decoded_frame *decoded, const struct decoded_frame_view *view);

// Whether the innermost packet was understood and its ports are known.
bool decoded_frame_has_ports(const struct decoded_frame *decoded);

// One line. `with_capture` begins it with the capture's path. Errors of `out` are the caller's to
// look for.
void decoded_frame_print_text(FILE *out, const struct decoded_frame *decoded, bool with_capture);

// One object on one line. false: memory is out or `out` does not take it.
bool decoded_frame_print_json(FILE *out, const struct decoded_frame *decoded);
