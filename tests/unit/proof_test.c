// SPDX-License-Identifier: BSD-3-Clause

// What the proof of the audit log finds when somebody goes around the triggers, and what it cannot.

#include "control/store/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/audit_store.h"

static void every_field_counts(void **state)
{
	static const char *const changes[] = {
		"UPDATE audit SET at_ns = at_ns + 1 WHERE id = 5",
		"UPDATE audit SET actor = 'mallory' WHERE id = 5",
		"UPDATE audit SET action = 'load' WHERE id = 5",
		"UPDATE audit SET from_value = '' WHERE id = 5",
		"UPDATE audit SET to_value = 'enforce' WHERE id = 5",
		"UPDATE audit SET detail = detail || ' ' WHERE id = 5",
		"UPDATE audit SET detail = detail || x'00' WHERE id = 5",
		"UPDATE audit SET hash = zeroblob(32) WHERE id = 5",
		"UPDATE audit SET hash = zeroblob(31) WHERE id = 5",
		// The same bytes, divided between two fields in another way.
		"UPDATE audit SET from_value = 'aler', to_value = 'tshadow' WHERE id = 5",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		add_entries(ENTRIES);
		tamper(changes[i]);
		assert_broken(5, changes[i]);
		assert_int_equal(prove().entries, 4);
		tear_down(NULL);
		set_up(NULL);
	}
}

static void places_count(void **state)
{
	static const struct {
		const char *change;
		int64_t found;
	} examples[] = {
		{"DELETE FROM audit WHERE id = 5", 6},
		{"DELETE FROM audit WHERE id = 1", 2},
		{"DELETE FROM audit WHERE id < 6", 6},
		{"UPDATE audit SET id = 99 WHERE id = 5", 6},
		// Two change places.
		{"UPDATE audit SET id = 99 WHERE id = 5; UPDATE audit SET id = 5 WHERE id = 6;"
		 "UPDATE audit SET id = 6 WHERE id = 99",
			5},
		// The gap is closed.
		{"DELETE FROM audit WHERE id = 5;"
		 "UPDATE audit SET id = id - 1 WHERE id > 5",
			5},
		// One comes in.
		{"UPDATE audit SET id = -id; UPDATE audit SET id = 1 - id WHERE id < -4;"
		 "UPDATE audit SET id = -id WHERE id < 0;"
		 "INSERT INTO audit SELECT 5, at_ns, actor, action, from_value, to_value, detail,"
		 " hash FROM audit WHERE id = 4",
			5},
		{"DELETE FROM audit", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		add_entries(ENTRIES);
		tamper(examples[i].change);
		assert_broken(examples[i].found, examples[i].change);
		tear_down(NULL);
		set_up(NULL);
	}
}

// What the chain alone cannot know: only the head that somebody kept tells.
static void cut_tail_needs_the_head(void **state)
{
	struct audit_proof before, after;

	(void)state;
	add_entries(ENTRIES);
	before = prove();
	tamper("DELETE FROM audit WHERE id > 9");
	after = prove();
	assert_string_equal(after.problem, "");
	assert_int_equal(after.entries, 9);
	assert_memory_not_equal(before.head, after.head, CHAIN_HASH_SIZE);
}

// A value that no column of the entry has; half of them differ in one byte only.
static void change_at_random(int64_t id)
{
	static const char *const columns[] = {
		"actor", "action", "from_value", "to_value", "detail"};
	const char *column = columns[randombytes_uniform(5)];
	char sql[256];

	switch (randombytes_uniform(5)) {
	case 0:
		snprintf(sql, sizeof(sql), "UPDATE audit SET at_ns = at_ns + %d WHERE id = %d",
			1 + (int)randombytes_uniform(1000), (int)id);
		break;
	case 1:
		snprintf(sql, sizeof(sql), "UPDATE audit SET hash = randomblob(32) WHERE id = %d",
			(int)id);
		break;
	case 2:
		snprintf(sql, sizeof(sql), "UPDATE audit SET %s = %s || char(%d) WHERE id = %d",
			column, column, 32 + (int)randombytes_uniform(90), (int)id);
		break;
	case 3:
		snprintf(sql, sizeof(sql), "UPDATE audit SET %s = substr(%s, 2) WHERE id = %d",
			column, column, (int)id);
		break;
	default:
		snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE id = %d", (int)id);
		break;
	}
	tamper(sql);
}

static void random_edits_are_noticed(void **state)
{
	(void)state;
	add_entries(ENTRIES);
	tamper("CREATE TEMP TABLE kept AS SELECT * FROM audit");
	for (int round = 0; round < 300; round++) {
		// Not the last: taking that one away is a cut tail.
		const int64_t id = 1 + (int64_t)randombytes_uniform(ENTRIES - 1);

		assert_string_equal(prove().problem, "");
		change_at_random(id);
		if (prove().problem[0] == '\0')
			fail_msg("a change of entry %d was not noticed", (int)id);
		tamper("DELETE FROM audit; INSERT INTO audit SELECT * FROM kept");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_field_counts),
		TEST(places_count),
		TEST(cut_tail_needs_the_head),
		TEST(random_edits_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
