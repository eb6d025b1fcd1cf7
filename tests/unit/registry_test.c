// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/registry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/refusals.h"
#include "tests/unit/scratch.h"

#include "dataplane/api/generation_layout.h"

#include <unistd.h>

#define HEADER     "subscriber,prefix,flags\n"
#define CGN_HEADER "inside,outside,first_port,last_port\n"

static struct scratch scratch;
static char first_path[PATH_MAX], second_path[PATH_MAX], cgn_path[PATH_MAX];
static char *mapping[] = {first_path, second_path}, *cgn[] = {cgn_path};
static const struct config config = {
	.links = {{.name = "edge0"}},
	.link_count = 1,
	.subscribers = {.mapping = mapping, .mapping_count = 2, .cgn = cgn, .cgn_count = 1},
};
static struct registry *registry;
static struct refusals refusals;

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	scratch_path(&scratch, "first.csv", first_path);
	scratch_path(&scratch, "second.csv", second_path);
	scratch_path(&scratch, "cgn.csv", cgn_path);
	scratch_write(&scratch, "first.csv",
		HEADER "a,192.0.2.1,\nb,192.0.2.2,\nc,192.0.2.3,opt-out\nx,no address,\n");
	scratch_write(&scratch, "second.csv", HEADER "d,192.0.2.4,\n");
	scratch_write(&scratch, "cgn.csv", CGN_HEADER "192.0.2.0/30,203.0.113.1,1024,65535\n");
	registry = registry_create(&config);
	return registry == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	registry_free(registry);
	scratch_remove(&scratch);
	return 0;
}

static bool read_all(bool force)
{
	const struct table_listener listener = refusals_listener(&refusals);
	char error[256];
	const bool renewed = registry_read(registry, force, &listener, error, sizeof(error));

	assert_string_equal(error, "");
	return renewed;
}

// Who has the address, or nobody.
static void assert_subscriber(const char *address, const char *subscriber)
{
	struct identity_result result;
	struct prefix prefix;
	struct subscriber_key key;

	assert_true(prefix_parse(address, strlen(address), &prefix));
	key = (struct subscriber_key){
		.address = prefix.address, .kind = SUBSCRIBER_ADDRESS, .length = prefix.length};
	identity_resolve(registry_identity(registry), NULL, &key, NULL, 0, &result);
	assert_int_equal(result.known, subscriber != NULL);
	if (subscriber != NULL)
		assert_string_equal(result.subscriber, subscriber);
}

static void assert_problem(size_t file, const char *problem)
{
	const struct registry_state *file_state = registry_state(registry, file);

	if (problem == NULL)
		assert_string_equal(file_state->problem, "");
	else if (strstr(file_state->problem, problem) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", file_state->problem, problem);
	assert_int_equal(file_state->problem_since_ns != 0, problem != NULL);
}

static void all_files_make_one_identity(void **state)
{
	uint64_t changed_ns;

	(void)state;
	assert_null(registry_identity(registry));
	assert_true(registry_changed(registry, &changed_ns));
	assert_true(changed_ns > 0);
	assert_true(read_all(false));
	assert_int_equal(refusals.count, 1);
	assert_int_equal(registry_count(registry), 3);
	assert_int_equal(registry_state(registry, 0)->accepted, 3);
	assert_int_equal(registry_state(registry, 0)->rejected, 1);
	assert_int_equal(registry_state(registry, 1)->accepted, 1);
	assert_int_equal(registry_state(registry, 2)->kind, REGISTRY_CGN);
	assert_int_equal(registry_state(registry, 2)->accepted, 1);
	assert_true(registry_state(registry, 2)->loaded_ns > 0);
	assert_null(registry_problem(registry));
	assert_subscriber("192.0.2.1", "a");
	assert_subscriber("192.0.2.4", "d");
	assert_int_equal(identity_flags(registry_identity(registry), "c"), SUBSCRIBER_FLAG_OPT_OUT);
	assert_int_equal(identity_mapped(registry_identity(registry)), 4);
	assert_int_equal(identity_flagged_count(registry_identity(registry)), 1);
	// Nothing changed: nothing is read.
	assert_false(registry_changed(registry, &changed_ns));
	assert_false(read_all(false));
}

static void a_changed_file_makes_another(void **state)
{
	struct identity *before;
	uint64_t changed_ns;

	(void)state;
	read_all(false);
	before = identity_hold(registry_identity(registry));
	scratch_write(&scratch, "second.csv", HEADER "e,192.0.2.4,\na,192.0.2.5,\n");
	assert_true(registry_changed(registry, &changed_ns));
	assert_true(read_all(false));
	assert_ptr_not_equal(before, registry_identity(registry));
	assert_subscriber("192.0.2.4", "e");
	assert_subscriber("192.0.2.1", "a");
	assert_int_equal(identity_mapped(before), 4); // who holds it still has it
	identity_release(before);
}

static void what_cannot_be_used_leaves_what_stands(void **state)
{
	uint64_t changed_ns;

	(void)state;
	read_all(false);
	unlink(first_path);
	assert_true(registry_changed(registry, &changed_ns));
	assert_false(read_all(false));
	assert_problem(0, "first.csv: cannot be opened");
	assert_string_equal(registry_problem(registry), registry_state(registry, 0)->problem);
	assert_subscriber("192.0.2.1", "a");
	assert_true(registry_changed(registry, &changed_ns)); // tried again

	scratch_write(&scratch, "first.csv", HEADER);
	assert_false(read_all(false));
	assert_problem(0, "no row that can be used");
	scratch_write(&scratch, "first.csv", HEADER "a,192.0.2.1,\n");
	assert_false(read_all(false));
	assert_problem(0, "shrank from 3 to 1 rows, more than 50 %");
	assert_subscriber("192.0.2.2", "b");
	assert_int_equal(registry_state(registry, 0)->accepted, 3);
	assert_true(read_all(true));
	assert_problem(0, NULL);
	assert_subscriber("192.0.2.2", NULL);
	assert_int_equal(registry_state(registry, 0)->accepted, 1);

	scratch_write(&scratch, "cgn.csv", CGN_HEADER "192.0.2.0/30,203.0.113.1,0,65535\n");
	assert_false(read_all(false));
	assert_problem(2, "cgn.csv: no row that can be used (1 rejected)");
}

static void conflicts_between_files_are_counted(void **state)
{
	(void)state;
	scratch_write(&scratch, "second.csv", HEADER "d,192.0.2.4,\nd,192.0.2.1,\n");
	assert_true(read_all(false));
	assert_int_equal(registry_state(registry, 0)->accepted, 2);
	assert_int_equal(registry_state(registry, 0)->rejected, 2);
	assert_int_equal(registry_state(registry, 1)->accepted, 1);
	assert_int_equal(registry_state(registry, 1)->rejected, 1);
	assert_subscriber("192.0.2.1", NULL);
	// Once the other file gives way, the row that was there all along stands.
	scratch_write(&scratch, "second.csv", HEADER "d,192.0.2.4,\n");
	assert_true(read_all(false));
	assert_subscriber("192.0.2.1", "a");
	assert_int_equal(registry_state(registry, 0)->rejected, 1);
}

static void nothing_stands_until_all_mappings_were_read(void **state)
{
	(void)state;
	unlink(second_path);
	assert_false(read_all(false));
	assert_null(registry_identity(registry));
	assert_problem(1, "second.csv: cannot be opened");
	unlink(cgn_path);
	scratch_write(&scratch, "second.csv", HEADER "d,192.0.2.4,\n");
	assert_true(read_all(false));
	assert_problem(1, NULL);
	assert_problem(2, "cgn.csv: cannot be opened"); // which only leaves names unknown
	assert_subscriber("192.0.2.1", "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_files_make_one_identity, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_changed_file_makes_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_used_leaves_what_stands, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			conflicts_between_files_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			nothing_stands_until_all_mappings_were_read, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
