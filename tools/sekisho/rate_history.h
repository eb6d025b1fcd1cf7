// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The last rates of each port, for a small graph of one line.

#include <jansson.h>

#define RATE_HISTORY_SAMPLES 64
#define RATE_HISTORY_PORTS   32

struct rate_history {
	struct {
		char name[32];
		double rates[RATE_HISTORY_SAMPLES]; // the newest last
		size_t count;
	} ports[RATE_HISTORY_PORTS]; // an empty name ends them
};

// One more sample for each port of an answer to "status"; ports beyond the limit have no graph.
void rate_history_add(struct rate_history *history, const json_t *ports);

// The newest `width` samples as ASCII, the newest at the right, tallest the greatest of them;
// `graph` has room for width + 1 bytes.
void rate_history_graph(
	const struct rate_history *history, const char *name, size_t width, char *graph);
