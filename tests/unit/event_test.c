// SPDX-License-Identifier: BSD-3-Clause

// With an argument: writes one event of each kind into the directory of that name, for the check
// against the schema.

#include "control/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/scratch.h"

#include <jansson.h>

#include <unistd.h>

#define INTERVAL_NS UINT64_C(1000)

static struct stored_contact make_contact(void)
{
	struct stored_contact contact = {
		.subscriber = "alice@example.net",
		.key = "100.64.0.1",
		.known = true,
		.total = {.port = 6667,
			.seen_port = 6667,
			.transport = 6,
			.rule_transport = 6,
			.level = 3,
			.verdict = ACTION_DROP,
			.packets_up = 3,
			.bytes_up = 180,
			.first_ns = UINT64_C(1700000000123456789),
			.last_ns = UINT64_C(1700000001000000000)},
		.evidence = EVIDENCE_ATTEMPTED,
		.family = "mirai",
	};
	static const uint8_t server[4] = {198, 51, 100, 9};
	struct address address;

	address_from_v4(&address, server);
	memcpy(contact.total.address, address.bytes, 16);
	return contact;
}

static struct stored_contact make_told(void)
{
	struct stored_contact contact = make_contact();

	contact.told_ns = 5000;
	contact.told_evidence = contact.evidence;
	contact.told_verdict = contact.total.verdict;
	return contact;
}

static void test_new_contact_is_told(void **state)
{
	const struct stored_contact contact = make_contact();

	(void)state;
	assert_int_equal(event_judge(&contact, 5000, INTERVAL_NS), EVENT_CONTACT);
}

static void test_unsolicited_contact_is_not(void **state)
{
	struct stored_contact contact = make_contact();

	(void)state;
	contact.evidence = EVIDENCE_UNSOLICITED;
	assert_int_equal(event_judge(&contact, 5000, INTERVAL_NS), EVENT_NONE);
}

static void test_changes_are_told_at_once(void **state)
{
	struct stored_contact contact = make_told();

	(void)state;
	contact.evidence = EVIDENCE_ANSWERED;
	assert_int_equal(event_judge(&contact, 5001, INTERVAL_NS), EVENT_EVIDENCE);
	contact = make_told();
	contact.total.verdict = ACTION_ALERT;
	assert_int_equal(event_judge(&contact, 5001, INTERVAL_NS), EVENT_VERDICT);
	contact = make_told();
	contact.total.applied = 1;
	assert_int_equal(event_judge(&contact, 5001, INTERVAL_NS), EVENT_VERDICT);
}

static void test_unchanged_contact_waits(void **state)
{
	const struct stored_contact contact = make_told();

	(void)state;
	assert_int_equal(event_judge(&contact, 5000, INTERVAL_NS), EVENT_NONE);
	assert_int_equal(event_judge(&contact, 5999, INTERVAL_NS), EVENT_NONE);
	assert_int_equal(event_judge(&contact, 6000, INTERVAL_NS), EVENT_REPEAT);
	// The clock was set back.
	assert_int_equal(event_judge(&contact, 10, INTERVAL_NS), EVENT_NONE);
}

static void test_watched_contact_does_not_wait(void **state)
{
	struct stored_contact contact = make_told();

	(void)state;
	contact.flags = SUBSCRIBER_FLAG_WATCH;
	assert_int_equal(event_judge(&contact, 5000, INTERVAL_NS), EVENT_REPEAT);
	contact.flags = SUBSCRIBER_FLAG_CONSENTED;
	assert_int_equal(event_judge(&contact, 5000, INTERVAL_NS), EVENT_NONE);
}

static struct config make_config(char path[PATH_MAX])
{
	return (struct config){.event_path = path};
}

static void test_one_line_an_event(void **state)
{
	struct scratch scratch = scratch_make();
	const struct stored_contact contact = make_contact();
	char path[PATH_MAX], error[256];
	struct event_log *log;
	char *text;
	json_t *event;

	(void)state;
	scratch_path(&scratch, "events.json", path);
	const struct config config = make_config(path);

	log = event_log_create(&config, error, sizeof(error));
	assert_non_null(log);
	event_log_write(log, EVENT_CONTACT, &contact, 7);
	event_log_free(log);
	text = scratch_read(&scratch, "events.json");
	assert_ptr_equal(strchr(text, '\n'), &text[strlen(text) - 1]);
	event = json_loads(text, 0, NULL);
	assert_non_null(event);
	assert_string_equal(json_string_value(json_object_get(event, "event")), "contact");
	assert_string_equal(
		json_string_value(json_object_get(event, "subscriber")), "alice@example.net");
	assert_string_equal(json_string_value(json_object_get(event, "key")), "100.64.0.1");
	assert_null(json_object_get(event, "flags"));
	assert_string_equal(json_string_value(json_object_get(event, "address")), "198.51.100.9");
	assert_string_equal(json_string_value(json_object_get(event, "first_seen")),
		"2023-11-14T22:13:20.123Z");
	assert_int_equal(json_integer_value(json_object_get(event, "generation")), 7);
	json_decref(event);
	free(text);
	scratch_remove(&scratch);
}

static void test_reopen(void **state)
{
	struct scratch scratch = scratch_make();
	const struct stored_contact contact = make_contact();
	char path[PATH_MAX], rotated[PATH_MAX], error[256];
	struct event_log *log;
	char *text;

	(void)state;
	scratch_path(&scratch, "events.json", path);
	scratch_path(&scratch, "events.json.1", rotated);
	const struct config config = make_config(path);

	log = event_log_create(&config, error, sizeof(error));
	assert_non_null(log);
	assert_int_equal(rename(path, rotated), 0);
	event_log_write(log, EVENT_CONTACT, &contact, 1);
	assert_int_equal(access(path, F_OK), -1); // still the old file
	event_log_reopen(log);
	event_log_write(log, EVENT_REPEAT, &contact, 1);
	event_log_free(log);
	text = scratch_read(&scratch, "events.json");
	assert_non_null(strstr(text, "\"repeat\""));
	assert_null(strstr(text, "\"contact\""));
	free(text);
	text = scratch_read(&scratch, "events.json.1");
	assert_non_null(strstr(text, "\"contact\""));
	free(text);
	scratch_remove(&scratch);
}

static void test_full_disk_is_counted(void **state)
{
	char path[PATH_MAX] = "/dev/full", error[256];
	const struct config config = make_config(path);
	const struct stored_contact contact = make_contact();
	struct event_log *log = event_log_create(&config, error, sizeof(error));

	(void)state;
	assert_non_null(log);
	assert_string_equal(event_log_problem(log), "");
	event_log_write(log, EVENT_CONTACT, &contact, 1);
	assert_int_equal(event_log_lost(log), 1);
	assert_non_null(strstr(event_log_problem(log), "/dev/full"));
	event_log_free(log);
}

static void test_unwritable_file_is_named(void **state)
{
	char path[PATH_MAX] = "/nowhere/events.json", error[256];
	const struct config config = make_config(path);

	(void)state;
	assert_null(event_log_create(&config, error, sizeof(error)));
	assert_non_null(strstr(error, "/nowhere/events.json"));
}

static int write_samples(const char *directory)
{
	static const char v6[16] = {0x20, 0x01, 0x0d, (char)0xb8};
	char path[PATH_MAX], error[256];
	struct stored_contact contact = make_contact();
	const struct message_disarmed all_new = {.limit = LIMIT_NEW_SUBSCRIBERS,
		.figure = 501,
		.allowed = 500,
		.since_ns = UINT64_C(1700000000123456789)};
	struct message_disarmed disarmed = {.port = 6667,
		.transport = 6,
		.limit = LIMIT_SUBSCRIBERS,
		.figure = 101,
		.allowed = 100,
		.since_ns = UINT64_C(1700000000123456789)};
	struct event_log *log;

	snprintf(path, sizeof(path), "%s/events.json", directory);
	const struct config config = make_config(path);

	log = event_log_create(&config, error, sizeof(error));
	if (log == NULL) {
		fprintf(stderr, "%s\n", error);
		return 1;
	}
	for (enum event_kind kind = EVENT_CONTACT; kind <= EVENT_REPEAT; kind++)
		event_log_write(log, kind, &contact, 1);
	for (enum evidence evidence = EVIDENCE_ATTEMPTED; evidence < EVIDENCE_COUNT; evidence++) {
		contact.evidence = evidence;
		event_log_write(log, EVENT_EVIDENCE, &contact, 1);
	}
	for (unsigned action = 0; action < ACTION_COUNT; action++) {
		contact.total.verdict = (uint8_t)action;
		contact.total.applied = action == ACTION_DROP;
		event_log_write(log, EVENT_VERDICT, &contact, 1);
	}
	snprintf(contact.subscriber, sizeof(contact.subscriber), "2001:db8::/56");
	snprintf(contact.key, sizeof(contact.key), "2001:db8::/56");
	memcpy(contact.total.address, v6, sizeof(v6));
	contact.total.port = contact.total.rule_transport = 0;
	contact.total.transport = 132; // SCTP has no name here
	contact.family[0] = '\0';
	event_log_write(log, EVENT_CONTACT, &contact, 1);
	snprintf(contact.key, sizeof(contact.key), "edge0/vlan:100.200/pppoe:7");
	contact.flags = SUBSCRIBER_FLAGS;
	event_log_write(log, EVENT_CONTACT, &contact, 1);
	event_log_disarmed(log, &all_new, 1);
	memcpy(disarmed.address, contact.total.address, sizeof(disarmed.address));
	event_log_disarmed(log, &disarmed, 1);
	event_log_free(log);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_contact_is_told),
		cmocka_unit_test(test_unsolicited_contact_is_not),
		cmocka_unit_test(test_changes_are_told_at_once),
		cmocka_unit_test(test_unchanged_contact_waits),
		cmocka_unit_test(test_watched_contact_does_not_wait),
		cmocka_unit_test(test_one_line_an_event),
		cmocka_unit_test(test_reopen),
		cmocka_unit_test(test_full_disk_is_counted),
		cmocka_unit_test(test_unwritable_file_is_named),
	};

	if (argc == 2)
		return write_samples(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
