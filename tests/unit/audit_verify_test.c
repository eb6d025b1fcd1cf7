// SPDX-License-Identifier: BSD-3-Clause

// sekisho audit verify on a database alone: what it prints and its exit status.

#include "tools/sekisho/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "control/store/audit.h"
#include "tests/unit/scratch.h"

#include <jansson.h>
#include <sodium.h>

#include <getopt.h>
#include <sys/mman.h>
#include <unistd.h>

static struct scratch scratch;
static char path[PATH_MAX];
static struct store *store;
static char output[4096], errors[4096];

static int set_up(void **state)
{
	char error[256];

	(void)state;
	assert_true(sodium_init() >= 0);
	scratch = scratch_make();
	scratch_path(&scratch, STORE_FILE, path);
	store = store_open(scratch.path, error, sizeof(error));
	assert_non_null(store);
	for (int i = 0; i < 5; i++)
		assert_int_equal(store_audit_add(store, "alice", "mode", "a", "b", ""), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_close(store);
	scratch_remove(&scratch);
	return 0;
}

static void take(int stream, int kept, int file, char text[4096])
{
	ssize_t length;

	dup2(kept, stream);
	close(kept);
	length = pread(file, text, 4095, 0);
	assert_true(length >= 0);
	text[length] = '\0';
	close(file);
}

static int run(char *file, char *option)
{
	static char name[] = "sekisho audit verify", file_option[] = "--file";
	char *argv[] = {name, file_option, file, option, NULL};
	const int out = memfd_create("output", 0), err = memfd_create("errors", 0);
	const int kept_out = dup(STDOUT_FILENO), kept_err = dup(STDERR_FILENO);
	int status;

	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	optind = 0;
	status = audit_verify_main(option == NULL ? 3 : 4, argv);
	fflush(stdout);
	take(STDOUT_FILENO, kept_out, out, output);
	take(STDERR_FILENO, kept_err, err, errors);
	return status;
}

static void unbroken(void **state)
{
	char head[CHAIN_TEXT_SIZE], expected[CHAIN_TEXT_SIZE + 16];
	struct audit_proof proof;

	(void)state;
	assert_int_equal(run(path, NULL), COMMAND_OK);
	assert_string_equal(errors, "");
	assert_ptr_equal(strstr(output, "5 entries, unbroken since 20"), output);
	assert_int_equal(store_audit_prove(store, &proof), 0);
	chain_format(proof.head, head);
	snprintf(expected, sizeof(expected), "; head %s\n", head);
	assert_non_null(strstr(output, expected));
}

static void broken(void **state)
{
	static char option[] = "--json";
	json_t *answer;

	(void)state;
	assert_int_equal(store_script(store, "DROP TRIGGER audit_delete;"
					     "DELETE FROM audit WHERE id = 3"),
		0);
	assert_int_equal(run(path, NULL), COMMAND_UNWELL);
	assert_string_equal(output, "");
	assert_ptr_equal(strstr(errors, "sekisho audit verify: entry 4 does not fit"), errors);
	assert_int_equal(run(path, option), COMMAND_UNWELL);
	answer = json_loads(output, 0, NULL);
	assert_true(json_is_false(json_object_get(answer, "unbroken")));
	assert_int_equal(json_integer_value(json_object_get(answer, "broken_entry")), 4);
	assert_int_equal(json_integer_value(json_object_get(answer, "entries")), 2);
	json_decref(answer);
}

static void no_database(void **state)
{
	static char missing[] = "/nonexistent.db";

	(void)state;
	assert_int_equal(run(missing, NULL), COMMAND_FAILED);
	assert_ptr_equal(strstr(errors, "sekisho audit verify: /nonexistent.db: "), errors);
	scratch_write(&scratch, "text",
		"This is no database, though it is longer than the header "
		"of one would be: one hundred bytes.");
	scratch_path(&scratch, "text", path);
	assert_int_equal(run(path, NULL), COMMAND_FAILED);
	assert_non_null(strstr(errors, "not a database"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(unbroken), TEST(broken), TEST(no_database)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
