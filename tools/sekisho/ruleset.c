// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/ruleset.h"

#include "config/utc.h"
#include "control/compile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Nothing else waits meanwhile, so that large steps do no harm.
#define BUILD_STEP_ADDRESSES 65536

static bool lists_load(struct ruleset *ruleset, const struct config *config,
	const struct guard *guard, int64_t now_s, char *error, size_t error_size)
{
	for (size_t i = 0; i < config->feed_count; i++) {
		const struct config_feed *feed = &config->feeds[i];
		struct ruleset_list *list = &ruleset->lists[i];
		struct list_options options = {
			.number = (uint16_t)i,
			.now_s = now_s,
		};

		list->path = feed->path;
		if (!list_feed_options(feed, &options.feed)) {
			snprintf(error, error_size, "%s: format \"%s\" is not known", feed->path,
				feed->format);
			return false;
		}
		if (list_load(feed->path, &options, guard, ruleset->catalogue, &list->report, error,
			    error_size) != 0)
			return false;
		ruleset->list_count++;
	}
	return true;
}

// Who the subscribers are, and whose packets are to be treated otherwise, the caller's to free.
static struct flagged *subscribers_load(
	struct ruleset *ruleset, const struct config *config, char *error, size_t error_size)
{
	const struct flagged_trial none = {.consent = config->subscribers.consent};

	ruleset->registry = registry_create(config);
	if (ruleset->registry == NULL) {
		snprintf(error, error_size, "no memory for the subscribers' files");
		return NULL;
	}
	registry_read(ruleset->registry, false, NULL, error, error_size);
	if (registry_problem(ruleset->registry) != NULL) {
		snprintf(error, error_size, "%s", registry_problem(ruleset->registry));
		return NULL;
	}
	if (registry_identity(ruleset->registry) == NULL)
		return NULL;
	return identity_flagged(
		registry_identity(ruleset->registry), NULL, 0, &none, error, error_size);
}

struct ruleset *ruleset_load(
	const struct config *config, int64_t now_s, char *error, size_t error_size)
{
	struct ruleset *ruleset = calloc(1, sizeof(*ruleset));
	struct flagged *flagged = NULL;
	struct guard *guard = NULL;

	if (ruleset == NULL) {
		snprintf(error, error_size, "no memory");
		return NULL;
	}
	ruleset->memfd = -1;
	ruleset->catalogue = catalogue_create();
	ruleset->lists = calloc(config->feed_count + 1, sizeof(*ruleset->lists));
	if (ruleset->catalogue == NULL || ruleset->lists == NULL) {
		snprintf(error, error_size, "no memory for %zu lists", config->feed_count);
		goto free_ruleset;
	}
	guard = guard_create(config, error, error_size);
	if (guard == NULL)
		goto free_ruleset;
	flagged = subscribers_load(ruleset, config, error, error_size);
	if (flagged == NULL)
		goto free_guard;
	if (!lists_load(ruleset, config, guard, now_s, error, error_size))
		goto free_guard;
	if (!catalogue_seal(ruleset->catalogue, now_s)) {
		snprintf(error, error_size, "no memory for the lists");
		goto free_guard;
	}
	ruleset->memfd = compile_generation(ruleset->catalogue, config, flagged, NULL, now_s, 1,
		(uint64_t)now_s * UTC_NS_PER_S, &ruleset->header, error, error_size);
	if (ruleset->memfd < 0)
		goto free_guard;
	free(flagged);
	guard_free(guard);
	return ruleset;
free_guard:
	free(flagged);
	guard_free(guard);
free_ruleset:
	ruleset_free(ruleset);
	return NULL;
}

bool ruleset_build(
	struct ruleset *ruleset, const struct config *config, char *error, size_t error_size)
{
	struct generation_builder *builder;
	int done;

	builder = generation_builder_create(ruleset->memfd, config->rule_limit, error, error_size);
	if (builder == NULL)
		return false;
	do
		done = generation_builder_step(builder, BUILD_STEP_ADDRESSES, error, error_size);
	while (done == 0);
	if (done < 0) {
		generation_builder_free(builder);
		return false;
	}
	ruleset->generation = generation_builder_finish(builder);
	return true;
}

void ruleset_free(struct ruleset *ruleset)
{
	if (ruleset == NULL)
		return;
	generation_free(ruleset->generation);
	if (ruleset->memfd >= 0)
		close(ruleset->memfd);
	catalogue_release(ruleset->catalogue);
	registry_free(ruleset->registry);
	free(ruleset->lists);
	free(ruleset);
}

bool ruleset_list_remark(const struct ruleset_list *list, char *text, size_t text_size)
{
	const struct list_report *report = &list->report;
	bool remarkable = report->accepted == 0;
	size_t used;

	for (enum feed_reason i = 0; i < FEED_REASON_COUNT; i++)
		if (report->reasons[i] != 0 && !list_expects(i))
			remarkable = true;
	if (!remarkable)
		return false;
	used = (size_t)snprintf(
		text, text_size, "%s: %" PRIu32 " rows accepted", list->path, report->accepted);
	for (enum feed_reason i = 0; i < FEED_REASON_COUNT && used < text_size; i++)
		if (report->reasons[i] != 0)
			used += (size_t)snprintf(text + used, text_size - used,
				", %" PRIu32 " %s%s", report->reasons[i],
				list_quarantines(i) ? "quarantined: " : "", feed_reason_code(i));
	return true;
}

bool ruleset_registry_remark(const struct registry_state *state, char *text, size_t text_size)
{
	if (state->rejected == 0)
		return false;
	snprintf(text, text_size,
		"%s: %" PRIu32 " rows accepted, %" PRIu32
		" rejected; sekisho check-config says why",
		state->path, state->accepted, state->rejected);
	return true;
}
