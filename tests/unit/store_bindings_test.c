// SPDX-License-Identifier: BSD-3-Clause
#include "control/store/bindings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/store/claims.h"
#include "control/store/sessions.h"
#include "tests/unit/scratch.h"

#include <stdio.h>

static struct scratch scratch;
static struct store *store;

static void open_store(void)
{
	char error[256];

	store = store_open(scratch.path, error, sizeof(error));
	if (store == NULL)
		fail_msg("%s", error);
}

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	open_store();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

static void claim(
	int64_t session, const char *prefix, const char *who, uint64_t start_ns, uint64_t end_ns)
{
	struct binding binding = {.start_ns = start_ns, .end_ns = end_ns};

	assert_true(prefix_parse(prefix, strlen(prefix), &binding.prefix));
	snprintf(binding.subscriber, sizeof(binding.subscriber), "%s", who);
	assert_int_equal(store_begin(store), 0);
	assert_int_equal(store_claim_enter(store, session, &binding, NULL), 0);
	assert_int_equal(store_commit(store), 0);
}

static void assert_found(const char *of, uint64_t at_ns, const char *who)
{
	struct address address;
	struct binding binding;
	int found;

	assert_true(address_parse(of, strlen(of), &address));
	found = store_binding_find(store, &address, at_ns, &binding);
	assert_int_equal(found, who != NULL);
	if (who != NULL)
		assert_string_equal(binding.subscriber, who);
}

static void holds_from_the_first_moment_to_before_the_last(void **state)
{
	(void)state;
	assert_found("192.0.2.1", 100, NULL);
	claim(1, "192.0.2.1", "x", 100, 200);
	claim(2, "192.0.2.1", "y", 200, BINDING_OPEN);
	assert_found("192.0.2.1", 99, NULL);
	assert_found("192.0.2.1", 100, "x");
	assert_found("192.0.2.1", 199, "x");
	assert_found("192.0.2.1", 200, "y");
	assert_found("192.0.2.1", UINT64_C(1) << 62, "y");
	assert_found("192.0.2.2", 150, NULL);
}

static void the_longest_prefix_holds(void **state)
{
	(void)state;
	claim(1, "2001:db8::/48", "site", 100, BINDING_OPEN);
	claim(2, "2001:db8:0:100::/56", "line", 200, 300);
	claim(3, "2001:db8:0:100::7", "host", 250, 260);
	claim(4, "192.0.2.8/29", "net", 100, BINDING_OPEN);
	assert_found("2001:db8:0:100::7", 150, "site");
	assert_found("2001:db8:0:100::7", 200, "line");
	assert_found("2001:db8:0:100::7", 255, "host");
	assert_found("2001:db8:0:100::8", 255, "line");
	assert_found("2001:db8:0:100::7", 260, "line");
	assert_found("2001:db8:0:100::7", 300, "site");
	assert_found("2001:db8:1::7", 300, NULL);
	assert_found("192.0.2.15", 300, "net");
	assert_found("192.0.2.16", 300, NULL);
}

static void a_claim_between_others_keeps_its_place(void **state)
{
	(void)state;
	claim(1, "192.0.2.1", "x", 100, BINDING_OPEN);
	claim(2, "192.0.2.1", "z", 300, BINDING_OPEN);
	claim(3, "192.0.2.1", "y", 200, BINDING_OPEN);
	assert_found("192.0.2.1", 199, "x");
	assert_found("192.0.2.1", 299, "y");
	assert_found("192.0.2.1", 300, "z");
	// Nothing comes back.
	claim(4, "192.0.2.1", "w", 400, 500);
	assert_found("192.0.2.1", 499, "w");
	assert_found("192.0.2.1", 500, NULL);
}

static void of_two_at_once_the_later_told_holds(void **state)
{
	(void)state;
	claim(1, "192.0.2.1", "x", 100, BINDING_OPEN);
	claim(2, "192.0.2.1", "y", 100, 200);
	assert_found("192.0.2.1", 100, "y");
	assert_found("192.0.2.1", 200, NULL);
}

static void survives_a_restart(void **state)
{
	struct binding_totals totals;

	(void)state;
	claim(1, "192.0.2.1", "x", 100, BINDING_OPEN);
	claim(2, "192.0.2.2", "y", 100, 200);
	store_close(store);
	open_store();
	assert_found("192.0.2.1", 150, "x");
	assert_int_equal(store_bindings_count(store, &totals), 0);
	assert_int_equal(totals.stored, 2);
	assert_int_equal(totals.open, 1);
}

static void append(void *context, const struct binding *binding)
{
	char prefix[PREFIX_TEXT_SIZE], *text = context;

	prefix_format(&binding->prefix, prefix);
	snprintf(text + strlen(text), 512 - strlen(text), "%s %s %d; ", binding->subscriber, prefix,
		(int)binding->start_ns);
}

static void assert_listed(const struct binding_filter *filter, const char *expected)
{
	char text[512] = "";

	assert_int_equal(store_bindings_list(store, filter, append, text), 0);
	assert_string_equal(text, expected);
}

static void lists_what_is_asked_for(void **state)
{
	struct address address;

	(void)state;
	claim(1, "192.0.2.1", "x", 100, 150);
	claim(2, "192.0.2.1", "y", 150, BINDING_OPEN);
	claim(1, "192.0.2.0/29", "x", 120, BINDING_OPEN);
	claim(1, "2001:db8::/56", "x", 110, BINDING_OPEN);
	assert_listed(&(struct binding_filter){.limit = 10},
		"x 192.0.2.0/29 120; x 2001:db8::/56 110; y 192.0.2.1 150; ");
	assert_listed(&(struct binding_filter){.limit = 1}, "x 192.0.2.0/29 120; ");
	assert_listed(&(struct binding_filter){.subscriber = "x", .limit = 10},
		"x 192.0.2.0/29 120; x 2001:db8::/56 110; ");
	assert_listed(
		&(struct binding_filter){.subscriber = "x", .limit = 1}, "x 192.0.2.0/29 120; ");
	assert_true(address_parse("192.0.2.1", 9, &address));
	assert_listed(&(struct binding_filter){.within = &address, .limit = 10},
		"y 192.0.2.1 150; x 192.0.2.1 100; x 192.0.2.0/29 120; ");
	assert_listed(&(struct binding_filter){.within = &address, .limit = 2},
		"y 192.0.2.1 150; x 192.0.2.1 100; ");
	assert_listed(&(struct binding_filter){.within = &address, .subscriber = "x", .limit = 10},
		"x 192.0.2.0/29 120; ");
}

static void make_session(const char *name, uint64_t end_ns)
{
	struct stored_session session = {.start_ns = 1, .end_ns = end_ns, .heard_ns = 1};

	assert_int_equal(store_session_make(store, "nas", name, &session), 0);
}

static void assert_totals(uint64_t stored, uint64_t open, uint64_t sessions)
{
	struct binding_totals totals;

	assert_int_equal(store_bindings_count(store, &totals), 0);
	assert_int_equal(totals.stored, stored);
	assert_int_equal(totals.open, open);
	assert_int_equal(totals.sessions, sessions);
}

static void what_is_old_goes(void **state)
{
	const struct binding_bounds bounds = {
		.keep_ns = 200, .bindings_max = 100, .sessions_max = 100};
	uint64_t evicted = 0;

	(void)state;
	claim(1, "192.0.2.1", "x", 100, 199);
	claim(2, "192.0.2.2", "y", 100, 200);
	claim(3, "192.0.2.3", "z", 100, BINDING_OPEN);
	make_session("x", 199);
	make_session("y", 200);
	make_session("z", SESSION_OPEN);
	make_session("z", SESSION_OPEN);
	assert_totals(3, 1, 3);
	assert_int_equal(store_bindings_tidy(store, &bounds, &evicted), 0);
	assert_found("192.0.2.1", 150, NULL);
	assert_found("192.0.2.2", 150, "y");
	assert_found("192.0.2.3", 150, "z");
	assert_totals(2, 1, 2);
	assert_int_equal(evicted, 0);
}

static void too_many_give_way(void **state)
{
	struct binding_bounds bounds = {.bindings_max = 3, .sessions_max = 1};
	uint64_t evicted = 0;

	(void)state;
	claim(1, "192.0.2.1", "open", 1, BINDING_OPEN);
	claim(2, "192.0.2.2", "late", 1, 300);
	claim(3, "192.0.2.3", "early", 1, 200);
	claim(4, "192.0.2.4", "open", 1, BINDING_OPEN);
	claim(5, "192.0.2.5", "open", 1, BINDING_OPEN);
	make_session("x", SESSION_OPEN);
	make_session("y", 200);
	while (store_bindings_tidy(store, &bounds, &evicted) == 1)
		;
	assert_totals(3, 3, 1);
	assert_int_equal(evicted, 2);
	// No ended one is left.
	bounds.bindings_max = 2;
	assert_int_equal(store_bindings_tidy(store, &bounds, &evicted), 1);
	assert_found("192.0.2.1", 1, NULL);
	assert_found("192.0.2.5", 1, "open");
	assert_totals(2, 2, 1);
	assert_int_equal(store_bindings_tidy(store, &bounds, &evicted), 0);
}

// Against a plain model: whoever started last and has not ended.
static void agrees_with_a_model(void **state)
{
	enum { CLAIMS = 40, MOMENTS = 60 };
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 8; round++) {
		uint64_t starts[CLAIMS], ends[CLAIMS];
		char address[32];

		snprintf(address, sizeof(address), "192.0.2.%d", round + 1);
		for (int i = 0; i < CLAIMS; i++) {
			char who[16];

			seed = seed * 1664525 + 1013904223;
			// No two start at once: who holds then is a matter of order.
			starts[i] = 10 + (seed >> 16) % 40 * CLAIMS + (uint64_t)i;
			ends[i] = (seed >> 8) % 3 == 0 ? BINDING_OPEN
						       : starts[i] + (seed >> 20) % 300;
			snprintf(who, sizeof(who), "%d", i);
			claim(i, address, who, starts[i], ends[i]);
		}
		for (uint64_t at = 0; at < MOMENTS; at++) {
			const uint64_t moment = at * 30;
			char who[16];
			int last = -1;

			for (int i = 0; i < CLAIMS; i++) {
				const bool empty = ends[i] == starts[i];

				if (starts[i] <= moment && !empty &&
					(last < 0 || starts[i] > starts[last]))
					last = i;
			}
			if (last >= 0 && ends[last] != BINDING_OPEN && ends[last] <= moment)
				last = -1;
			snprintf(who, sizeof(who), "%d", last);
			assert_found(address, moment, last < 0 ? NULL : who);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(holds_from_the_first_moment_to_before_the_last),
		TEST(the_longest_prefix_holds),
		TEST(a_claim_between_others_keeps_its_place),
		TEST(of_two_at_once_the_later_told_holds),
		TEST(survives_a_restart),
		TEST(lists_what_is_asked_for),
		TEST(what_is_old_goes),
		TEST(too_many_give_way),
		TEST(agrees_with_a_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
