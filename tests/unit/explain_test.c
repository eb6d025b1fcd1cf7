// SPDX-License-Identifier: BSD-3-Clause

// What is said of a server's treatment, by a loader without a data plane.

#include "control/report/explain.h"

#include "config/transport.h"
#include "control/loader.h"
#include "control/store/disarmed.h"
#include "control/trial.h"
#include "tests/unit/config_text.h"
#include "tests/unit/scratch.h"

#include <sodium.h>

#include <time.h>

static struct scratch scratch;
static char list_path[PATH_MAX], never_path[PATH_MAX], mapping_path[PATH_MAX];
static struct store *store;
static struct control control;
static struct config *config;

static void await_list(void)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	bool loaded = false;

	while (!loaded) {
		struct loader_view *view = loader_view(control.loader);

		loaded = view->catalogue != NULL;
		loader_view_release(view);
		nanosleep(&pause, NULL);
	}
}

// What the over-block guard did in the last run.
static void disarm(void)
{
	struct overblock *before = store_disarmed_read(store), *after = overblock_create(1);
	struct disarmed *disarmed;

	assert_true(before != NULL && after != NULL);
	disarmed = &after->disarmed[after->count++];
	*disarmed = (struct disarmed){
		.key = {.port = 23, .transport = TRANSPORT_TCP},
		.limit = LIMIT_SUBSCRIBERS,
		.figure = 101,
		.allowed = 100,
		.since_ns = 1,
	};
	assert_true(address_parse("198.51.100.1", 12, &disarmed->key.address));
	assert_int_equal(store_disarmed_write(store, before, after), 0);
	overblock_release(before);
	overblock_release(after);
}

static int start(bool disarmed)
{
	char error[512], *text;

	scratch = scratch_make();
	scratch_path(&scratch, "isac.csv", list_path);
	scratch_path(&scratch, "never.txt", never_path);
	scratch_path(&scratch, "subscribers.csv", mapping_path);
	scratch_write(&scratch, "isac.csv",
		"ip,transport,port,level,family,max_action\n"
		"198.51.100.1,tcp,23,4,mirai,\n"
		"198.51.100.1,any,23,3,mirai,\n"
		"198.51.100.1,any,,4,,police\n"
		"198.51.100.2,udp,53,3,,\n"
		"198.51.100.9,tcp,1,4,,\n");
	scratch_write(&scratch, "never.txt", "198.51.100.8/29\n");
	scratch_write(&scratch, "subscribers.csv",
		"prefix,subscriber,flags\n"
		"100.64.0.7,alice,opt-out\n"
		"100.64.0.8,bob,exempt\n"
		"100.64.1.0/24,carol,consented watch\n");
	assert_true(asprintf(&text,
			    "runtime_dir = \"%s\"; state_dir = \"%s\";\n"
			    "subscribers = { mapping = ( \"%s\" ); };\n"
			    "feeds = ( { name = \"isac\"; path = \"%s\"; } );\n"
			    "never_block = ( \"%s\" );\n"
			    "policy = ( { name = \"sure\"; min_evidence = \"answered\"; "
			    "action = \"drop\"; },\n"
			    "{ flags = ( \"watch\" ); action = \"reset\"; mode = \"shadow\"; } );",
			    scratch.path, scratch.path, mapping_path, list_path, never_path) > 0);
	config = loaded(text);
	free(text);
	store = store_open(scratch.path, error, sizeof(error));
	assert_non_null(store);
	if (disarmed)
		disarm();
	control = (struct control){.config = config};
	control.loader = loader_start(config, store, error, sizeof(error));
	if (control.loader == NULL)
		fail_msg("%s", error);
	control.store = store;
	control.trials = trials_open(config, store, error, sizeof(error));
	if (control.trials == NULL)
		fail_msg("%s", error);
	await_list();
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	return start(false);
}

static int set_up_disarmed(void **state)
{
	(void)state;
	return start(true);
}

static int tear_down(void **state)
{
	(void)state;
	loader_stop(control.loader);
	trials_free(control.trials);
	store_close(store);
	config_free(config);
	scratch_remove(&scratch);
	return 0;
}

// `more`: further members, ", \"port\": 23".
static json_t *ask(enum mode mode, const char *address, const char *more)
{
	json_t *request, *answer;
	char text[256];

	snprintf(text, sizeof(text), "{\"command\": \"policy-explain\", \"address\": \"%s\"%s}",
		address, more);
	request = json_loads(text, 0, NULL);
	assert_non_null(request);
	answer = policy_explain_json(&control, mode, request);
	json_decref(request);
	return answer;
}

static const json_t *indicator_of(const json_t *answer, size_t index)
{
	return json_array_get(json_object_get(answer, "indicators"), index);
}

// The case as one line: "entry name wanted cap action mode verdict applied".
static void check_case(const json_t *answer, size_t index, size_t evidence, const char *expected)
{
	static const char *const names[] = {
		"entry", "name", "wanted", "cap", "action", "mode", "verdict", "applied"};
	const json_t *found =
		json_array_get(json_object_get(indicator_of(answer, index), "cases"), evidence);
	char line[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *value = json_dumps(
			json_object_get(found, names[i]), JSON_ENCODE_ANY | JSON_COMPACT);

		assert_non_null(value);
		used += (size_t)snprintf(
			line + used, sizeof(line) - used, "%s%s", i > 0 ? " " : "", value);
		free(value);
	}
	if (strcmp(line, expected) != 0)
		fail_msg("\n got: %s\nwant: %s", line, expected);
}

static void check_decides(const json_t *answer, size_t index, const char *expected)
{
	char *text =
		json_dumps(json_object_get(indicator_of(answer, index), "decides"), JSON_COMPACT);

	assert_string_equal(text, expected);
	free(text);
}

static size_t indicators_of(const json_t *answer)
{
	return json_array_size(json_object_get(answer, "indicators"));
}

static void what_decides(void **state)
{
	json_t *answer = ask(MODE_ENFORCE, "198.51.100.1", ", \"port\": 23");

	(void)state;
	assert_int_equal(indicators_of(answer), 3);
	check_decides(answer, 0, "[\"tcp\"]");
	check_decides(answer, 1, "[\"udp\"]"); // any port, level 4, is before level 3
	check_decides(answer, 2, "[]");
	check_case(answer, 0, 0, "null null \"alert\" null \"alert\" \"enforce\" \"alert\" false");
	check_case(answer, 0, 1, "null null \"alert\" null \"alert\" \"enforce\" \"alert\" false");
	check_case(answer, 0, 2, "1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"drop\" true");
	check_case(answer, 1, 3,
		"1 \"sure\" \"drop\" \"max_action\" \"police\" \"enforce\" \"police\" true");
	check_case(answer, 2, 3,
		"1 \"sure\" \"drop\" \"level\" \"police\" \"enforce\" \"police\" true");
	assert_int_equal(json_array_size(json_object_get(indicator_of(answer, 0), "sources")), 1);
	json_decref(answer);

	answer = ask(MODE_ENFORCE, "198.51.100.1", ", \"port\": 23, \"transport\": \"udp\"");
	assert_int_equal(indicators_of(answer), 2);
	check_decides(answer, 0, "[\"udp\"]");
	json_decref(answer);
	answer = ask(MODE_ENFORCE, "198.51.100.1", "");
	assert_int_equal(indicators_of(answer), 3);
	check_decides(answer, 0, "[]");
	json_decref(answer);
}

static void modes(void **state)
{
	json_t *answer = ask(MODE_SHADOW, "198.51.100.1", "");

	(void)state;
	check_case(answer, 0, 2, "1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"drop\" false");
	json_decref(answer);
	answer = ask(MODE_ALERT, "198.51.100.1", "");
	check_case(answer, 0, 2, "1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"alert\" false");
	json_decref(answer);
}

// It alone, and whatever the policy says.
static void what_is_disarmed(void **state)
{
	json_t *answer = ask(MODE_ENFORCE, "198.51.100.1", ", \"port\": 23");
	const json_t *disarmed = json_object_get(indicator_of(answer, 0), "disarmed");

	(void)state;
	check_decides(answer, 0, "[\"tcp\"]");
	check_case(answer, 0, 2, "1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"alert\" false");
	assert_string_equal(json_string_value(json_object_get(disarmed, "limit")), "subscribers");
	assert_int_equal(json_integer_value(json_object_get(disarmed, "figure")), 101);
	check_case(answer, 1, 3,
		"1 \"sure\" \"drop\" \"max_action\" \"police\" \"enforce\" \"police\" true");
	assert_true(json_is_null(json_object_get(indicator_of(answer, 1), "disarmed")));
	json_decref(answer);
}

static void subscribers(void **state)
{
	json_t *answer = ask(MODE_ENFORCE, "198.51.100.1", ", \"subscriber\": \"alice\"");

	(void)state;
	check_case(
		answer, 0, 2, "1 \"sure\" \"drop\" \"opt-out\" \"alert\" \"enforce\" null false");
	json_decref(answer);
	answer = ask(MODE_ENFORCE, "198.51.100.1", ", \"subscriber\": \"100.64.0.8\"");
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(answer, "subscriber"), "subscriber")),
		"bob");
	check_case(answer, 0, 2,
		"1 \"sure\" \"drop\" \"exempt\" \"alert\" \"enforce\" \"alert\" false");
	json_decref(answer);
	answer = ask(MODE_ENFORCE, "198.51.100.1", ", \"subscriber\": \"100.64.1.77\"");
	check_case(answer, 0, 1, "2 null \"reset\" null \"reset\" \"shadow\" \"reset\" false");
	json_decref(answer);
}

static void check_group(const char *subscriber, const char *group, const char *expected)
{
	char more[64];
	json_t *answer;

	snprintf(more, sizeof(more), ", \"subscriber\": \"%s\"", subscriber);
	answer = ask(MODE_ENFORCE, "198.51.100.1", more);
	assert_string_equal(json_string_value(json_object_get(answer, "trial")), "pilot");
	if (group == NULL)
		assert_null(json_object_get(json_object_get(answer, "subscriber"), "group"));
	else
		assert_string_equal(json_string_value(json_object_get(
					    json_object_get(answer, "subscriber"), "group")),
			group);
	check_case(answer, 0, 2, expected);
	json_decref(answer);
}

static void a_trial_that_runs(void **state)
{
	char error[TRIAL_ERROR_SIZE];
	json_t *answer;

	(void)state;
	assert_int_equal(trials_start(control.trials, "pilot", 0, NULL, "a test", error), 0);
	check_group("100.64.1.77", "control",
		"1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"drop\" false");
	check_group("192.0.2.1", "control",
		"1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"drop\" false");
	check_group("bob", NULL,
		"1 \"sure\" \"drop\" \"exempt\" \"alert\" \"enforce\" \"alert\" false");
	answer = ask(MODE_ENFORCE, "198.51.100.1", "");
	check_case(answer, 0, 2, "1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"drop\" true");
	json_decref(answer);
	assert_int_equal(trials_change(control.trials, 1000, "a test", error), 0);
	check_group(
		"carol", "cohort", "1 \"sure\" \"drop\" null \"drop\" \"enforce\" \"drop\" true");
}

static void what_is_not_listed(void **state)
{
	json_t *answer = ask(MODE_ENFORCE, "192.0.2.77", "");

	(void)state;
	assert_int_equal(indicators_of(answer), 0);
	assert_true(json_is_false(json_object_get(answer, "other_ports")));
	assert_int_equal(json_array_size(json_object_get(answer, "quarantined")), 0);
	assert_true(json_is_null(json_object_get(answer, "subscriber")));
	json_decref(answer);
	answer = ask(MODE_ENFORCE, "198.51.100.2", ", \"port\": 54");
	assert_int_equal(indicators_of(answer), 0);
	assert_true(json_is_true(json_object_get(answer, "other_ports")));
	json_decref(answer);
	answer = ask(MODE_ENFORCE, "198.51.100.2", ", \"port\": 53, \"transport\": \"tcp\"");
	assert_true(json_is_true(json_object_get(answer, "other_ports")));
	json_decref(answer);
}

static void what_is_never_blocked(void **state)
{
	json_t *answer = ask(MODE_ENFORCE, "198.51.100.9", "");
	const json_t *row = json_array_get(json_object_get(answer, "quarantined"), 0);

	(void)state;
	assert_int_equal(indicators_of(answer), 0);
	assert_string_equal(json_string_value(json_object_get(row, "reason")), "never-block");
	assert_non_null(strstr(json_string_value(json_object_get(row, "protected_by")),
		"never.txt:1 198.51.100.8/29"));
	json_decref(answer);
}

static void not_understood(void **state)
{
	static const struct {
		const char *address, *more, *error;
	} cases[] = {
		{"x", "", "policy-explain: \"x\" is no address"},
		{"192.0.2.1", ", \"port\": 65536", "policy-explain: port 65536 is not in 1..65535"},
		{"192.0.2.1", ", \"transport\": \"icmp\"",
			"policy-explain: transport \"icmp\" is neither tcp nor udp"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *answer = ask(MODE_ALERT, cases[i].address, cases[i].more);

		assert_string_equal(
			json_string_value(json_object_get(answer, "error")), cases[i].error);
		json_decref(answer);
	}
	json_t *answer = ask(MODE_ALERT, "192.0.2.1", ", \"prot\": 1");
	assert_non_null(json_object_get(answer, "error"));
	json_decref(answer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_decides),
		TEST(modes),
		cmocka_unit_test_setup_teardown(what_is_disarmed, set_up_disarmed, tear_down),
		TEST(subscribers),
		TEST(a_trial_that_runs),
		TEST(what_is_not_listed),
		TEST(what_is_never_blocked),
		TEST(not_understood),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
