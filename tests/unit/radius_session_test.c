// SPDX-License-Identifier: BSD-3-Clause

// Each rule of control/radius/session.h. Events are given at moments of a few seconds; `holders`
// reads the history of a prefix back as "SUBSCRIBER start-end ...", with an open end as "start-".

#include "control/radius/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/scratch.h"

#include <stdio.h>
#include <stdlib.h>

#define NS_PER_S UINT64_C(1000000000)
#define BASE_S   1000000 // moments count from here

static struct scratch scratch;
static struct store *store;
static char changes[4096];

static void note_change(void *context, const struct binding_change *change)
{
	const size_t used = strlen(changes);
	char prefix[PREFIX_TEXT_SIZE];

	(void)context;
	prefix_format(&change->prefix, prefix);
	snprintf(changes + used, sizeof(changes) - used, "%s%s %s from %d", used ? ", " : "",
		prefix, change->subscriber, (int)(change->from_ns / NS_PER_S) - BASE_S);
}
static const struct binding_observer observer = {.changed = note_change};

static int set_up(void **state)
{
	char error[256];

	(void)state;
	scratch = scratch_make();
	store = store_open(scratch.path, error, sizeof(error));
	changes[0] = '\0';
	return store == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

// A session of "nas" whose user has its name, at a moment that the NAS tells.
static struct radius_request make(uint32_t status, const char *session, uint32_t at_s)
{
	struct radius_request request = {.status = status, .event_s = BASE_S + at_s};

	snprintf(request.session_id, sizeof(request.session_id), "%s", session);
	snprintf(request.user_name, sizeof(request.user_name), "%s", session);
	snprintf(request.nas_identifier, sizeof(request.nas_identifier), "nas");
	return request;
}

static void carry(struct radius_request *request, const char *text, enum radius_source source)
{
	struct radius_address *address = &request->addresses[request->address_count++];

	address->source = source;
	assert_true(prefix_parse(text, strlen(text), &address->prefix));
}

static struct radius_request with_v4(
	uint32_t status, const char *session, uint32_t at_s, const char *v4)
{
	struct radius_request request = make(status, session, at_s);

	carry(&request, v4, RADIUS_FRAMED_ADDRESS);
	return request;
}

static struct radius_request with_time(struct radius_request request, uint32_t session_time_s)
{
	request.has_session_time = true;
	request.session_time_s = session_time_s;
	return request;
}

static void apply_arrived(struct radius_request request, uint32_t arrival_s)
{
	const struct session_event event = {
		.request = &request, .arrival_ns = (BASE_S + arrival_s) * NS_PER_S};

	assert_int_equal(store_begin(store), 0);
	if (session_apply(store, &event, &observer) < 0)
		fail_msg("%s", store_error(store));
	assert_int_equal(store_commit(store), 0);
}

// Arrives as it happens, or long after.
static void apply(struct radius_request request)
{
	apply_arrived(request, 5000);
}

// In front, because the latest comes first. Empty ones hold nothing.
static void prepend_holder(void *context, const struct binding *binding)
{
	char *text = context, rest[4096], end[16] = "";

	if (binding->end_ns == binding->start_ns)
		return;
	if (binding->end_ns != BINDING_OPEN)
		snprintf(end, sizeof(end), "%d", (int)(binding->end_ns / NS_PER_S) - BASE_S);
	snprintf(rest, sizeof(rest), "%s", text);
	snprintf(text, 4096, "%.32s %d-%s%s%.3900s", binding->subscriber,
		(int)(binding->start_ns / NS_PER_S) - BASE_S, end, rest[0] ? ", " : "", rest);
}

static void assert_holders(const char *of, const char *expected)
{
	char text[4096] = "";
	struct address address;
	const struct binding_filter filter = {.within = &address, .limit = 100};

	assert_true(address_parse(of, strlen(of), &address));
	assert_int_equal(store_bindings_list(store, &filter, prepend_holder, text), 0);
	if (strcmp(text, expected) != 0)
		fail_msg("%s: \"%s\", expected \"%s\"", of, text, expected);
}

#define A "192.0.2.1"
#define B "192.0.2.2"

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

static void other_status_types_change_nothing(void **state)
{
	(void)state;
	apply(with_v4(15, "x", 10, A));
	assert_holders(A, "");
	assert_string_equal(changes, "");
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		TEST(another_session_on_the_address_ends_the_first),
		TEST(a_stop_that_comes_late_may_end_earlier),
		TEST(what_was_lost_is_not_got_back),
		TEST(an_interim_may_bring_another_address),
		TEST(a_stop_is_of_its_own_session),
		TEST(a_nas_that_restarts_ends_its_sessions),
		TEST(a_large_nas_restarts_too),
		TEST(silence_ends_at_the_last_word),
		TEST(addresses_of_nobody_named_are_nobody_elses),
		TEST(other_status_types_change_nothing),
		TEST(order_makes_no_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
