// SPDX-License-Identifier: BSD-3-Clause

// A database of version 1, in which addresses were subscribers, loses nothing on its way.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/schema_1.h"
#include "tests/unit/store_fixture.h"

#define V4(last) "x'00000000000000000000ffff644000" last "'"
#define V6       "x'20010db8000001000000000000000000'"
#define SERVER   "x'00000000000000000000ffffc6336409'"
#define FIRST_ROWS \
	"(1, " V4("01") ", 128, " SERVER ", 6667, 6, 6, 6667, 3, 1, 1, 1, 0, 'mirai', 10, 0, 600," \
			" 0, 5, 1000, 1010, 1, 7, 10, 0, 600, 0, 5, 1010, 1, 1, 0)," \
			"(2, " V4( \
				"01") ", 128, " SERVER \
				      ", 23, 6, 6, 23, 4, 21, 2, 1, 0, NULL, 20, 3, 1200," \
				      " 180, 0, 500, 900, 1, 8, 4, 3, 240, 180, 0, 0, 0, 0, 0)," \
				      "(3, " V6 ", 56, " SERVER \
				      ", 23, 6, 6, 23, 4, 4, 0, 1, 0, NULL, 0, 2, 0, 120, 0, 600," \
				      " 601, 1, 9, 0, 2, 0, 120, 0, 0, 0, 0, 0)"

static const char version_1_rows[] =
	"INSERT INTO setting VALUES ('mode', 'shadow', 'alice', 1);"
	"INSERT INTO instance VALUES (1, x'01000000000000000000000000000000', 41, 1);"
	"INSERT INTO contact VALUES " FIRST_ROWS ";";

static int set_up(void **state)
{
	char path[PATH_MAX];
	sqlite3 *database;

	(void)state;
	fixture = (struct store_fixture){.scratch = scratch_make(), .family = "mirai"};
	scratch_path(&fixture.scratch, STORE_FILE, path);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	if (sqlite3_exec(database, schema_1, NULL, NULL, NULL) != SQLITE_OK ||
		sqlite3_exec(database, version_1_rows, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(database));
	assert_int_equal(sqlite3_close(database), SQLITE_OK);
	fixture_open();
	return 0;
}

static void test_contacts_are_those_of_the_address(void **state)
{
	struct fixture_contacts found;

	(void)state;
	assert_int_equal(fixture_list(&found, NULL), 3);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(found.contacts[i].subscriber, "100.64.0.1");
		assert_string_equal(found.contacts[i].key, "100.64.0.1");
		assert_false(found.contacts[i].known);
	}
	assert_int_equal(found.contacts[0].total.packets_up, 10);
	assert_int_equal(found.contacts[0].total.packets_dropped, 5);
	assert_int_equal(found.contacts[0].told_ns, 1010);
	assert_string_equal(found.contacts[0].family, "mirai");
	assert_int_equal(found.contacts[1].total.bytes_down, 180);
	assert_int_equal(found.contacts[1].total.first_ns, 500);
	assert_int_equal(found.contacts[1].evidence, EVIDENCE_ANSWERED);
	assert_string_equal(found.contacts[1].family, "");
	assert_string_equal(found.contacts[2].subscriber, "2001:db8:0:100::/56");
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber"), 2);
	assert_int_equal(fixture_number("SELECT count(*) FROM subscriber_key"), 2);
	assert_int_equal(fixture_number("SELECT first_ns FROM subscriber WHERE name ="
					" '100.64.0.1'"),
		500);
	assert_int_equal(fixture_number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void test_records_go_on_where_they_were(void **state)
{
	struct contact_record record = fixture_record(1, 7, 12);
	uint64_t cursor;

	(void)state;
	assert_int_equal(store_contacts_cursor(fixture.store, first_start, &cursor), 0);
	assert_int_equal(cursor, 41);
	record.last_ns = 1020;
	fixture_apply(first_start, 42, &record, 1);
	fixture_apply(first_start, 42, &record, 1);
	struct fixture_contacts found;

	assert_int_equal(fixture_list(&found, NULL), 3);
	assert_int_equal(found.contacts[0].total.packets_up, 12);
	assert_int_equal(found.contacts[0].total.first_ns, 1000);
	assert_int_equal(found.contacts[0].total.last_ns, 1020);
	// Another serial: all of it is new.
	record = fixture_record(1, 9, 3);
	record.port = 23;
	fixture_apply(first_start, 43, &record, 1);
	fixture_list(&found, NULL);
	assert_int_equal(found.contacts[0].total.port, 23);
	assert_int_equal(found.contacts[0].total.packets_up, 23);
}

static void test_all_else_is_as_it_was(void **state)
{
	(void)state;
	assert_int_equal(fixture_number("SELECT count(*) FROM setting WHERE value = 'shadow'"), 1);
	fixture_reopen();
	assert_int_equal(fixture_number("SELECT count(*) FROM contact"), 3);
}

// What is settled from before is never another's, and what came since is no loss to it.
static void test_old_contacts_do_not_move(void **state)
{
	struct contact_record record = fixture_record(1, 7, 12);
	struct fixture_contacts found;

	(void)state;
	record.last_ns = 1020;
	fixture_apply(first_start, 42, &record, 1);
	fixture_hold(1, 1, "alice");
	assert_int_equal(fixture_reattribute(1, 0), 1);
	assert_int_equal(fixture_contact("alice").total.packets_up, 2);
	assert_int_equal(fixture_list(&found, NULL), 4);
	assert_string_equal(found.contacts[1].subscriber, "100.64.0.1");
	assert_int_equal(found.contacts[1].total.packets_up, 10);
	assert_int_equal(found.contacts[1].total.first_ns, 1000);
	assert_int_equal(found.contacts[1].total.last_ns, 1010);
	assert_int_equal(found.contacts[1].evidence, EVIDENCE_ATTEMPTED);
	assert_int_equal(fixture_number("SELECT last_ns FROM subscriber_key"
					" WHERE subscriber = (SELECT id FROM subscriber"
					"  WHERE name = '100.64.0.1')"),
		1010);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_contacts_are_those_of_the_address, set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_records_go_on_where_they_were, set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_all_else_is_as_it_was, set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			test_old_contacts_do_not_move, set_up, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
