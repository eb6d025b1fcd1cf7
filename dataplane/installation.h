// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One generation at a time on its way into force: memfd → built → swapped → the old one freed once
// no worker uses it.
//
// A million rules take a second to build and tens of milliseconds to copy and to free, so both are
// done by a thread of their own, at low priority, which touches nothing but the generation at hand.
// All calls here are the service thread's and return at once; only they change what is in force.

#include "dataplane/overblock.h"
#include "dataplane/regime.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSTALLATION_ERROR_SIZE 256

enum installation_state {
	INSTALLATION_IDLE,
	INSTALLATION_BUILDING,
	INSTALLATION_SETTLING,  // swapped; some worker may still use the old one
	INSTALLATION_DISPOSING, // of the old one
};

struct installation {
	struct regime *regime;
	struct overblock *overblock;
	uint32_t rule_limit;
	enum installation_state state;
	uint64_t number;       // of the generation begun last
	uint64_t accounted_ns; // and what it accounts for
	uint64_t since_ns;     // UTC of the last swap; 0: none

	// Between the two threads: the builder's from pthread_create to `finished`, else ours.
	pthread_t thread;
	int memfd;
	struct generation *generation; // built, or to be freed
	char error[INSTALLATION_ERROR_SIZE];
	bool finished;  // atomic, release by the builder
	bool cancelled; // atomic, by us
};

enum installation_event {
	INSTALLATION_GOES_ON, // or nothing is going on
	INSTALLATION_DONE,    // every worker uses it
	INSTALLATION_FAILED,  // `error` says why; the old one stays in force
};

void installation_init(struct installation *installation, struct regime *regime,
	struct overblock *overblock, uint32_t rule_limit);
void installation_destroy(struct installation *installation); // waits for the builder

// Only when idle. Takes the descriptor over. `accounted_ns`: see overblock_install.
void installation_begin(
	struct installation *installation, int memfd, uint64_t number, uint64_t accounted_ns);

// To be called every millisecond or so while not idle.
enum installation_event installation_advance(struct installation *installation);

// Gives up what is being built (INSTALLATION_FAILED follows). What has been swapped in stays.
void installation_cancel(struct installation *installation);
