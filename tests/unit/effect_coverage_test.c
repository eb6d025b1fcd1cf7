// SPDX-License-Identifier: BSD-3-Clause

// Simulated populations whose true effect is known: how often the 95 % intervals hold it, and how
// often an effect is found that is none.

#include "control/statistics/effect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define REPETITIONS 200
#define POPULATION  20000

// The same numbers on every machine: splitmix64 (Steele, Lea, Flood 2014).
static uint64_t seed;

static uint64_t random_number(void)
{
	uint64_t value = seed += UINT64_C(0x9e3779b97f4a7c15);

	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

// In (0, 1).
static double random_fraction(void)
{
	return ((double)(random_number() >> 11) + 0.5) / 9007199254740992.0;
}

// Standard normal (Box and Muller).
static double random_normal(void)
{
	return sqrt(-2 * log(random_fraction())) * cos(2 * M_PI * random_fraction());
}

// What blocking does to the cohort; 1 and 0: nothing.
struct truth {
	double infected, packets, interval; // ratios
	double cleared;                     // a difference
};

#define SHARE           0.3
#define INFECTION_RATE  0.1
#define CLEARED_CONTROL 0.2

static void populate(
	struct effect_group *cohort, struct effect_group *control, const struct truth *truth)
{
	for (int i = 0; i < POPULATION; i++) {
		const bool treated = random_fraction() < SHARE;
		const double infected = INFECTION_RATE * (treated ? truth->infected : 1);
		struct effect_subscriber subscriber = {.contacts = 1, .was_watched = true};

		if (random_fraction() >= infected)
			continue;
		// Skewed as traffic is: a few bots send most of the packets.
		subscriber.packets = (uint64_t)round(
			1000 * exp(random_normal()) * (treated ? truth->packets : 1));
		subscriber.interval_s =
			300 * exp(0.7 * random_normal()) * (treated ? truth->interval : 1);
		while (random_fraction() < 0.3)
			subscriber.contacts++;
		subscriber.is_new = random_fraction() < 0.5;
		subscriber.cleared =
			random_fraction() < CLEARED_CONTROL + (treated ? truth->cleared : 0);
		assert_true(effect_group_add(treated ? cohort : control, &subscriber));
	}
}

struct score {
	int held[EFFECT_MEASURES];  // the interval held the truth
	int found[EFFECT_MEASURES]; // an effect was found
};

static struct score simulate(const struct truth *truth, uint64_t first_seed)
{
	const double true_values[EFFECT_MEASURES] = {
		[EFFECT_INFECTED] = truth->infected,
		[EFFECT_NEW] = truth->infected,
		[EFFECT_CONTACTS] = 1,
		[EFFECT_PACKETS] = truth->packets,
		[EFFECT_INTERVAL] = truth->interval,
		[EFFECT_CLEARED] = truth->cleared,
	};
	struct score score = {0};

	seed = first_seed;
	for (int i = 0; i < REPETITIONS; i++) {
		struct effect_group cohort = {0}, control = {0};
		struct effect effects[EFFECT_MEASURES];

		populate(&cohort, &control, truth);
		effect_compare(&cohort, &control, SHARE, effects);
		for (int measure = 0; measure < EFFECT_MEASURES; measure++) {
			const struct effect *effect = &effects[measure];

			assert_int_not_equal(effect->finding, EFFECT_TOO_FEW);
			score.held[measure] += effect->difference.low <= true_values[measure] &&
					       true_values[measure] <= effect->difference.high;
			score.found[measure] += effect->finding != EFFECT_NONE_SHOWN;
		}
		effect_group_free(&cohort);
		effect_group_free(&control);
	}
	return score;
}

// 90 to 99 % of 200: the nominal 95 % by three standard deviations on either side, about.
static void assert_coverage(const struct score *score)
{
	for (enum effect_measure measure = 0; measure < EFFECT_MEASURES; measure++) {
		print_message("%-15s held %d of %d, found %d\n", effect_measure_name(measure),
			score->held[measure], REPETITIONS, score->found[measure]);
		assert_in_range(
			score->held[measure], REPETITIONS * 90 / 100, REPETITIONS * 99 / 100);
	}
}

static void test_true_effect_is_covered_and_found(void **state)
{
	// A reduction by 40 %, of packets and of infections.
	const struct truth truth = {
		.infected = 0.6, .packets = 0.6, .interval = 1.5, .cleared = 0.1};
	const struct score score = simulate(&truth, 1);

	(void)state;
	assert_coverage(&score);
	assert_in_range(score.found[EFFECT_INFECTED], REPETITIONS - 1, REPETITIONS);
	assert_in_range(score.found[EFFECT_PACKETS], REPETITIONS - 1, REPETITIONS);
	assert_in_range(score.found[EFFECT_INTERVAL], REPETITIONS - 1, REPETITIONS);
	assert_in_range(score.found[EFFECT_CLEARED], REPETITIONS * 8 / 10, REPETITIONS);
}

static void test_no_effect_is_not_found(void **state)
{
	const struct truth none = {.infected = 1, .packets = 1, .interval = 1};
	const struct score score = simulate(&none, 2);

	(void)state;
	assert_coverage(&score);
	for (int measure = 0; measure < EFFECT_MEASURES; measure++) {
		// 5 % of 200, and three standard deviations.
		assert_in_range(score.found[measure], 0, 19);
		assert_int_equal(score.found[measure] + score.held[measure], REPETITIONS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_true_effect_is_covered_and_found),
		cmocka_unit_test(test_no_effect_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
