// SPDX-License-Identifier: BSD-3-Clause

// The rules of control/radius/session.h for several sessions, on one address and all at once.

#include "tests/unit/accounting_events.h"

static void another_session_on_the_address_ends_the_first(void **state)
{
	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	changes[0] = '\0';
	apply(with_v4(RADIUS_START, "y", 50, A));
	assert_holders(A, "x 10-50, y 50-");
	assert_string_equal(changes, "192.0.2.1 x from 50, 192.0.2.1 y from 50");
	// The lost Stop was only late: it neither lengthens x nor touches y.
	apply(make(RADIUS_STOP, "x", 80));
	assert_holders(A, "x 10-50, y 50-");
	apply(make(RADIUS_STOP, "y", 90));
	assert_holders(A, "x 10-50, y 50-90");
}

static void a_stop_that_comes_late_may_end_earlier(void **state)
{
	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(with_v4(RADIUS_START, "y", 50, A));
	apply(make(RADIUS_STOP, "x", 40));
	assert_holders(A, "x 10-40, y 50-");
}

static void what_was_lost_is_not_got_back(void **state)
{
	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(with_v4(RADIUS_START, "y", 50, A));
	apply(with_v4(RADIUS_INTERIM_UPDATE, "x", 60, A));
	assert_holders(A, "x 10-50, y 50-");
	// Once nobody has it, it may be x's again.
	apply(make(RADIUS_STOP, "y", 70));
	apply(with_v4(RADIUS_INTERIM_UPDATE, "x", 80, A));
	assert_holders(A, "x 10-50, y 50-70, x 80-");
}

static void an_interim_may_bring_another_address(void **state)
{
	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(with_v4(RADIUS_START, "y", 20, B));
	apply(with_v4(RADIUS_INTERIM_UPDATE, "y", 30, A));
	assert_holders(A, "x 10-30, y 30-");
	assert_holders(B, "y 20-30");
	apply(with_v4(RADIUS_INTERIM_UPDATE, "x", 40, A));
	assert_holders(A, "x 10-30, y 30-");
}

static void a_stop_is_of_its_own_session(void **state)
{
	struct radius_request stop = make(RADIUS_STOP, "x", 50);

	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	strcpy(stop.nas_identifier, "other");
	apply(stop);
	assert_holders(A, "x 10-");
}

static void a_nas_that_restarts_ends_its_sessions(void **state)
{
	struct radius_request elsewhere = with_v4(RADIUS_START, "z", 10, "192.0.2.3");

	(void)state;
	strcpy(elsewhere.nas_identifier, "other");
	apply(elsewhere);
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(with_v4(RADIUS_START, "y", 60, B));
	apply(make(RADIUS_ACCOUNTING_ON, "", 50));
	assert_holders(A, "x 10-50");
	assert_holders(B, "y 60-");
	assert_holders("192.0.2.3", "z 10-");
	apply(make(RADIUS_ACCOUNTING_OFF, "", 70));
	assert_holders(B, "y 60-70");
}

static void a_stop_after_the_restart_lengthens_nothing(void **state)
{
	struct radius_request stop = make(RADIUS_STOP, "x", 80);

	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(make(RADIUS_ACCOUNTING_ON, "", 50));
	carry(&stop, "2001:db8:1::/56", RADIUS_DELEGATED_V6_PREFIX);
	apply(stop);
	assert_holders(A, "x 10-50");
	assert_holders("2001:db8:1::1", "x 10-50");
}

static void a_large_nas_restarts_too(void **state)
{
	struct binding_totals totals;

	(void)state;
	for (int i = 0; i < 600; i++) {
		char session[16], address[32];

		snprintf(session, sizeof(session), "s%d", i);
		snprintf(address, sizeof(address), "198.18.%d.%d", i / 250, i % 250 + 1);
		apply(with_v4(RADIUS_START, session, 10, address));
	}
	assert_int_equal(store_bindings_count(store, &totals), 0);
	assert_int_equal(totals.open, 600);
	apply(make(RADIUS_ACCOUNTING_ON, "", 50));
	assert_int_equal(store_bindings_count(store, &totals), 0);
	assert_int_equal(totals.open, 0);
	assert_int_equal(totals.stored, 600);
}

static void expire(uint32_t silent_s, int expected)
{
	assert_int_equal(store_begin(store), 0);
	assert_int_equal(
		session_expire(store, (BASE_S + silent_s) * NS_PER_S, &observer), expected);
	assert_int_equal(store_commit(store), 0);
}

static void silence_ends_at_the_last_word(void **state)
{
	(void)state;
	apply_arrived(with_v4(RADIUS_START, "x", 10, A), 12);
	apply_arrived(make(RADIUS_INTERIM_UPDATE, "x", 20), 22);
	apply_arrived(with_v4(RADIUS_START, "y", 40, B), 42);
	expire(22, 0);
	expire(23, 1);
	assert_holders(A, "x 10-20");
	assert_holders(B, "y 40-");
	// It is there after all; what was between is not known.
	apply_arrived(with_time(with_v4(RADIUS_INTERIM_UPDATE, "x", 60, A), 50), 60);
	assert_holders(A, "x 10-20, x 60-");
	expire(100, 2);
	assert_holders(A, "x 10-20");
	assert_holders(B, "");
}

static void addresses_of_nobody_named_are_nobody_elses(void **state)
{
	struct radius_request start = with_v4(RADIUS_START, "y", 20, A);

	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	start.user_name[0] = '\0';
	apply(start);
	assert_holders(A, "x 10-20,  20-");
}

// Of the same events in any order: no two bindings of an address hold at the same time, and what
// holds once all is told is the same.
static void order_makes_no_overlap(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct radius_request events[] = {
			with_v4(RADIUS_START, "a", 10, A),
			with_time(with_v4(RADIUS_INTERIM_UPDATE, "a", 20, A), 10),
			with_time(with_v4(RADIUS_STOP, "a", 30, A), 20),
			with_v4(RADIUS_START, "b", 40, A),
			with_time(with_v4(RADIUS_STOP, "b", 90, A), 50),
			with_v4(RADIUS_START, "c", 60, A),
			with_time(with_v4(RADIUS_STOP, "c", 80, A), 20),
		};
		const size_t count = sizeof(events) / sizeof(events[0]);

		for (size_t i = count; i > 1; i--) {
			struct radius_request swapped = events[i - 1];
			size_t j;

			seed = seed * 1664525 + 1013904223;
			j = (seed >> 16) % i;
			events[i - 1] = events[j];
			events[j] = swapped;
		}
		for (size_t i = 0; i < count; i++)
			apply(events[i]);
		assert_holders(A, "a 10-30, b 40-60, c 60-80");
		tear_down(NULL);
		set_up(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(another_session_on_the_address_ends_the_first),
		TEST(a_stop_that_comes_late_may_end_earlier),
		TEST(what_was_lost_is_not_got_back),
		TEST(an_interim_may_bring_another_address),
		TEST(a_stop_is_of_its_own_session),
		TEST(a_nas_that_restarts_ends_its_sessions),
		TEST(a_stop_after_the_restart_lengthens_nothing),
		TEST(a_large_nas_restarts_too),
		TEST(silence_ends_at_the_last_word),
		TEST(addresses_of_nobody_named_are_nobody_elses),
		TEST(order_makes_no_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
