// SPDX-License-Identifier: BSD-3-Clause

// Batches go in, events come out, and what is learned late is looked at in turns to come.

#include "control/bookkeeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/config.h"
#include "tests/unit/store_fixture.h"

#include <event2/event.h>
#include <jansson.h>
#include <sodium.h>

#include <unistd.h>

#define MANY_CHANGES 10000

static char state_dir[PATH_MAX], events_path[PATH_MAX];
static struct config config = {
	.path = (char[]){"test.conf"},
	.state_dir = state_dir,
	.event_path = events_path,
	.event_interval_s = 3600,
	.rule_limit = 10,
	.link_count = 2,
	.links = {{.name = "edge0"}, {.name = "edge1"}},
};
static struct event_base *base;
static struct store *loader_store;
static struct event_log *event_log;
static struct loader *loader;
static struct bookkeeper *bookkeeper;

// Nothing is attributed anew before.
static void wait_for_identity(void)
{
	bool there = false;

	while (!there) {
		struct loader_view *view = loader_view(loader);

		there = view->identity != NULL;
		loader_view_release(view);
		usleep(1000);
	}
}

static int set_up(void **state)
{
	const struct subscriber_resolver resolver = {.resolve = fixture_resolve};
	char error[512] = "";

	fixture_set_up(state);
	snprintf(state_dir, sizeof(state_dir), "%s", fixture.scratch.path);
	scratch_path(&fixture.scratch, "events.json", events_path);
	base = event_base_new();
	loader_store = store_open(state_dir, error, sizeof(error));
	event_log = event_log_create(&config, error, sizeof(error));
	loader = loader_start(&config, loader_store, error, sizeof(error));
	bookkeeper = bookkeeper_create(
		base, &config, fixture.store, loader, event_log, &resolver, error, sizeof(error));
	if (bookkeeper == NULL)
		fail_msg("%s", error);
	wait_for_identity();
	return 0;
}

static int tear_down(void **state)
{
	bookkeeper_free(bookkeeper);
	loader_stop(loader);
	event_log_free(event_log);
	store_close(loader_store);
	event_base_free(base);
	return fixture_tear_down(state);
}

static int store(const struct contact_record *record)
{
	struct message_contacts *batch = calloc(1, MESSAGE_SIZE_MAX);
	int result;

	assert_non_null(batch);
	batch->count = 1;
	memcpy(batch->records, record, sizeof(*record));
	result = bookkeeper_store(bookkeeper, first_start, batch, 7);
	free(batch);
	return result;
}

// Until nothing is to be done at once.
static void turn(void)
{
	for (int i = 0; i < 20; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static void change(uint8_t last_byte)
{
	struct holder_change changed = {.prefix.length = 128};

	address_from_v4(&changed.prefix.address, (const uint8_t[]){100, 64, 0, last_byte});
	bookkeeper_change(bookkeeper, &changed);
}

// How many events name that subscriber.
static size_t told(const char *subscriber)
{
	char *text = scratch_read(&fixture.scratch, "events.json");
	size_t count = 0;

	for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
		json_t *event = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);

		assert_non_null(event);
		assert_int_equal(json_integer_value(json_object_get(event, "generation")), 7);
		count += strcmp(json_string_value(json_object_get(event, "subscriber")),
				 subscriber) == 0;
		json_decref(event);
	}
	free(text);
	return count;
}

static void test_contacts_are_stored_and_told(void **state)
{
	const struct contact_record record = fixture_record_at(1, 1, 5, 100, 100);

	(void)state;
	assert_int_equal(store(&record), 0);
	assert_int_equal(store(&record), 0);
	assert_int_equal(told("100.64.0.1"), 1);
	assert_string_equal(bookkeeper_problem(bookkeeper), "");
	assert_int_equal(bookkeeper_settled_early(bookkeeper), 0);
}

static void test_links_are_named(void **state)
{
	const struct link_ids ids = {.link = 1, .outer_vlan = 100};
	struct contact_record record = fixture_record_at(1, 1, 5, 100, 100);

	(void)state;
	record.subscriber = subscriber_key_on_link(SUBSCRIBER_VLAN, &ids);
	assert_int_equal(store(&record), 0);
	assert_int_equal(told("edge1/vlan:100"), 1);
}

static void test_what_is_learned_late_is_told(void **state)
{
	const struct contact_record record = fixture_record_at(1, 1, 5, 100, 100);

	(void)state;
	turn(); // the look at the start is over
	assert_int_equal(store(&record), 0);
	fixture_hold(1, 0, "alice");
	turn();
	assert_int_equal(told("alice"), 0);
	change(1);
	turn();
	assert_int_equal(told("alice"), 1);
	assert_int_equal(fixture_contact("alice").total.packets_up, 5);
}

static void test_start_looks_at_all(void **state)
{
	const struct contact_record record = fixture_record_at(1, 1, 5, 100, 100);

	(void)state;
	assert_int_equal(store(&record), 0);
	fixture_hold(1, 0, "alice");
	turn();
	assert_int_equal(told("alice"), 1);
}

static void test_more_changes_than_there_is_room_for(void **state)
{
	const struct contact_record record = fixture_record_at(1, 1, 5, 100, 100);

	(void)state;
	turn();
	assert_int_equal(store(&record), 0);
	fixture_hold(1, 0, "alice");
	change(2);
	change(1);
	for (int i = 0; i < MANY_CHANGES; i++)
		change(2);
	for (int i = 0; i < MANY_CHANGES; i++)
		turn();
	assert_int_equal(fixture_contact("alice").total.packets_up, 5);
}

static void test_failure_is_named_and_tells_nothing(void **state)
{
	const struct contact_record record = fixture_record_at(1, 1, 5, 100, 100);

	(void)state;
	assert_int_equal(store_begin(fixture.store), 0);
	assert_int_equal(store(&record), -1);
	store_rollback(fixture.store);
	assert_non_null(strstr(bookkeeper_problem(bookkeeper), STORE_FILE));
	assert_int_equal(told("100.64.0.1"), 0);
	assert_int_equal(store(&record), 0);
	assert_string_equal(bookkeeper_problem(bookkeeper), "");
	assert_int_equal(told("100.64.0.1"), 1);
}

static int begin(void **state)
{
	(void)state;
	json_object_seed(0);
	return sodium_init() < 0;
}

static int end(void **state)
{
	(void)state;
	libevent_global_shutdown();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_contacts_are_stored_and_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_links_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_what_is_learned_late_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start_looks_at_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_more_changes_than_there_is_room_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_failure_is_named_and_tells_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
