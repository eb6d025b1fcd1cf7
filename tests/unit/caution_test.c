// SPDX-License-Identifier: BSD-3-Clause

// What is disarmed stays so over restarts until somebody has looked.

#include "control/caution.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/store/audit.h"
#include "tests/unit/scratch.h"

static struct scratch scratch;
static struct store *store;
static struct caution caution;

static void open_caution(void)
{
	char error[512];

	store = store_open(scratch.path, error, sizeof(error));
	if (store == NULL)
		fail_msg("%s", error);
	if (caution_open(&caution, store) < 0)
		fail_msg("%s", store_error(store));
}

static void close_caution(void)
{
	caution_close(&caution);
	store_close(store);
}

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	open_caution();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close_caution();
	scratch_remove(&scratch);
	return 0;
}

static struct service_key key_of(uint8_t number, uint16_t port)
{
	const uint8_t bytes[4] = {198, 51, 100, number};
	struct service_key key = {.port = port, .transport = 6};

	address_from_v4(&key.address, bytes);
	return key;
}

static struct message_disarmed told_of(uint8_t number, uint16_t port, uint64_t since_ns)
{
	const struct service_key key = key_of(number, port);
	struct message_disarmed told = {.port = port,
		.transport = 6,
		.limit = LIMIT_SUBSCRIBERS,
		.figure = 60,
		.allowed = 50,
		.since_ns = since_ns};

	memcpy(told.address, key.address.bytes, 16);
	return told;
}

static bool is_disarmed(uint8_t number, uint16_t port)
{
	const struct service_key key = key_of(number, port);

	return overblock_find(caution.overblock, &key) != NULL;
}

// Of `count` entries, new since a moment ago.
static void adopt_new(uint8_t count)
{
	struct novelty *novelty = calloc(1, sizeof(*novelty) + count * sizeof(novelty->known[0]));

	assert_non_null(novelty);
	novelty->made_ns = 2 * NOVELTY_NS;
	for (uint8_t i = 0; i < count; i++)
		novelty->known[novelty->count++] =
			(struct novelty_entry){key_of((uint8_t)(i + 1), 23), 2 * NOVELTY_NS - 1};
	caution_adopt(&caution, novelty);
}

static void keep_last(void *context, const struct audit_entry *entry)
{
	snprintf(context, 1024, "%s|%s|%s|%s|%s", entry->actor, entry->action, entry->from,
		entry->to, entry->detail);
}

static void expect_audit(const char *expected)
{
	char said[1024] = "";

	assert_int_equal(store_audit_list(store, 1, keep_last, said), 0);
	assert_string_equal(said, expected);
}

static void test_survives_restarts(void **state)
{
	const struct message_disarmed told[] = {told_of(9, 6667, 100), told_of(3, 0, 101)};

	(void)state;
	assert_int_equal(caution_disarm(&caution, told, 0), 0);
	assert_int_equal(caution_disarm(&caution, told, 2), 1);
	expect_audit("sekisho-control|disarm|armed|disarmed|"
		     "198.51.100.9 port 6667/tcp: 60 subscribers, limit 50");
	// The same again is no news, before and after a restart.
	assert_int_equal(caution_disarm(&caution, told, 2), 0);
	close_caution();
	open_caution();
	assert_int_equal(caution.overblock->count, 2);
	assert_true(is_disarmed(9, 6667));
	assert_true(is_disarmed(3, 0));
	assert_false(is_disarmed(9, 23));
	assert_int_equal(caution.overblock->disarmed[0].figure, 60);
	assert_int_equal(caution.overblock->disarmed[0].allowed, 50);
	assert_int_equal(caution.overblock->disarmed[0].since_ns, 101);
	assert_int_equal(caution.overblock->accounted_ns, 101);
	assert_int_equal(caution_disarm(&caution, told, 2), 0);
}

static void test_arms_what_is_chosen(void **state)
{
	const struct message_disarmed told[] = {
		told_of(9, 6667, 100), told_of(9, 23, 101), told_of(3, 23, 102)};
	struct disarmed_choice choice = {.address = key_of(9, 0).address, .port = 23};

	(void)state;
	assert_int_equal(caution_disarm(&caution, told, 3), 1);
	assert_int_equal(caution_arm(&caution, &choice, "alice", "a CDN, taken off the list"), 1);
	expect_audit("alice|arm|disarmed|armed|198.51.100.9 port 23/tcp: 60 subscribers, limit 50; "
		     "a CDN, taken off the list");
	assert_false(is_disarmed(9, 23));
	assert_true(is_disarmed(9, 6667));
	assert_int_equal(caution_arm(&caution, &choice, "alice", ""), 0);
	choice.port = 0;
	assert_int_equal(caution_arm(&caution, &choice, "alice", ""), 1);
	assert_true(is_disarmed(3, 23));
	close_caution();
	open_caution();
	assert_int_equal(caution.overblock->count, 1);
	choice = (struct disarmed_choice){.all = true};
	assert_int_equal(caution_arm(&caution, &choice, "alice", ""), 1);
	assert_int_equal(caution.overblock->count, 0);
	// What it was told of before is not told again.
	assert_int_equal(caution_disarm(&caution, told, 3), 0);
}

static void test_disarms_all_new_entries(void **state)
{
	const struct message_disarmed told = {
		.limit = LIMIT_NEW_SUBSCRIBERS, .figure = 501, .allowed = 500, .since_ns = 100};
	const struct disarmed_choice all = {.all = true};
	const struct service_key first = key_of(1, 23);

	(void)state;
	adopt_new(200);
	assert_int_equal(caution_save(&caution), 0);
	assert_int_equal(caution_disarm(&caution, &told, 1), 1);
	assert_int_equal(caution.overblock->count, 200);
	assert_true(is_disarmed(1, 23));
	assert_true(is_disarmed(200, 23));
	expect_audit("sekisho-control|disarm|armed|disarmed|136 more entries");
	// Somebody knows of them now: a restart does not make them new.
	assert_true(novelty_is_new(caution.novelty, &first));
	assert_int_equal(caution_arm(&caution, &all, "alice", ""), 200);
	expect_audit("alice|arm|disarmed|armed|200 entries");
	assert_int_equal(caution_save(&caution), 0);
	close_caution();
	open_caution();
	assert_int_equal(caution.stored->count, 200);
	assert_int_equal(caution.stored->known[0].since_ns, 0);
	assert_int_equal(caution.stored->known[199].since_ns, 0);
}

static void test_novelty_is_stored_as_it_is(void **state)
{
	(void)state;
	adopt_new(5);
	assert_int_equal(caution_save(&caution), 0);
	adopt_new(3);
	assert_int_equal(caution_save(&caution), 0);
	close_caution();
	open_caution();
	assert_int_equal(caution.stored->count, 3);
	assert_int_equal(caution.stored->known[2].since_ns, 2 * NOVELTY_NS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_survives_restarts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_arms_what_is_chosen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_disarms_all_new_entries, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_novelty_is_stored_as_it_is, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
