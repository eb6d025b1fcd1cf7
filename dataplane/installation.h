// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One generation at a time on its way into force: memfd → built in steps → swapped → the old one
// freed once no worker uses it. Service thread.
//
// Each call of installation_advance takes about a millisecond at most, except the first look at a
// generation, which copies and checks it (tens of milliseconds for a million rules).

#include "dataplane/regime.h"

#include <stddef.h>
#include <stdint.h>

enum installation_state {
	INSTALLATION_IDLE,
	INSTALLATION_BUILDING, // has work: call advance again at once
	INSTALLATION_SETTLING, // swapped; some worker may still use the old one
};

struct installation {
	struct regime *regime;
	uint32_t rule_limit;
	struct generation_builder *builder;
	uint64_t number;
	uint64_t since_ns; // UTC of the last swap; 0: none
	enum installation_state state;
};

enum installation_event {
	INSTALLATION_GOES_ON,
	INSTALLATION_DONE,   // every worker uses it and the old one is freed
	INSTALLATION_FAILED, // one line in `error`; the old one stays in force
};

void installation_init(
	struct installation *installation, struct regime *regime, uint32_t rule_limit);
void installation_destroy(struct installation *installation);

// Only when idle. The descriptor stays the caller's and may be closed afterwards. 0, or -1 with
// one line in `error`.
int installation_begin(struct installation *installation, int memfd, uint64_t number, char *error,
	size_t error_size);

enum installation_event installation_advance(
	struct installation *installation, char *error, size_t error_size);

// Gives up what is being built. What has been swapped in stays.
void installation_cancel(struct installation *installation);
