// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The feeds of a configuration, all the way to a generation, in one process: list → guard →
// catalogue → memfd → tables. The very code of the control plane and of the data plane, without
// the socket between them. Single thread.

#include "config/config.h"
#include "control/list.h"
#include "control/subscriber/registry.h"
#include "dataplane/generation.h"

struct ruleset_list {
	const char *path; // the configuration's
	struct list_report report;
};

struct ruleset {
	struct ruleset_list *lists; // one for each feed
	size_t list_count;
	struct registry *registry;       // who the subscribers are
	struct catalogue *catalogue;     // sealed
	struct generation_header header; // zero if there is no rule
	struct generation *generation;   // NULL: no rule, or not built yet
	int memfd;                       // -1: no rule
};

// Reads all feeds and subscribers' files of `config`, which must outlive the ruleset, and compiles
// them. Entries whose
// validity ended at or before `now_s` (UTC; 0: keep all) take no part. NULL with one line in
// `error`: a file cannot be used at all, more rules than rule_limit.
struct ruleset *ruleset_load(
	const struct config *config, int64_t now_s, char *error, size_t error_size);

// Builds the tables; needs an initialised EAL. false with one line in `error`.
bool ruleset_build(
	struct ruleset *ruleset, const struct config *config, char *error, size_t error_size);

void ruleset_free(struct ruleset *ruleset); // NULL is allowed

// One line for a list that had rows nobody can use: how many, and why. false: nothing to say.
bool ruleset_list_remark(const struct ruleset_list *list, char *text, size_t text_size);
bool ruleset_registry_remark(const struct registry_state *state, char *text, size_t text_size);
