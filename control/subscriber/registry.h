// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stands of the mapping and CGN files: each file's last good rows, how the file was when last
// looked at, and the identity they make together.
//
// The rules are those of feeds: a file that cannot be read, has no row that can be used, or lost
// more than half of its rows is refused; what was read before stands, and the file's state says so.
// A reading is forced past the last two, never past the first. There is no identity until every
// mapping file was read once: who opted out is not known before, and nothing may be touched on a
// guess.
//
// The loader's thread, or any one. Failing calls return one line in `error`.

#include "config/config.h"
#include "control/subscriber/identity.h"

#include <sys/stat.h>

#define REGISTRY_PROBLEM_SIZE 384

enum registry_kind {
	REGISTRY_MAPPING,
	REGISTRY_CGN,
};

// For people: no pointers but those into the configuration.
struct registry_state {
	enum registry_kind kind;
	const char *path;
	uint32_t accepted, rejected; // of what stands
	uint64_t loaded_ns;          // UTC: when that was read; 0: nothing stands
	char problem[REGISTRY_PROBLEM_SIZE];
	uint64_t problem_since_ns;
};

struct registry;

// `config` must outlive it. Reads nothing yet. NULL only when memory is out.
struct registry *registry_create(const struct config *config);
void registry_free(struct registry *registry); // NULL is allowed

// Whether a file is another than the one that was read, or in trouble and worth another look;
// `*changed_ns` is when the youngest of them was written, if there is one.
bool registry_changed(const struct registry *registry, uint64_t *changed_ns);

// Reads what changed and what is in trouble, or forces all of it. `listener`, which may be NULL, is
// told of rows that are rejected; of rows that conflict with one another too. true: the identity is
// a new one. false with an empty `error`: nothing changed, or what did was refused.
bool registry_read(struct registry *registry, bool force, const struct table_listener *listener,
	char *error, size_t error_size);

// The registry's; NULL: a mapping file was never read.
struct identity *registry_identity(const struct registry *registry);

// What is wrong with the first file that is in trouble; NULL: none is.
const char *registry_problem(const struct registry *registry);

// Mapping files first, in the configuration's order.
size_t registry_count(const struct registry *registry);
const struct registry_state *registry_state(const struct registry *registry, size_t index);
