// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Words of words.h as the programs understand them: written to files, read as configuration
// and lists, compiled into a generation. Asserts that each step works.

#include "control/catalogue.h"
#include "control/compile.h"
#include "tests/policy/words.h"

struct policy_compiled {
	struct config *config;
	struct catalogue *catalogue;
	struct generation_header header;
	int memfd; // sealed
};

// Sets the process's time zone to that of the words. `subscribers` as compile_generation takes it.
void policy_compile(struct policy_compiled *compiled, const struct words *words,
	const struct flagged *subscribers);
void policy_compiled_free(struct policy_compiled *compiled);
