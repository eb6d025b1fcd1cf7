// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A store with an audit log for one test, its proof, and somebody who goes around its triggers.

#include "control/store/audit.h"
#include "tests/unit/scratch.h"

#include <sodium.h>

#define ENTRIES 12

static struct scratch scratch;
static struct store *store;
static char path[PATH_MAX];

static inline struct store *open_store(void)
{
	char error[256];
	struct store *opened = store_open(scratch.path, error, sizeof(error));

	if (opened == NULL)
		fail_msg("%s", error);
	return opened;
}

static inline int set_up(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	scratch = scratch_make();
	scratch_path(&scratch, STORE_FILE, path);
	store = open_store();
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

static inline void add_entries(int count)
{
	char detail[32];

	for (int i = 0; i < count; i++) {
		snprintf(detail, sizeof(detail), "change %d", i);
		assert_int_equal(
			store_audit_add(store, "alice", "mode", "alert", "shadow", detail), 0);
	}
}

static inline struct audit_proof prove(void)
{
	struct audit_proof proof;

	assert_int_equal(store_audit_prove(store, &proof), 0);
	return proof;
}

// As somebody would who can write the file: without the triggers.
static inline void tamper(const char *sql)
{
	assert_int_equal(store_script(store, "DROP TRIGGER IF EXISTS audit_update;"
					     "DROP TRIGGER IF EXISTS audit_delete;"
					     "DROP TRIGGER IF EXISTS audit_insert;"
					     "DROP TRIGGER IF EXISTS audit_anchor_update;"
					     "DROP TRIGGER IF EXISTS audit_anchor_delete"),
		0);
	if (store_script(store, sql) < 0)
		fail_msg("%s", store_error(store));
}

static inline void assert_broken(int64_t id, const char *what)
{
	const struct audit_proof proof = prove();

	if (proof.problem[0] == '\0')
		fail_msg("not noticed: %s", what);
	if (proof.broken_id != id)
		fail_msg("%s: found at %d: %s", what, (int)proof.broken_id, proof.problem);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
