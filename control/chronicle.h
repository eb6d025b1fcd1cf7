// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What becomes of the lists, in words for the audit log: generations, refusals, the guard.
//
// What was written last outlives a restart, so that a start that finds everything as it was adds
// nothing, and one that does not says what it was. A store that cannot be written is reported by
// inventory_save, which follows every change; here it is no error. The loader's thread.

#include "control/difference.h"
#include "control/guard.h"
#include "control/store/settings.h"
#include "dataplane/api/generation_layout.h"

struct chronicle {
	struct store *store;
	char generation[SETTING_VALUE_SIZE]; // "generation 12 9bb1c2b50bdc"; "": none yet
	char guard[SETTING_VALUE_SIZE];      // digest of the never-block files
};

// -1: store_error says why.
int chronicle_open(struct chronicle *chronicle, struct store *store);

// Whether it is another one than that written last.
bool chronicle_is_news(
	const struct chronicle *chronicle, const struct generation_header *generation);

// A generation came into force by `action`: "load", "rollback", "refresh". Nothing happens if it is
// no news, unless somebody asked for it. `difference` may be NULL: from nothing, or not known.
void chronicle_generation(struct chronicle *chronicle, const char *actor, const char *action,
	const struct generation_header *generation, const struct difference *difference,
	bool asked);

// A list, or all of them, was not taken.
void chronicle_refusal(const struct chronicle *chronicle, const char *actor, const char *problem);

// The guard in force; nothing happens if its files are what they were.
void chronicle_guard(struct chronicle *chronicle, const char *actor, const struct guard *guard);
