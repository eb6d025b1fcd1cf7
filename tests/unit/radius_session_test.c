// SPDX-License-Identifier: BSD-3-Clause

// The rules of control/radius/session.h for moments and for one session.

#include "tests/unit/accounting_events.h"

static void a_start_opens_and_a_stop_ends(void **state)
{
	struct radius_request start = with_v4(RADIUS_START, "x", 10, A);

	(void)state;
	carry(&start, "2001:db8:1::/56", RADIUS_DELEGATED_V6_PREFIX);
	carry(&start, "2001:db8:2::/64", RADIUS_FRAMED_V6_PREFIX);
	apply(start);
	assert_holders(A, "x 10-");
	assert_holders("2001:db8:1::1", "x 10-");
	assert_holders("2001:db8:2::1", "x 10-");
	apply(make(RADIUS_STOP, "x", 20));
	assert_holders(A, "x 10-20");
	assert_holders("2001:db8:1::1", "x 10-20");
	assert_holders("2001:db8:2::1", "x 10-20");
	assert_string_equal(changes,
		"192.0.2.1 x from 10, 2001:db8:1::/56 x from 10, 2001:db8:2::/64 x from 10, "
		"192.0.2.1 x from 20, 2001:db8:1::/56 x from 20, 2001:db8:2::/64 x from 20");
}

static void a_binding_knows_who_and_how(void **state)
{
	struct radius_request start = with_v4(RADIUS_START, "x", 10, A);
	struct session_event event = {
		.request = &start, .arrival_ns = BASE_S * NS_PER_S, .client = {{1}}};
	struct binding binding;

	(void)state;
	strcpy(start.calling_station_id, "02-00-00-00-00-01");
	strcpy(start.nas_port_id, "xe-0/0/1");
	start.has_nas_address = true;
	address_from_v4(&start.nas_address, (const uint8_t[]){198, 51, 100, 1});
	event.subscriber = CONFIG_RADIUS_CALLING_STATION_ID;
	assert_int_equal(session_apply(store, &event, NULL), 0);
	assert_int_equal(store_binding_find(store, &start.addresses[0].prefix.address,
				 (BASE_S + 10) * NS_PER_S, &binding),
		1);
	assert_string_equal(binding.subscriber, "02-00-00-00-00-01");
	assert_string_equal(binding.nas, "198.51.100.1");
	assert_string_equal(binding.session, "x");
	assert_string_equal(binding.calling_station, "02-00-00-00-00-01");
	assert_string_equal(binding.nas_port, "xe-0/0/1");
	assert_int_equal(binding.source, RADIUS_FRAMED_ADDRESS);
	assert_true(binding.heard_ns == (BASE_S + 10) * NS_PER_S);
	assert_true(binding.end_ns == BINDING_OPEN);
}

static void subscribers_may_be_named_otherwise(void **state)
{
	static const struct {
		enum config_radius_subscriber by;
		const char *name;
	} cases[] = {
		{CONFIG_RADIUS_USER_NAME, "x"},
		{CONFIG_RADIUS_CALLING_STATION_ID, ""},
		{CONFIG_RADIUS_NAS_PORT_ID, "port"},
		{CONFIG_RADIUS_SESSION_ID, "x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct radius_request start = with_v4(RADIUS_START, "x", 10 + (uint32_t)i, A);
		const struct session_event event = {.request = &start,
			.arrival_ns = (BASE_S + 20) * NS_PER_S,
			.subscriber = cases[i].by};
		struct binding binding;

		// A NAS of its own each time.
		snprintf(start.nas_identifier, sizeof(start.nas_identifier), "nas%zu", i);
		strcpy(start.nas_port_id, "port");
		assert_int_equal(session_apply(store, &event, NULL), 0);
		assert_int_equal(store_binding_find(store, &start.addresses[0].prefix.address,
					 (BASE_S + 30) * NS_PER_S, &binding),
			1);
		assert_string_equal(binding.subscriber, cases[i].name);
	}
}

static void moments_are_told_or_reckoned(void **state)
{
	struct radius_request start = with_v4(RADIUS_START, "x", 0, A);

	(void)state;
	start.event_s = 0;
	start.has_delay = true;
	start.delay_s = 30;
	apply_arrived(start, 100);
	assert_holders(A, "x 70-");
	// Event-Timestamp goes before Acct-Delay-Time.
	start = with_v4(RADIUS_START, "y", 80, B);
	start.has_delay = true;
	start.delay_s = 5;
	apply_arrived(start, 100);
	assert_holders(B, "y 80-");
	// A clock that is years ahead.
	start = with_v4(RADIUS_START, "z", 90 + SESSION_FUTURE_MAX_S + 20, A);
	apply_arrived(start, 100);
	assert_holders(A, "x 70-100, z 100-");
}

static void an_interim_of_an_unknown_session_reckons_its_start(void **state)
{
	(void)state;
	apply(with_time(with_v4(RADIUS_INTERIM_UPDATE, "x", 100, A), 40));
	assert_holders(A, "x 60-");
	apply(with_v4(RADIUS_INTERIM_UPDATE, "y", 100, B));
	assert_holders(B, "y 100-");
}

static void an_interim_changes_addresses(void **state)
{
	struct radius_request request = with_v4(RADIUS_START, "x", 10, A);

	(void)state;
	carry(&request, "2001:db8:1::/56", RADIUS_DELEGATED_V6_PREFIX);
	apply(request);
	request = with_v4(RADIUS_INTERIM_UPDATE, "x", 20, B);
	carry(&request, "2001:db8:2::/64", RADIUS_FRAMED_V6_PREFIX);
	changes[0] = '\0';
	apply(request);
	assert_holders(A, "x 10-20");
	assert_holders(B, "x 20-");
	assert_holders("2001:db8:2::1", "x 20-");
	// It carried no Delegated-IPv6-Prefix: that says nothing.
	assert_holders("2001:db8:1::1", "x 10-");
	assert_string_equal(changes, "192.0.2.1 x from 20, 192.0.2.2 x from 20, "
				     "2001:db8:2::/64 x from 20");
	// One that is older says nothing.
	apply(with_v4(RADIUS_INTERIM_UPDATE, "x", 15, A));
	assert_holders(A, "x 10-20");
	assert_holders(B, "x 20-");
	// And back.
	apply(with_v4(RADIUS_INTERIM_UPDATE, "x", 30, A));
	assert_holders(A, "x 10-20, x 30-");
	assert_holders(B, "x 20-30");
}

static void one_of_several_prefixes_may_go(void **state)
{
	struct radius_request request = make(RADIUS_START, "x", 10);

	(void)state;
	carry(&request, "2001:db8:1::/64", RADIUS_FRAMED_V6_PREFIX);
	carry(&request, "2001:db8:2::/64", RADIUS_FRAMED_V6_PREFIX);
	apply(request);
	request = make(RADIUS_INTERIM_UPDATE, "x", 20);
	carry(&request, "2001:db8:2::/64", RADIUS_FRAMED_V6_PREFIX);
	carry(&request, "2001:db8:3::/64", RADIUS_FRAMED_V6_PREFIX);
	apply(request);
	assert_holders("2001:db8:1::1", "x 10-20");
	assert_holders("2001:db8:2::1", "x 10-");
	assert_holders("2001:db8:3::1", "x 20-");
}

static void an_interim_tells_that_it_was_heard(void **state)
{
	const struct radius_request start = with_v4(RADIUS_START, "x", 10, A);
	struct binding binding;

	(void)state;
	apply(start);
	apply(make(RADIUS_INTERIM_UPDATE, "x", 300));
	assert_int_equal(store_binding_find(store, &start.addresses[0].prefix.address,
				 (BASE_S + 10) * NS_PER_S, &binding),
		1);
	assert_true(binding.heard_ns == (BASE_S + 300) * NS_PER_S);
}

static void a_second_start_adds(void **state)
{
	struct radius_request second = make(RADIUS_START, "x", 12);

	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(with_v4(RADIUS_START, "x", 10, A));
	carry(&second, "2001:db8:1::/56", RADIUS_DELEGATED_V6_PREFIX);
	apply(second);
	assert_holders(A, "x 10-");
	assert_holders("2001:db8:1::1", "x 12-");
}

static void a_stop_tells_what_was_held(void **state)
{
	(void)state;
	// The address came after the Start, and no Interim told it.
	apply(make(RADIUS_START, "x", 10));
	apply(with_time(with_v4(RADIUS_STOP, "x", 60, A), 50));
	assert_holders(A, "x 10-60");
	// Nothing told of the session.
	apply(with_time(with_v4(RADIUS_STOP, "y", 100, B), 30));
	assert_holders(B, "y 70-100");
}

static void a_late_start_reopens_nothing(void **state)
{
	(void)state;
	apply(with_time(with_v4(RADIUS_STOP, "x", 100, A), 90));
	apply(with_v4(RADIUS_START, "x", 10, A));
	assert_holders(A, "x 10-100");
	// A Stop that told neither address nor time.
	apply(make(RADIUS_STOP, "y", 100));
	apply(with_v4(RADIUS_START, "y", 20, B));
	assert_holders(B, "y 20-100");
	// A NAS without a clock: the Start is sent once more after the Stop.
	struct radius_request stop = make(RADIUS_STOP, "z", 0);
	struct radius_request start = with_v4(RADIUS_START, "z", 0, "192.0.2.3");

	stop.event_s = start.event_s = 0;
	apply_arrived(stop, 200);
	apply_arrived(start, 210);
	assert_holders("192.0.2.3", "");
}

static void a_late_start_moves_an_estimated_start(void **state)
{
	(void)state;
	apply(with_v4(RADIUS_INTERIM_UPDATE, "x", 50, A));
	assert_holders(A, "x 50-");
	apply(with_v4(RADIUS_START, "x", 10, A));
	assert_holders(A, "x 10-");
	// What changed before anything was told of it has no known end.
	apply(with_v4(RADIUS_INTERIM_UPDATE, "w", 50, "192.0.2.5"));
	apply(with_v4(RADIUS_START, "w", 10, "192.0.2.6"));
	assert_holders("192.0.2.5", "w 50-");
	assert_holders("192.0.2.6", "");
	// Not across another's claim.
	apply(with_v4(RADIUS_START, "y", 20, B));
	apply(with_v4(RADIUS_INTERIM_UPDATE, "z", 60, B));
	apply(with_v4(RADIUS_START, "z", 15, B));
	assert_holders(B, "y 20-60, z 60-");
}

static void a_late_interim_reopens_nothing(void **state)
{
	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(make(RADIUS_STOP, "x", 20));
	apply(with_time(with_v4(RADIUS_INTERIM_UPDATE, "x", 15, A), 5));
	apply(with_time(with_v4(RADIUS_INTERIM_UPDATE, "x", 25, A), 15));
	assert_holders(A, "x 10-20");
}

static void identifiers_are_used_again(void **state)
{
	struct radius_request start = with_v4(RADIUS_START, "x", 0, A);

	(void)state;
	apply(with_v4(RADIUS_START, "x", 10, A));
	apply(make(RADIUS_STOP, "x", 20));
	apply(with_v4(RADIUS_START, "x", 30, A));
	assert_holders(A, "x 10-20, x 30-");
	apply(make(RADIUS_STOP, "x", 40));
	// Only the Stop of the next one arrives.
	apply(with_time(with_v4(RADIUS_STOP, "x", 70, A), 15));
	assert_holders(A, "x 10-20, x 30-40, x 55-70");
	// Without a clock, after a while.
	start.event_s = 0;
	apply_arrived(start, 70 + SESSION_REUSE_S + 1);
	assert_holders(A, "x 10-20, x 30-40, x 55-70, x 371-");
}

static void other_status_types_change_nothing(void **state)
{
	(void)state;
	apply(with_v4(15, "x", 10, A));
	assert_holders(A, "");
	assert_string_equal(changes, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_start_opens_and_a_stop_ends),
		TEST(a_binding_knows_who_and_how),
		TEST(subscribers_may_be_named_otherwise),
		TEST(moments_are_told_or_reckoned),
		TEST(an_interim_of_an_unknown_session_reckons_its_start),
		TEST(an_interim_changes_addresses),
		TEST(one_of_several_prefixes_may_go),
		TEST(an_interim_tells_that_it_was_heard),
		TEST(a_second_start_adds),
		TEST(a_stop_tells_what_was_held),
		TEST(a_late_start_reopens_nothing),
		TEST(a_late_start_moves_an_estimated_start),
		TEST(a_late_interim_reopens_nothing),
		TEST(identifiers_are_used_again),
		TEST(other_status_types_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
