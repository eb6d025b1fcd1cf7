// SPDX-License-Identifier: BSD-3-Clause
#include "control/candidate.h"

#include "config/utc.h"
#include "control/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool knows_subscribers(const struct candidate_terms *terms, char *error, size_t error_size)
{
	if (terms->subscribers != NULL || terms->config->subscribers.mapping_count == 0)
		return true;
	snprintf(error, error_size,
		"no generation is made: a mapping file was never read, and who opted out "
		"is not known");
	return false;
}

int candidate_compile(struct candidate *candidate, const struct candidate_terms *terms, char *error,
	size_t error_size)
{
	const struct caution *caution = terms->caution;
	const uint64_t now_ns = utc_now_ns();
	struct compile_guard guard = {.overblock = caution->overblock};

	if (!knows_subscribers(terms, error, error_size))
		return -1;
	candidate->novelty =
		novelty_create(caution->novelty != NULL ? caution->novelty : caution->stored,
			candidate->catalogue, terms->config, now_ns);
	if (candidate->novelty == NULL) {
		snprintf(error, error_size, "no memory to compile the lists");
		return -1;
	}
	guard.novelty = candidate->novelty;
	candidate->decided_s = (int64_t)(now_ns / UTC_NS_PER_S);
	candidate->memfd = compile_generation(candidate->catalogue, terms->config,
		terms->subscribers, &guard, candidate->decided_s, terms->number, now_ns,
		&candidate->header, error, error_size);
	return candidate->memfd < 0 ? -1 : 0;
}

int candidate_merge(struct candidate *candidate, const struct candidate_terms *terms, char *error,
	size_t error_size)
{
	if (!knows_subscribers(terms, error, error_size))
		return -1;
	candidate->catalogue = intake_merge(
		candidate->intake, terms->guard, (int64_t)(utc_now_ns() / UTC_NS_PER_S));
	if (candidate->catalogue == NULL) {
		snprintf(error, error_size, "no memory to merge the feeds");
		return -1;
	}
	return candidate_compile(candidate, terms, error, error_size);
}

void candidate_free(struct candidate *candidate)
{
	intake_free(candidate->intake);
	catalogue_release(candidate->catalogue);
	free(candidate->novelty);
	if (candidate->memfd >= 0)
		close(candidate->memfd);
}
