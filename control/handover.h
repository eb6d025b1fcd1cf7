// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a change of who holds an address sets in motion, once it is committed: contacts of its keys
// are attributed anew (bookkeeper.h), and if it concerns flags of subscribers, the loader makes
// another generation (loader_bindings_changed). A change that concerns nobody's flags costs some
// look-ups in memory.
//
// Main thread.

#include "control/bookkeeper.h"
#include "control/store/bindings.h"

struct handover;

// All must outlive it. NULL with one line in `error`.
struct handover *handover_create(struct event_base *base, const struct config *config,
	struct bookkeeper *bookkeeper, struct loader *loader, char *error, size_t error_size);
void handover_free(struct handover *handover); // NULL is allowed

// For radius_server_observe; refers to `handover`.
struct binding_observer handover_observer(struct handover *handover);

// What has to be looked at where `prefix` changed hands: the keys within it, or the one around it.
struct prefix handover_reach(const struct config_subscribers *config, const struct prefix *prefix);
