// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What differs between two groups of subscribers: a cohort and its control group, or after and
// before. Of infected subscribers, of whom each is added once; of nobody else anything is known.
//
// Each measure has a figure of both groups, the number of subscribers behind it, and an effect: the
// first group's figure as a ratio to the second one's, or less it. An effect is found when its 95 %
// interval leaves out "no difference"; of twenty comparisons without any effect one will be found
// by chance. Nothing is said where too few subscribers are behind it.
//
// Pure, but for memory. One thread.

#include "control/statistics/interval.h"
#include "control/statistics/mean.h"

#include <stdbool.h>
#include <stddef.h>

// A count is compared if by chance alone the smaller group would have at least so many.
#define EFFECT_EXPECTED_MIN 10
// Other figures, if both groups have at least so many subscribers.
#define EFFECT_SUBSCRIBERS_MIN 30

enum effect_measure {
	EFFECT_INFECTED, // how many are
	EFFECT_NEW,      // how many of them were not before
	EFFECT_CONTACTS, // listed services that an infected subscriber exchanged packets with
	EFFECT_PACKETS,  // of an infected subscriber, to and from them
	EFFECT_INTERVAL, // seconds from one attempt to the next; the median
	EFFECT_CLEARED,  // the share that has become quiet
};
#define EFFECT_MEASURES 6

enum effect_finding {
	EFFECT_TOO_FEW,
	EFFECT_NONE_SHOWN,
	EFFECT_LESS,
	EFFECT_MORE,
};

// One infected subscriber, in the time that is looked at.
struct effect_subscriber {
	uint64_t contacts, packets;
	double interval_s; // mean time between two attempts; 0: fewer than two
	bool is_new;
	bool was_watched; // infected long enough ago to have become quiet
	bool cleared;     // and has
};

struct effect_group {
	uint64_t infected, fresh, watched, cleared;
	struct mean contacts, packets;
	double *intervals; // effect_group_free
	size_t interval_count, interval_room;
};

// false: no memory.
bool effect_group_add(struct effect_group *group, const struct effect_subscriber *subscriber);
void effect_group_free(struct effect_group *group);

struct effect_figure {
	bool known;
	struct interval interval; // counts have none: low and high are the value
	uint64_t subscribers;     // behind it
};

struct effect {
	struct effect_figure first, second;
	struct interval difference; // means nothing if it is TOO_FEW
	enum effect_finding finding;
};

// `share`: of all who could be infected, how many are in the first group; between 0 and 1. Sorts
// the groups' intervals.
void effect_compare(struct effect_group *first, struct effect_group *second, double share,
	struct effect effects[EFFECT_MEASURES]);

const char *effect_measure_name(enum effect_measure measure);   // "packets"
const char *effect_measure_method(enum effect_measure measure); // of the interval
bool effect_measure_is_ratio(enum effect_measure measure);      // else it is a difference
const char *effect_finding_name(enum effect_finding finding);
