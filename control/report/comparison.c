// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/comparison.h"

#include "config/utc.h"

#include <stdio.h>
#include <string.h>

// What one subscriber did in one stratum.
struct doing {
	bool any; // a row at all
	uint64_t contacts, packets;
	uint64_t first_ns, last_ns; // in the stretch
	uint64_t first_ever_ns;
	uint64_t span_ns, gaps; // between attempts
};

struct gathering {
	struct comparison *comparison;
	const struct comparison_part *part;
	int64_t subscriber; // 0: none yet
	bool in_first, in_second;
	struct doing doings[COMPARISON_STRATA_MAX + 1];
};

static void add_row(struct doing *doing, const struct effect_row *row)
{
	if (!doing->any || row->contact_first_ns < doing->first_ever_ns)
		doing->first_ever_ns = row->contact_first_ns;
	doing->any = true;
	if (row->packets == 0)
		return;
	if (doing->packets == 0 || row->first_ns < doing->first_ns)
		doing->first_ns = row->first_ns;
	if (row->last_ns > doing->last_ns)
		doing->last_ns = row->last_ns;
	doing->contacts++;
	doing->packets += row->packets;
	if (row->attempts > 1) {
		doing->span_ns += row->last_ns - row->first_ns;
		doing->gaps += row->attempts - 1;
	}
}

// The stratum's index; 0: no room.
static size_t find_stratum(struct comparison *comparison, const struct effect_row *row)
{
	for (size_t i = 1; i < comparison->count; i++)
		if (comparison->strata[i].level == row->level &&
			strcmp(comparison->strata[i].family, row->family) == 0)
			return i;
	if (comparison->count > COMPARISON_STRATA_MAX)
		return 0;
	snprintf(comparison->strata[comparison->count].family, FAMILY_SIZE, "%s", row->family);
	comparison->strata[comparison->count].level = row->level;
	return comparison->count++;
}

static void add_subscriber(const struct gathering *gathering, size_t index)
{
	const struct comparison_part *part = gathering->part;
	const struct doing *doing = &gathering->doings[index];
	struct comparison_stratum *stratum = &gathering->comparison->strata[index];
	const uint64_t quiet_from_ns =
		part->until_ns > part->quiet_ns ? part->until_ns - part->quiet_ns : 0;
	const struct effect_subscriber subscriber = {
		.contacts = doing->contacts,
		.packets = doing->packets,
		.interval_s = doing->gaps == 0 ? 0
					       : (double)doing->span_ns / (double)doing->gaps /
							 (double)UTC_NS_PER_S,
		.is_new = doing->first_ever_ns >= part->from_ns,
		.was_watched = doing->first_ns <= quiet_from_ns,
		.cleared = doing->last_ns <= quiet_from_ns,
	};

	if (!effect_group_add(
		    gathering->in_first ? &stratum->first : &stratum->second, &subscriber))
		gathering->comparison->no_memory = true;
}

static void finish_subscriber(struct gathering *gathering)
{
	const bool both = gathering->in_first && gathering->in_second;

	gathering->comparison->left_out += both;
	if (!both && (gathering->in_first || gathering->in_second))
		for (size_t i = 0; i < gathering->comparison->count; i++)
			if (gathering->doings[i].packets > 0)
				add_subscriber(gathering, i);
	memset(gathering->doings, 0, sizeof(gathering->doings));
	gathering->in_first = gathering->in_second = false;
}

static void gather(void *context, const struct effect_row *row)
{
	struct gathering *gathering = context;
	struct comparison *comparison = gathering->comparison;
	const struct comparison_part *part = gathering->part;
	const bool first = part->trial ? row->group == COHORT_TREATED : !part->second;
	const bool second = part->trial ? row->group == COHORT_CONTROL : part->second;
	struct effect_row known = *row;
	size_t stratum;

	if (row->subscriber != gathering->subscriber) {
		finish_subscriber(gathering);
		gathering->subscriber = row->subscriber;
	}
	// What was done in neither group is the past, as what other contacts did.
	if (!first && !second)
		known.packets = 0;
	if (known.packets > 0) {
		gathering->in_first |= first;
		gathering->in_second |= second;
	}
	add_row(&gathering->doings[0], &known);
	stratum = find_stratum(comparison, row);
	if (stratum > 0)
		add_row(&gathering->doings[stratum], &known);
	else
		comparison->other_rows++;
}

int comparison_add(
	struct comparison *comparison, struct store *store, const struct comparison_part *part)
{
	struct gathering gathering = {.comparison = comparison, .part = part};

	if (comparison->count == 0)
		comparison->count = 1;
	if (store_effect_rows(store, &part->stretch, gather, &gathering) < 0)
		return -1;
	finish_subscriber(&gathering);
	return comparison->no_memory ? -1 : 0;
}

void comparison_free(struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->count; i++) {
		effect_group_free(&comparison->strata[i].first);
		effect_group_free(&comparison->strata[i].second);
	}
}
