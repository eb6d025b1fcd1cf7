// SPDX-License-Identifier: BSD-3-Clause

// The audit log: what it keeps, what it refuses, what it cuts, and how an older one becomes one.

#include "control/store/audit.h"
#include "control/store/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/audit_store.h"
#include "tests/unit/schema_1.h"

#include <sodium.h>
#include <sqlite3.h>

#include <fcntl.h>
#include <unistd.h>

static void check_entry(void *context, const struct audit_entry *entry)
{
	(void)context;
	check_expected(entry->detail);
	assert_string_equal(entry->actor, "alice");
	assert_string_equal(entry->action, "mode");
	assert_string_equal(entry->from, "alert");
	assert_string_equal(entry->to, "shadow");
}

static void newest_first(void **state)
{
	(void)state;
	add_entries(3);
	store_close(store);
	store = open_store();
	expect_string(check_entry, entry->detail, "change 2");
	expect_string(check_entry, entry->detail, "change 1");
	assert_int_equal(store_audit_list(store, 2, check_entry, NULL), 0);
}

// The encoding is a contract: whoever keeps a hash must be able to compute it without us.
static void hash_is_as_documented(void **state)
{
	static const uint8_t encoded[] =
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"\0\0\0\0\0\0\0\x07"
		"\0\0\0\0\0\0\x01\x02"
		"\0\0\0\x01"
		"a"
		"\0\0\0\x02"
		"bc"
		"\0\0\0\0"
		"\0\0\0\x01"
		"d"
		"\0\0\0\x03"
		"efg";
	static const uint8_t start[CHAIN_HASH_SIZE];
	const struct chain_link link = {.id = 7,
		.at_ns = 258,
		.actor = {"a", 1},
		.action = {"bc", 2},
		.from = {"", 0},
		.to = {"d", 1},
		.detail = {"efg", 3}};
	uint8_t expected[CHAIN_HASH_SIZE], hash[CHAIN_HASH_SIZE];

	(void)state;
	crypto_hash_sha256(expected, encoded, sizeof(encoded) - 1);
	chain_hash(start, &link, hash);
	assert_memory_equal(hash, expected, sizeof(hash));
}

static void unbroken(void **state)
{
	struct audit_proof proof;
	char head[CHAIN_TEXT_SIZE];

	(void)state;
	add_entries(ENTRIES);
	proof = prove();
	assert_string_equal(proof.problem, "");
	assert_int_equal(proof.entries, ENTRIES);
	assert_int_equal(proof.entries_cut, 0);
	assert_true(proof.since_ns > 0);
	chain_format(proof.head, head);
	assert_int_equal(strlen(head), 64);
}

static void keep_hash(void *context, const struct audit_entry *entry)
{
	memcpy(context, entry->hash, CHAIN_HASH_SIZE);
}

static void head_is_the_last_hash(void **state)
{
	uint8_t hash[CHAIN_HASH_SIZE];
	struct audit_proof proof;

	(void)state;
	add_entries(2);
	proof = prove();
	assert_int_equal(store_audit_list(store, 1, keep_hash, hash), 0);
	assert_memory_equal(proof.head, hash, sizeof(hash));
}

// Two connections append to one chain.
static void two_writers(void **state)
{
	struct store *other = open_store();

	(void)state;
	for (int i = 0; i < 5; i++) {
		add_entries(1);
		assert_int_equal(store_audit_add(other, "bob", "load", "", "", ""), 0);
	}
	store_close(other);
	assert_int_equal(prove().entries, 10);
	assert_string_equal(prove().problem, "");
}

static void part_of_a_transaction(void **state)
{
	struct setting setting;

	(void)state;
	add_entries(1);
	assert_int_equal(store_begin(store), 0);
	assert_int_equal(store_setting_set(store, SETTING_MODE, "shadow", "alice"), 0);
	add_entries(2);
	store_rollback(store);
	assert_int_equal(prove().entries, 1);
	assert_int_equal(store_setting_get(store, SETTING_MODE, &setting), 0);
	assert_int_equal(store_begin(store), 0);
	add_entries(2);
	assert_int_equal(store_commit(store), 0);
	assert_int_equal(prove().entries, 3);
}

// What stderr is given by `act`; the caller's to free.
static char *capture(void (*act)(void))
{
	const int kept = dup(STDERR_FILENO);
	char log[PATH_MAX], *text;
	int fd;

	scratch_write(&scratch, "log", "");
	scratch_path(&scratch, "log", log);
	fd = open(log, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	dup2(fd, STDERR_FILENO);
	close(fd);
	act();
	dup2(kept, STDERR_FILENO);
	close(kept);
	text = scratch_read(&scratch, "log");
	return text;
}

static void add_committed(void)
{
	assert_int_equal(store_begin(store), 0);
	add_entries(1);
	assert_int_equal(store_commit(store), 0);
}

static void add_taken_back(void)
{
	assert_int_equal(store_begin(store), 0);
	add_entries(1);
	store_rollback(store);
}

static void log_tells_each_hash(void **state)
{
	char head[CHAIN_TEXT_SIZE], expected[256], *log;

	(void)state;
	log = capture(add_taken_back);
	assert_string_equal(log, "");
	free(log);
	log = capture(add_committed);
	chain_format(prove().head, head);
	snprintf(expected, sizeof(expected),
		"info: audit 1 %s: alice: mode \"alert\" -> \"shadow\": change 0\n", head);
	assert_string_equal(log, expected);
	free(log);
}

static void add_in_vain(void)
{
	assert_int_equal(store_audit_add(store, "alice", "mode", "alert", "shadow", "in vain"), -1);
}

// What the chain cannot take is on record at least in the log.
static void log_tells_what_is_not_recorded(void **state)
{
	char *log;

	(void)state;
	assert_int_equal(store_script(store, "DROP TABLE audit"), 0);
	log = capture(add_in_vain);
	assert_non_null(strstr(log, "warning: audit: not recorded ("));
	assert_non_null(strstr(log, "no such table"));
	assert_non_null(strstr(log, "): alice: mode \"alert\" -> \"shadow\": in vain\n"));
	free(log);
}

static void refuses_changes(void **state)
{
	static const char *const changes[] = {
		"UPDATE audit SET detail = 'x' WHERE id = 2",
		"UPDATE audit SET id = 99 WHERE id = 2",
		"DELETE FROM audit WHERE id = 2",
		"DELETE FROM audit",
		("INSERT OR REPLACE INTO audit SELECT id, at_ns, 'x', action, from_value, to_value,"
		 " detail, hash FROM audit WHERE id = 2"),
	};

	(void)state;
	add_entries(3);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_int_equal(store_script(store, changes[i]), -1);
		assert_non_null(strstr(store_error(store), "append-only"));
	}
	assert_int_equal(prove().entries, 3);
}

// `count` entries that fit, from 1 on.
static void fill(int count)
{
	char script[1024];

	snprintf(script, sizeof(script),
		"WITH RECURSIVE chain (id, hash) AS ("
		" SELECT 1, audit_hash(zeroblob(32), 1, 1, 'alice', 'mode', 'alert', 'shadow', 'x')"
		" UNION ALL SELECT id + 1, audit_hash(hash, id + 1, id + 1, 'alice', 'mode',"
		"  'alert', 'shadow', 'x') FROM chain WHERE id < %d"
		") INSERT INTO audit SELECT id, id, 'alice', 'mode', 'alert', 'shadow', 'x', hash"
		" FROM chain",
		count);
	if (store_script(store, script) < 0)
		fail_msg("%s", store_error(store));
}

static void bounded(void **state)
{
	struct audit_proof proof;
	uint8_t head[CHAIN_HASH_SIZE];

	(void)state;
	fill(AUDIT_ENTRIES_MAX);
	assert_string_equal(prove().problem, "");
	add_entries(1);
	proof = prove();
	assert_string_equal(proof.problem, "");
	// One more for the entry, and one for the cut.
	assert_int_equal(proof.entries, AUDIT_ENTRIES_MAX + 2 - AUDIT_CUT_ENTRIES);
	assert_int_equal(proof.entries_cut, AUDIT_CUT_ENTRIES);
	assert_int_equal(proof.since_ns, AUDIT_CUT_ENTRIES + 1);
	memcpy(head, proof.head, sizeof(head));

	// Nothing further goes until the bound is reached again.
	add_entries(1);
	assert_int_equal(prove().entries_cut, AUDIT_CUT_ENTRIES);
	assert_memory_not_equal(prove().head, head, sizeof(head));
	assert_int_equal(store_script(store, "DELETE FROM audit WHERE id = 1001"), -1);
	assert_int_equal(store_script(store, "UPDATE audit_anchor SET entry = 1"), -1);
	assert_int_equal(store_script(store, "DELETE FROM audit_anchor"), -1);

	// Whoever takes more away and moves the anchor is contradicted by the log itself.
	tamper("UPDATE audit_anchor SET entry = 2000, hash ="
	       " (SELECT hash FROM audit WHERE id = 2000);"
	       "DELETE FROM audit WHERE id <= 2000");
	assert_broken(0, "an anchor that was moved");
	assert_non_null(strstr(prove().problem, "anchor"));
	tamper("DELETE FROM audit_anchor");
	assert_broken(2001, "an anchor that was taken away");
}

// As the version before the chain left it.
static void make_old_database(const char *rows)
{
	sqlite3 *database;

	store_close(store);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, schema_1, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, rows, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static void migration_chains_what_is_there(void **state)
{
	char error[256];
	struct store *old;

	(void)state;
	// The oldest had given way, as they did then.
	make_old_database("INSERT INTO audit VALUES (41, 1, 'alice', 'mode', 'enforce, was alert'),"
			  " (42, 2, 'bob', 'load', 'é'), (44, 3, 'bob', 'load', '')");
	old = store_open_read_only(path, error, sizeof(error));
	assert_null(old);
	assert_non_null(strstr(error, "older version"));
	store = open_store();
	assert_int_equal(prove().entries, 3);
	assert_string_equal(prove().problem, "");
	assert_int_equal(prove().since_ns, 1);
	add_entries(1);
	assert_int_equal(prove().entries, 4);
	tamper("UPDATE audit SET detail = 'alert, was alert' WHERE id = 41");
	assert_broken(41, "an old entry");
}

static void migration_of_an_empty_log(void **state)
{
	(void)state;
	make_old_database("");
	store = open_store();
	add_entries(1);
	assert_int_equal(prove().entries, 1);
	assert_string_equal(prove().problem, "");
}

// A copy is proven as it is: nothing is written to it or beside it.
static void offline(void **state)
{
	struct scratch elsewhere = scratch_make();
	char copy[PATH_MAX], beside[PATH_MAX + 8], command[2 * PATH_MAX + 16], error[256];
	struct audit_proof proof;
	struct store *opened;

	(void)state;
	add_entries(ENTRIES);
	// Alive, with its write-ahead log.
	opened = store_open_read_only(path, error, sizeof(error));
	assert_non_null(opened);
	assert_int_equal(store_audit_prove(opened, &proof), 0);
	assert_int_equal(proof.entries, ENTRIES);
	assert_int_equal(store_audit_add(opened, "alice", "mode", "", "", ""), -1);
	store_close(opened);

	assert_int_equal(store_script(store, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
	scratch_path(&elsewhere, "a copy?%20#1.db", copy);
	snprintf(command, sizeof(command), "cp '%s' '%s'", path, copy);
	assert_int_equal(system(command), 0);
	opened = store_open_read_only(copy, error, sizeof(error));
	if (opened == NULL)
		fail_msg("%s", error);
	assert_int_equal(store_audit_prove(opened, &proof), 0);
	assert_int_equal(proof.entries, ENTRIES);
	store_close(opened);
	snprintf(beside, sizeof(beside), "%s-shm", copy);
	assert_int_not_equal(access(beside, F_OK), 0);
	scratch_remove(&elsewhere);

	assert_null(store_open_read_only("/nonexistent/copy.db", error, sizeof(error)));
	assert_non_null(strstr(error, "/nonexistent/copy.db"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(newest_first),
		TEST(hash_is_as_documented),
		TEST(unbroken),
		TEST(head_is_the_last_hash),
		TEST(two_writers),
		TEST(part_of_a_transaction),
		TEST(log_tells_each_hash),
		TEST(log_tells_what_is_not_recorded),
		TEST(refuses_changes),
		TEST(bounded),
		TEST(migration_chains_what_is_there),
		TEST(migration_of_an_empty_log),
		TEST(offline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
