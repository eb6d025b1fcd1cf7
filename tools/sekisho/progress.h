// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One line on a terminal that says how far a replay has come; nothing where stderr is no terminal.

#include "tools/sekisho/capture.h"

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown;                    // stderr is a terminal
	bool drawn;                    // a line is on it
	uint64_t started_ns, drawn_ns; // CLOCK_MONOTONIC
};

void progress_start(struct progress *progress);

// Draws at most five times a second. Cheap enough for every frame.
void progress_update(struct progress *progress, const struct captures *captures, uint64_t frames);

// Clears the line. To be called before anything else is written.
void progress_clear(struct progress *progress);
