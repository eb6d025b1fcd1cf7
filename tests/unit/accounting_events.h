// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Accounting events for a store of one test, at moments of a few seconds, and what became of them:
// assert_holders reads the history of an address back as "SUBSCRIBER start-end, ...", an open end
// as "start-".

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

static inline void note_change(void *context, const struct binding_change *change)
{
	const size_t used = strlen(changes);
	char prefix[PREFIX_TEXT_SIZE];

	(void)context;
	prefix_format(&change->prefix, prefix);
	snprintf(changes + used, sizeof(changes) - used, "%s%s %s from %d", used ? ", " : "",
		prefix, change->subscriber, (int)(change->from_ns / NS_PER_S) - BASE_S);
}
static const struct binding_observer observer = {.changed = note_change};

static inline int set_up(void **state)
{
	char error[256];

	(void)state;
	scratch = scratch_make();
	store = store_open(scratch.path, error, sizeof(error));
	changes[0] = '\0';
	return store == NULL;
}

static inline int tear_down(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

// A session of "nas" whose user has its name, at a moment that the NAS tells.
static inline struct radius_request make(uint32_t status, const char *session, uint32_t at_s)
{
	struct radius_request request = {.status = status, .event_s = BASE_S + at_s};

	snprintf(request.session_id, sizeof(request.session_id), "%s", session);
	snprintf(request.user_name, sizeof(request.user_name), "%s", session);
	snprintf(request.nas_identifier, sizeof(request.nas_identifier), "nas");
	return request;
}

static inline void carry(
	struct radius_request *request, const char *text, enum radius_source source)
{
	struct radius_address *address = &request->addresses[request->address_count++];

	address->source = source;
	assert_true(prefix_parse(text, strlen(text), &address->prefix));
}

static inline struct radius_request with_v4(
	uint32_t status, const char *session, uint32_t at_s, const char *v4)
{
	struct radius_request request = make(status, session, at_s);

	carry(&request, v4, RADIUS_FRAMED_ADDRESS);
	return request;
}

static inline struct radius_request with_time(
	struct radius_request request, uint32_t session_time_s)
{
	request.has_session_time = true;
	request.session_time_s = session_time_s;
	return request;
}

static inline void apply_arrived(struct radius_request request, uint32_t arrival_s)
{
	const struct session_event event = {
		.request = &request, .arrival_ns = (BASE_S + arrival_s) * NS_PER_S};

	assert_int_equal(store_begin(store), 0);
	if (session_apply(store, &event, &observer) < 0)
		fail_msg("%s", store_error(store));
	assert_int_equal(store_commit(store), 0);
}

// Arrives as it happens, or long after.
static inline void apply(struct radius_request request)
{
	apply_arrived(request, 5000);
}

// In front, because the latest comes first. Empty ones hold nothing.
static inline void prepend_holder(void *context, const struct binding *binding)
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

static inline void assert_holders(const char *of, const char *expected)
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
