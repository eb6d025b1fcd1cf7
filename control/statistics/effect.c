// SPDX-License-Identifier: BSD-3-Clause
#include "control/statistics/effect.h"

#include "control/statistics/median.h"
#include "control/statistics/proportion.h"

#include <stdlib.h>

#define ROOM_FIRST 256

static const struct {
	const char *name, *method;
	bool ratio;
} measures[EFFECT_MEASURES] = {
	[EFFECT_INFECTED] = {"infected", "ratio of rates, Wilson score", true},
	[EFFECT_NEW] = {"newly_infected", "ratio of rates, Wilson score", true},
	[EFFECT_CONTACTS] = {"contacts", "ratio of means, normal on the logarithm", true},
	[EFFECT_PACKETS] = {"packets", "ratio of means, normal on the logarithm", true},
	[EFFECT_INTERVAL] = {"interval_s", "ratio of medians, Price-Bonett on the logarithm", true},
	[EFFECT_CLEARED] = {"cleared", "difference of shares, Newcombe", false},
};

bool effect_group_add(struct effect_group *group, const struct effect_subscriber *subscriber)
{
	if (subscriber->interval_s > 0) {
		if (group->interval_count == group->interval_room) {
			const size_t room =
				group->interval_room == 0 ? ROOM_FIRST : 2 * group->interval_room;
			double *intervals = realloc(group->intervals, room * sizeof(*intervals));

			if (intervals == NULL)
				return false;
			group->intervals = intervals;
			group->interval_room = room;
		}
		group->intervals[group->interval_count++] = subscriber->interval_s;
	}
	group->infected++;
	group->fresh += subscriber->is_new;
	group->watched += subscriber->was_watched;
	group->cleared += subscriber->was_watched && subscriber->cleared;
	mean_add(&group->contacts, (double)subscriber->contacts);
	mean_add(&group->packets, (double)subscriber->packets);
	return true;
}

void effect_group_free(struct effect_group *group)
{
	free(group->intervals);
	*group = (struct effect_group){0};
}

// What the interval leaves out. `none`: no difference.
static enum effect_finding judge(const struct interval *interval, double none)
{
	return interval->high < none  ? EFFECT_LESS
	       : interval->low > none ? EFFECT_MORE
				      : EFFECT_NONE_SHOWN;
}

static struct effect_figure count_figure(uint64_t count)
{
	const double value = (double)count;

	return (struct effect_figure){true, {value, value, value}, count};
}

static struct effect compare_counts(uint64_t first, uint64_t second, double share)
{
	const double smaller = share < 0.5 ? share : 1 - share;
	struct effect effect = {.first = count_figure(first), .second = count_figure(second)};

	if ((double)(first + second) * smaller < EFFECT_EXPECTED_MIN)
		return effect;
	effect.difference = proportion_rate_ratio(first, second, share);
	effect.finding = judge(&effect.difference, 1);
	return effect;
}

static struct effect_figure mean_figure(const struct mean *mean)
{
	struct effect_figure figure = {.subscribers = mean->count};

	figure.known = mean->count >= MEAN_NUMBERS_MIN && mean->value > 0;
	if (figure.known)
		figure.interval = mean_interval(mean);
	return figure;
}

static struct effect compare_means(const struct mean *first, const struct mean *second)
{
	struct effect effect = {.first = mean_figure(first), .second = mean_figure(second)};

	_Static_assert(EFFECT_SUBSCRIBERS_MIN >= MEAN_NUMBERS_MIN, "as means need");
	if (!effect.first.known || !effect.second.known)
		return effect;
	effect.difference = mean_ratio(first, second);
	effect.finding = judge(&effect.difference, 1);
	return effect;
}

static struct effect compare_medians(struct effect_group *first, struct effect_group *second)
{
	struct effect effect = {.first.subscribers = first->interval_count,
		.second.subscribers = second->interval_count};
	struct median one, other;

	_Static_assert(EFFECT_SUBSCRIBERS_MIN >= MEDIAN_NUMBERS_MIN, "as medians need");
	effect.first.known = first->interval_count >= EFFECT_SUBSCRIBERS_MIN;
	effect.second.known = second->interval_count >= EFFECT_SUBSCRIBERS_MIN;
	if (effect.first.known) {
		one = median_of(first->intervals, first->interval_count);
		effect.first.interval = median_interval(&one);
	}
	if (effect.second.known) {
		other = median_of(second->intervals, second->interval_count);
		effect.second.interval = median_interval(&other);
	}
	if (!effect.first.known || !effect.second.known)
		return effect;
	effect.difference = median_ratio(&one, &other);
	effect.finding = judge(&effect.difference, 1);
	return effect;
}

static struct effect_figure share_figure(uint64_t successes, uint64_t trials)
{
	struct effect_figure figure = {.known = trials > 0, .subscribers = trials};

	if (figure.known)
		figure.interval = proportion_wilson(successes, trials);
	return figure;
}

static struct effect compare_shares(
	const struct effect_group *first, const struct effect_group *second)
{
	struct effect effect = {.first = share_figure(first->cleared, first->watched),
		.second = share_figure(second->cleared, second->watched)};

	if (first->watched < EFFECT_SUBSCRIBERS_MIN || second->watched < EFFECT_SUBSCRIBERS_MIN)
		return effect;
	effect.difference = proportion_difference(
		first->cleared, first->watched, second->cleared, second->watched);
	effect.finding = judge(&effect.difference, 0);
	return effect;
}

void effect_compare(struct effect_group *first, struct effect_group *second, double share,
	struct effect effects[EFFECT_MEASURES])
{
	effects[EFFECT_INFECTED] = compare_counts(first->infected, second->infected, share);
	effects[EFFECT_NEW] = compare_counts(first->fresh, second->fresh, share);
	effects[EFFECT_CONTACTS] = compare_means(&first->contacts, &second->contacts);
	effects[EFFECT_PACKETS] = compare_means(&first->packets, &second->packets);
	effects[EFFECT_INTERVAL] = compare_medians(first, second);
	effects[EFFECT_CLEARED] = compare_shares(first, second);
}

const char *effect_measure_name(enum effect_measure measure)
{
	return measures[measure].name;
}

const char *effect_measure_method(enum effect_measure measure)
{
	return measures[measure].method;
}

bool effect_measure_is_ratio(enum effect_measure measure)
{
	return measures[measure].ratio;
}

const char *effect_finding_name(enum effect_finding finding)
{
	static const char *const names[] = {
		[EFFECT_TOO_FEW] = "too few",
		[EFFECT_NONE_SHOWN] = "none shown",
		[EFFECT_LESS] = "less",
		[EFFECT_MORE] = "more",
	};

	return names[finding];
}
