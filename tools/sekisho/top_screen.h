// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What `sekisho top` knows, and how it lies on the screen (ncurses, already begun).
//
// From 80 x 24 on; a smaller one is cut. All text is printable ASCII, so that bytes are columns.

#include "tools/sekisho/rate_history.h"
#include "tools/sekisho/subscriber_order.h"

#include <jansson.h>

#include <stdbool.h>

enum top_list {
	TOP_SUBSCRIBERS,
	TOP_CONTACTS,
};
#define TOP_LISTS 2

struct top_screen {
	const char *socket;
	json_t *status, *subscribers, *contacts; // the last answers; NULL: none yet
	const char *problem;                     // why there is none now; "": there is
	bool paused;
	enum subscriber_order order;
	enum top_list focus;      // which one the keys scroll
	size_t scroll[TOP_LISTS]; // the first row shown; drawing keeps it within the rows
	size_t page[TOP_LISTS];   // rows shown, as last drawn
	struct rate_history history;
};

// Once, after initscr(3) or newterm(3).
void top_screen_begin(void);
void top_screen_draw(struct top_screen *screen);
