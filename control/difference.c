// SPDX-License-Identifier: BSD-3-Clause
#include "control/difference.h"

#include "control/policy.h"

#include <stdlib.h>
#include <string.h>

// The order of a catalogue.
static int compare(const struct indicator *a, const struct indicator *b)
{
	int order = a->is_domain - b->is_domain;

	if (order != 0)
		return order;
	if (a->is_domain)
		return strcmp(a->domain, b->domain);
	order = address_compare(&a->address, &b->address);
	if (order != 0)
		return order;
	return a->port != b->port ? a->port - b->port : a->transport - b->transport;
}

static void note(struct difference *difference, const struct indicator *before,
	const struct indicator *after)
{
	if (before == NULL)
		difference->added++;
	else if (after == NULL)
		difference->removed++;
	else
		difference->changed++;
	if (difference->entry_count < DIFFERENCE_ENTRIES_MAX)
		difference->entries[difference->entry_count++] =
			(struct difference_entry){before, after};
}

static bool is_changed(
	const struct indicator *before, const struct indicator *after, const struct config *config)
{
	return before->level != after->level ||
	       policy_action(config, before) != policy_action(config, after);
}

static void walk(struct difference *difference, const struct config *config)
{
	const struct catalogue *old = difference->before, *new = difference->after;
	const size_t old_count = old == NULL ? 0 : catalogue_count(old);
	const size_t new_count = catalogue_count(new);
	size_t i = 0, j = 0;

	while (i < old_count || j < new_count) {
		const struct indicator *before = i < old_count ? catalogue_at(old, i) : NULL;
		const struct indicator *after = j < new_count ? catalogue_at(new, j) : NULL;
		const int order = before == NULL ? 1 : after == NULL ? -1 : compare(before, after);

		if (order < 0)
			note(difference, before, NULL);
		else if (order > 0)
			note(difference, NULL, after);
		else if (is_changed(before, after, config))
			note(difference, before, after);
		i += order <= 0;
		j += order >= 0;
	}
}

struct difference *difference_create(
	struct catalogue *before, struct catalogue *after, const struct config *config)
{
	struct difference *difference = calloc(1, sizeof(*difference));

	if (difference == NULL)
		return NULL;
	difference->before = before == NULL ? NULL : catalogue_hold(before);
	difference->after = catalogue_hold(after);
	walk(difference, config);
	return difference;
}

void difference_free(struct difference *difference)
{
	if (difference == NULL)
		return;
	catalogue_release(difference->before);
	catalogue_release(difference->after);
	free(difference);
}
