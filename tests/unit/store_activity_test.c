// SPDX-License-Identifier: BSD-3-Clause

// The days of contacts: what is written with shares, what moves with them, what gives way; and the
// groups of trials that they are counted for.

#include "control/store/activity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/utc.h"
#include "control/report/comparison.h"
#include "control/store/tidying.h"
#include "control/trial.h"
#include "tests/unit/store_fixture.h"

#include <sodium.h>

#include <sys/stat.h>
#include <unistd.h>

#define DAY_S 86400

static struct config config = {.subscribers.consent = CONSENT_OPT_OUT};
static struct trials *trials;
static char problem[TRIAL_ERROR_SIZE];

static int member(void *context, const struct resolved *resolved, const struct record_key *key,
	uint64_t at_ns, struct membership *membership)
{
	(void)context;
	return trials_member(trials, resolved, key, at_ns, membership);
}

static int set_up(void **state)
{
	fixture_set_up(state);
	config.state_dir = fixture.scratch.path;
	config.subscribers.consent = CONSENT_OPT_OUT;
	trials = trials_open(&config, fixture.store, problem, sizeof(problem));
	if (trials == NULL)
		fail_msg("%s", problem);
	return 0;
}

static int tear_down(void **state)
{
	trials_free(trials);
	return fixture_tear_down(state);
}

static void apply(struct contact_record record)
{
	static uint64_t next;
	struct contact_observer observer = fixture_observer;
	struct message_contacts *batch = calloc(1, MESSAGE_SIZE_MAX);

	assert_non_null(batch);
	observer.member = member;
	batch->next = ++next;
	batch->count = 1;
	batch->records[0] = record;
	if (store_contacts_apply(fixture.store, first_start, batch, &observer) < 0)
		fail_msg("%s", store_error(fixture.store));
	free(batch);
}

static uint64_t reattribute(void)
{
	struct reattribution reattribution = {.change.all = true};
	struct contact_observer observer = fixture_observer;

	observer.member = member;
	while (store_contacts_reattribute(fixture.store, &reattribution, &observer) == 1)
		;
	return reattribution.moved;
}

static uint64_t now_s(void)
{
	return utc_now_ns() / UTC_NS_PER_S;
}

static void test_days_and_attempts(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 10, 5 * DAY_S, 5 * DAY_S);

	(void)state;
	apply(record);
	// The same second: the same attempt.
	record.last_ns += SECOND_NS / 2;
	record.packets_up = 12;
	record.packets_down = 1;
	apply(record);
	assert_int_equal(fixture_number("SELECT count(*) FROM activity"), 1);
	assert_int_equal(fixture_number("SELECT attempts FROM activity"), 1);
	record.last_ns += 60 * SECOND_NS;
	record.packets_up = 13;
	apply(record);
	// An answer is no attempt.
	record.last_ns += 60 * SECOND_NS;
	record.packets_down = 2;
	apply(record);
	assert_int_equal(fixture_number("SELECT attempts FROM activity"), 2);
	assert_int_equal(fixture_number("SELECT packets_up FROM activity"), 13);
	assert_int_equal(fixture_number("SELECT packets_down FROM activity"), 2);
	assert_int_equal(fixture_number("SELECT day FROM activity"), 5);
	assert_int_equal(fixture_number("SELECT last_ns - first_ns FROM activity"),
		120 * SECOND_NS + SECOND_NS / 2);
	record.last_ns = 6 * DAY_S * SECOND_NS + 1;
	record.packets_up = 14;
	apply(record);
	assert_int_equal(fixture_number("SELECT count(*) FROM activity"), 2);
	assert_int_equal(fixture_number("SELECT packets_up FROM activity WHERE day = 6"), 1);
	// What is told again is not counted again.
	apply(record);
	assert_int_equal(fixture_number("SELECT sum(packets_up) FROM activity"), 14);
	assert_int_equal(fixture_number("SELECT enforced FROM activity WHERE day = 6"), 0);
	record.applied = 1;
	record.packets_up = 15;
	record.packets_dropped++;
	apply(record);
	assert_int_equal(fixture_number("SELECT enforced FROM activity WHERE day = 6"), 1);
	assert_int_equal(fixture_number("SELECT packets_dropped FROM activity WHERE day = 6"), 1);
}

// Midnight lies within a second: two days all the same.
static void test_midnight(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 1, 5 * DAY_S, 5 * DAY_S);

	(void)state;
	record.first_ns = record.last_ns = 6 * DAY_S * SECOND_NS - 1;
	apply(record);
	record.last_ns += 2;
	record.packets_up = 2;
	apply(record);
	assert_int_equal(fixture_number("SELECT count(*) FROM activity WHERE packets_up = 1"), 2);
	fixture_hold(1, 0, "alice");
	assert_int_equal(reattribute(), 2);
	assert_int_equal(fixture_number("SELECT count(*) FROM activity WHERE packets_up = 1"), 2);
}

static void test_what_moves_takes_its_day_along(void **state)
{
	struct contact_record record = fixture_record_at(1, 1, 4, 100, 100);

	(void)state;
	apply(record);
	record.last_ns = 200 * SECOND_NS;
	record.packets_up = 7;
	record.packets_down = 2;
	apply(record);
	fixture_hold(1, 150, "");
	fixture_hold(1, 150 * SECOND_NS, "alice");
	assert_int_equal(reattribute(), 1);
	assert_int_equal(fixture_number("SELECT activity.packets_up FROM activity JOIN contact c"
					" ON c.id = contact JOIN subscriber s ON s.id = subscriber"
					" WHERE name = 'alice'"),
		3);
	assert_int_equal(fixture_number("SELECT activity.packets_up + 10 * attempts FROM activity"
					" JOIN contact c ON c.id = contact JOIN subscriber s"
					" ON s.id = subscriber WHERE name <> 'alice'"),
		14);
	// And all of it: the row that is empty goes with its contact.
	fixture_hold(1, 151, "alice");
	fixture.holders[0].name = "alice";
	fixture.holders[0].from_ns = 0;
	assert_int_equal(reattribute(), 1);
	assert_int_equal(fixture_number("SELECT count(*) FROM activity"), 1);
	assert_int_equal(fixture_number("SELECT packets_up + 10 * attempts FROM activity"), 27);
}

static void test_expiry(void **state)
{
	const uint64_t now_ns = 500 * UTC_NS_PER_DAY;

	(void)state;
	for (uint64_t day = 1; day <= 500; day += 50)
		apply(fixture_record_at((uint8_t)day, day, 1, day * DAY_S, day * DAY_S));
	assert_int_equal(fixture_number("SELECT count(*) FROM activity"), 10);
	assert_int_equal(store_activity_expire(fixture.store, now_ns, 400, 1000), 0);
	assert_int_equal(fixture_number("SELECT min(day) FROM activity"), 101);
	assert_int_equal(store_activity_expire(fixture.store, now_ns, 400, 3), 0);
	assert_int_equal(fixture_number("SELECT count(*) FROM activity"), 3);
	assert_int_equal(fixture_number("SELECT max(day) FROM activity"), 451);
}

static void start(uint16_t per_mille)
{
	if (trials_start(trials, "pilot", per_mille, "a note", "tester", problem) < 0)
		fail_msg("%s", problem);
}

static enum cohort_group group_of(uint8_t last_byte)
{
	static const char sql[] = "SELECT trial_group FROM contact WHERE key = ?";
	sqlite3_stmt *statement = store_statement(fixture.store, sql);
	enum cohort_group group;
	char key[32];

	assert_non_null(statement);
	snprintf(key, sizeof(key), "100.64.0.%u", last_byte);
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	assert_int_equal(store_next(fixture.store, statement), 1);
	group = (enum cohort_group)sqlite3_column_int(statement, 0);
	sqlite3_reset(statement);
	return group;
}

// What the control plane counts is what the data plane does: the same hash of the same bytes.
static void test_groups_are_those_of_the_data_plane(void **state)
{
	struct trial_secret secret;
	struct cohort cohort;
	int treated = 0;

	(void)state;
	start(500);
	assert_int_equal(trial_secret_load(config.state_dir, &secret, problem, sizeof(problem)), 0);
	assert_int_equal(trials_cohort(fixture.store, &secret, &cohort), 0);
	assert_int_equal(cohort.per_mille, 500);
	for (uint8_t i = 1; i <= 20; i++) {
		const bool named = i == 7 || i == 8;
		struct contact_record record = fixture_record_at(i, i, 1, now_s() + 1, now_s() + 1);

		if (named)
			fixture_hold(i, 0, i == 7 ? "alice" : "bob");
		apply(record);
		assert_int_equal(
			group_of(i), !named ? cohort_of_packet(&cohort, &record.subscriber, 0)
					    : cohort_of_name(&cohort, i == 7 ? "alice" : "bob"));
		treated += group_of(i) == COHORT_TREATED;
	}
	// All in one group is one of half a million draws.
	assert_in_range(treated, 1, 19);
	assert_int_equal(fixture_number("SELECT count(*) FROM activity WHERE phase = 1"), 20);
}

static void test_who_opted_out_is_in_neither(void **state)
{
	(void)state;
	start(1000);
	fixture_hold(1, 0, "alice");
	fixture.flags = SUBSCRIBER_FLAG_OPT_OUT;
	apply(fixture_record_at(1, 1, 1, now_s() + 1, now_s() + 1));
	assert_int_equal(group_of(1), COHORT_NEITHER);
	fixture.flags = 0;
	fixture_hold(2, 0, "bob");
	apply(fixture_record_at(2, 2, 1, now_s() + 1, now_s() + 1));
	assert_int_equal(group_of(2), COHORT_TREATED);
	config.subscribers.consent = CONSENT_OPT_IN;
	fixture_hold(3, 0, "carol");
	apply(fixture_record_at(3, 3, 1, now_s() + 1, now_s() + 1));
	assert_int_equal(group_of(3), COHORT_NEITHER);
}

static void test_a_trial_from_start_to_end(void **state)
{
	struct trial trial;
	struct stat status;
	char path[PATH_MAX];

	(void)state;
	apply(fixture_record_at(9, 9, 1, now_s() - 10, now_s() - 10));
	assert_int_equal(group_of(9), COHORT_NEITHER);
	assert_int_equal(trials_change(trials, 5, "tester", problem), -1);
	assert_int_equal(trials_end(trials, "tester", problem), -1);
	assert_int_equal(trials_start(trials, "two words", 5, NULL, "tester", problem), -1);
	assert_int_equal(trials_start(trials, "", 5, NULL, "tester", problem), -1);
	start(100);
	assert_int_equal(trials_start(trials, "other", 5, NULL, "tester", problem), -1);
	assert_string_equal(
		problem, "trial: pilot is running; end it first, there is one at a time");
	assert_int_equal(trials_change(trials, 100, "tester", problem), -1);
	assert_int_equal(trials_change(trials, 200, "tester", problem), 0);
	assert_int_equal(store_trial_running(fixture.store, &trial), 1);
	assert_int_equal(trial.last.per_mille, 200);
	assert_string_equal(trial.note, "a note");
	assert_true(trial.last.from_ns > trial.started_ns);
	assert_int_equal(fixture_number("SELECT count(*) FROM trial_phase"), 2);
	assert_int_equal(trials_end(trials, "tester", problem), 0);
	assert_int_equal(store_trial_running(fixture.store, &trial), 0);
	assert_int_equal(trials_start(trials, "pilot", 5, NULL, "tester", problem), -1);
	apply(fixture_record_at(8, 8, 1, now_s() + 1, now_s() + 1));
	assert_int_equal(group_of(8), COHORT_NEITHER);
	assert_int_equal(fixture_number("SELECT count(*) FROM audit WHERE actor = 'tester'"), 3);
	assert_int_equal(
		fixture_number("SELECT count(*) FROM audit WHERE action = 'trial change' AND"
			       " from_value = '100 per mille' AND to_value = '200 per mille'"
			       " AND detail = 'pilot'"),
		1);
	scratch_path(&fixture.scratch, TRIAL_KEY_FILE, path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(status.st_size, TRIAL_SECRET_SIZE);
}

// With another secret nobody is in the cohort, and it is said.
static void test_a_lost_secret(void **state)
{
	struct trial_secret secret, again;
	struct cohort cohort;
	char path[PATH_MAX];

	(void)state;
	start(1000);
	assert_string_equal(trials_problem(trials), "");
	assert_int_equal(trial_secret_load(config.state_dir, &secret, problem, sizeof(problem)), 0);
	assert_int_equal(trial_secret_load(config.state_dir, &again, problem, sizeof(problem)), 0);
	assert_memory_equal(&secret, &again, sizeof(secret));
	scratch_path(&fixture.scratch, TRIAL_KEY_FILE, path);
	assert_int_equal(unlink(path), 0);
	trials_free(trials);
	trials = trials_open(&config, fixture.store, problem, sizeof(problem));
	assert_non_null(trials);
	assert_non_null(strstr(trials_problem(trials), "nobody is enforced upon"));
	assert_int_equal(trial_secret_load(config.state_dir, &again, problem, sizeof(problem)), 0);
	assert_int_equal(trials_cohort(fixture.store, &again, &cohort), 0);
	assert_int_equal(cohort.trial, 1);
	assert_int_equal(cohort.per_mille, 0);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(trial_secret_load(config.state_dir, &again, problem, sizeof(problem)), -1);
	assert_non_null(strstr(problem, "0600, is 0640"));
}

// What a comparison counts: contacts, newcomers, the quiet, each subscriber once.
static void test_comparison(void **state)
{
	const struct comparison_part part = {.stretch = {.from_day = 10, .until_day = 30},
		.from_ns = 10 * UTC_NS_PER_DAY,
		.until_ns = 31 * UTC_NS_PER_DAY,
		.quiet_ns = 7 * UTC_NS_PER_DAY};
	struct comparison *comparison = calloc(1, sizeof(*comparison));
	struct contact_record record = fixture_record_at(1, 1, 5, 2 * DAY_S, 2 * DAY_S);
	const struct effect_group *group;

	(void)state;
	assert_non_null(comparison);
	apply(record); // before the stretch
	record.last_ns = 11 * DAY_S * SECOND_NS;
	record.packets_up = 8;
	apply(record);
	record.last_ns += 600 * SECOND_NS;
	record.packets_up = 9;
	apply(record);
	apply(fixture_record_at(2, 2, 2, 29 * DAY_S, 29 * DAY_S));
	apply(fixture_record_at(3, 3, 2, 40 * DAY_S, 40 * DAY_S)); // behind it
	fixture.family = "gafgyt";
	record = fixture_record_at(2, 4, 3, 12 * DAY_S, 12 * DAY_S);
	record.port = 23;
	record.level = 4;
	apply(record);
	assert_int_equal(comparison_add(comparison, fixture.store, &part), 0);
	assert_int_equal(comparison->count, 3);
	group = &comparison->strata[0].first;
	assert_int_equal(group->infected, 2);
	assert_int_equal(group->fresh, 1);
	assert_int_equal(group->watched, 2);
	assert_int_equal(group->cleared, 1);
	assert_int_equal((int)(group->packets.value * 2 + 0.5), 4 + 5);
	assert_int_equal((int)(group->contacts.value * 2 + 0.5), 3);
	assert_int_equal(group->interval_count, 1);
	assert_int_equal((int)group->intervals[0], 600);
	assert_int_equal(comparison->strata[0].second.infected, 0);
	for (size_t i = 1; i < comparison->count; i++)
		assert_int_equal(comparison->strata[i].first.infected,
			strcmp(comparison->strata[i].family, "gafgyt") == 0 ? 1 : 2);
	comparison_free(comparison);
	free(comparison);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_days_and_attempts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_midnight, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_moves_takes_its_day_along, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_expiry, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_groups_are_those_of_the_data_plane, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_who_opted_out_is_in_neither, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_trial_from_start_to_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_lost_secret, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_comparison, set_up, tear_down),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
