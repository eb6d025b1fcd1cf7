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

// Nothing is done about a domain, nor about who is not there.
static struct generation_cell ordinary(const struct config *config,
	const struct policy_moment *moment, const struct indicator *indicator)
{
	if (indicator == NULL || indicator->is_domain)
		return (struct generation_cell){ACTION_ALERT, MODE_ENFORCE};
	return policy_ordinary(config, moment, indicator);
}

static bool is_enforced(struct generation_cell cell)
{
	return cell.action != ACTION_ALERT && cell.mode == MODE_ENFORCE;
}

// Notes the pair, if there is a difference.
static void note(struct difference *difference, const struct config *config,
	const struct policy_moment *moment, const struct indicator *before,
	const struct indicator *after)
{
	const struct generation_cell was = ordinary(config, moment, before);
	const struct generation_cell is = ordinary(config, moment, after);
	const bool newly_enforced = is_enforced(is) && !is_enforced(was);

	if (before == NULL)
		difference->added++;
	else if (after == NULL)
		difference->removed++;
	else if (before->level != after->level || was.action != is.action || was.mode != is.mode)
		difference->changed++;
	else
		return;
	difference->newly_enforced += newly_enforced;
	if (difference->entry_count < DIFFERENCE_ENTRIES_MAX)
		difference->entries[difference->entry_count++] = (struct difference_entry){
			.before = before,
			.after = after,
			.action_before = (enum action)was.action,
			.action_after = (enum action)is.action,
			.newly_enforced = newly_enforced,
		};
}

static void walk(struct difference *difference, const struct config *config, int64_t now_s)
{
	const struct policy_moment moment = policy_moment(config, now_s);
	const struct catalogue *old = difference->before, *new = difference->after;
	const size_t old_count = old == NULL ? 0 : catalogue_count(old);
	const size_t new_count = catalogue_count(new);
	size_t i = 0, j = 0;

	while (i < old_count || j < new_count) {
		const struct indicator *before = i < old_count ? catalogue_at(old, i) : NULL;
		const struct indicator *after = j < new_count ? catalogue_at(new, j) : NULL;
		const int order = before == NULL ? 1 : after == NULL ? -1 : compare(before, after);

		note(difference, config, &moment, order <= 0 ? before : NULL,
			order >= 0 ? after : NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

struct difference *difference_create(struct catalogue *before, struct catalogue *after,
	const struct config *config, int64_t now_s)
{
	struct difference *difference = calloc(1, sizeof(*difference));

	if (difference == NULL)
		return NULL;
	difference->before = before == NULL ? NULL : catalogue_hold(before);
	difference->after = catalogue_hold(after);
	walk(difference, config, now_s);
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
