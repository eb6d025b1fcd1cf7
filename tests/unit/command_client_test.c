// SPDX-License-Identifier: BSD-3-Clause

// The command's end of the control socket against a server that does what it is told.

#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"

#include "tools/sekisho/command.h"
#include "tools/sekisho/contact_query.h"
#include "tools/sekisho/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/scratch.h"

#include <getopt.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LONG_TEXT 300000u

static struct scratch scratch;
static char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
static int listener;
static char request[4096];

// What the server sends to one peer before it hangs up; NULL: nothing, and it stays.
static const char *reply;
static int silent_peer = -1;

static void *serve(void *context)
{
	const int peer = accept(listener, NULL, NULL);
	size_t used = 0, length = reply ? strlen(reply) : 0;

	while (used + 1 < sizeof(request) && !memchr(request, '\n', used)) {
		const ssize_t part = recv(peer, request + used, sizeof(request) - 1 - used, 0);

		if (part <= 0)
			break;
		used += (size_t)part;
	}
	request[used] = '\0';
	for (size_t sent = 0; sent < length;) {
		// In two pieces and more: an answer is no datagram.
		const size_t piece = length - sent > 1 ? (length - sent) / 2 : 1;
		const ssize_t part = send(peer, reply + sent, piece, MSG_NOSIGNAL);

		if (part <= 0)
			break;
		sent += (size_t)part;
	}
	if (reply)
		close(peer);
	else
		silent_peer = peer;
	return context;
}

static int set_up(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)state;
	scratch = scratch_make();
	snprintf(path, sizeof(path), "%s/control.sock", scratch.path);
	memcpy(address.sun_path, path, sizeof(path));
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	       listen(listener, 1) < 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(listener);
	scratch_remove(&scratch);
	return 0;
}

static json_t *ask(const char *answer, char problem[CLIENT_PROBLEM_SIZE])
{
	pthread_t thread;
	json_t *result;

	reply = answer;
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
	result = client_watch(path, json_pack("{ss}", "command", "status"), 20, -1, problem);
	assert_int_equal(pthread_join(thread, NULL), 0);
	return result;
}

static void assert_refused(const char *answer, const char *why)
{
	char problem[CLIENT_PROBLEM_SIZE];

	assert_null(ask(answer, problem));
	if (!strstr(problem, why))
		fail_msg("expected \"%s\", got \"%s\"", why, problem);
}

static void one_line_asks_and_one_answers(void **state)
{
	char problem[CLIENT_PROBLEM_SIZE];
	json_t *answer = ask("{\"a\": 1.5, \"b\": 7}\n", problem);

	(void)state;
	assert_string_equal(request, "{\"command\":\"status\"}\n");
	assert_non_null(answer);
	assert_true(client_real(answer, "a") > 1.4 && client_real(answer, "b") > 6.9);
	assert_int_equal(client_number(answer, "b"), 7);
	assert_int_equal(client_number(answer, "missing"), 0);
	json_decref(answer);
}

static void long_answers_arrive_whole(void **state)
{
	char *text = malloc(LONG_TEXT + 16), problem[CLIENT_PROBLEM_SIZE];
	json_t *answer;

	(void)state;
	strcpy(text, "{\"a\":\"");
	memset(text + 6, 'x', LONG_TEXT);
	strcpy(text + 6 + LONG_TEXT, "\"}\n");
	answer = ask(text, problem);
	assert_int_equal(json_string_length(json_object_get(answer, "a")), LONG_TEXT);
	json_decref(answer);
	free(text);
}

static void what_is_no_answer_is_said(void **state)
{
	(void)state;
	assert_refused("", "hung up before it answered");
	assert_refused("{\"a\": 1}", "hung up before it answered");
	assert_refused("garbage\n", "no JSON object");
	assert_refused("[1]\n", "no JSON object");
	assert_refused("{\"error\": \"no list is loaded\"}\n", "no list is loaded");
	assert_refused("{\"error\": \"\\u001b[2J\\u009b\"}\n", "?[2J??");
}

static void nobody_there_is_said(void **state)
{
	char problem[CLIENT_PROBLEM_SIZE], name[200];

	(void)state;
	assert_null(client_watch("/nonexistent", json_object(), 1, -1, problem));
	assert_non_null(strstr(problem, "/nonexistent: no control plane answers"));
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_null(client_watch(name, json_object(), 1, -1, problem));
	assert_non_null(strstr(problem, "no name of a socket"));
}

static void silence_ends(void **state)
{
	char problem[CLIENT_PROBLEM_SIZE];
	pthread_t thread;

	(void)state;
	reply = NULL;
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
	assert_null(client_watch(path, json_object(), 1, -1, problem));
	assert_non_null(strstr(problem, "no answer in time"));
	assert_int_equal(pthread_join(thread, NULL), 0);
	close(silent_peer);
}

// Nobody accepts: a blocking connect would never return.
static void a_full_backlog_ends(void **state)
{
	char problem[CLIENT_PROBLEM_SIZE];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int waiting[16], count = 0;

	(void)state;
	memcpy(address.sun_path, path, sizeof(path));
	do {
		waiting[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	} while (connect(waiting[count++], (struct sockaddr *)&address, sizeof(address)) == 0 &&
		 count < 16);
	assert_true(count < 16);
	assert_null(client_watch(path, json_object(), 1, -1, problem));
	assert_non_null(strstr(problem, "no answer in time"));
	while (count > 0)
		close(waiting[--count]);
}

static void a_key_interrupts(void **state)
{
	char problem[CLIENT_PROBLEM_SIZE];
	pthread_t thread;
	int keys[2];

	(void)state;
	reply = NULL;
	assert_int_equal(pipe(keys), 0);
	assert_int_equal(write(keys[1], "q", 1), 1);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
	assert_null(client_watch(path, json_object(), 600, keys[0], problem));
	assert_string_equal(problem, "");
	assert_int_equal(pthread_join(thread, NULL), 0);
	close(silent_peer);
	close(keys[0]);
	close(keys[1]);
}

static void text_is_fit_for_a_terminal(void **state)
{
	json_t *object = json_pack("{ss ss}", "family", "mi\x1b[31mrai\xc2\x9b", "empty", "");

	(void)state;
	assert_string_equal(client_text(object, "family"), "mi?[31mrai??");
	assert_string_equal(client_text(object, "empty"), "-");
	assert_string_equal(client_text(object, "missing"), "-");
	assert_string_equal(client_number_text(object, "family", "any"), "any");
	json_decref(object);
}

static bool parse(struct client_options *options, char *argument, char *value)
{
	char *arguments[] = {(char[]){"sekisho contacts"}, argument, value, NULL};
	int status;

	return client_options_parse(value      ? 3
				    : argument ? 2
					       : 1,
		arguments, CLIENT_LIMIT | CLIENT_FILTER, 0, "", options, &status);
}

static void assert_socket(char *argument, char *value, const char *expected)
{
	struct client_options options;

	assert_true(parse(&options, argument, value));
	assert_string_equal(options.socket, expected);
	client_options_free(&options);
}

static void the_socket_is_found(void **state)
{
	char config[PATH_MAX];

	(void)state;
	scratch_write(&scratch, "sekisho.conf", "runtime_dir = \"/run/other\";\n");
	scratch_path(&scratch, "sekisho.conf", config);
	unsetenv("SEKISHO_SOCKET");
	assert_socket(NULL, NULL, "/run/sekisho/control.sock");
	setenv("SEKISHO_SOCKET", "", 1);
	assert_socket(NULL, NULL, "/run/sekisho/control.sock");
	setenv("SEKISHO_SOCKET", "/run/a", 1);
	assert_socket(NULL, NULL, "/run/a");
	assert_socket((char[]){"--socket"}, (char[]){"/run/b"}, "/run/b");
	assert_socket((char[]){"--config"}, config, "/run/other/control.sock");
	unsetenv("SEKISHO_SOCKET");
}

static json_t *query(char *argument, char *value)
{
	struct client_options options;
	json_t *made;

	assert_true(parse(&options, argument, value));
	made = contact_query_make("sekisho contacts", "contacts", &options);
	client_options_free(&options);
	return made;
}

static void expect_member(char *argument, char *value, const char *member, const char *expected)
{
	json_t *made = query(argument, value);
	const char *text = json_string_value(json_object_get(made, member));

	assert_non_null(text);
	assert_string_equal(text, expected);
	assert_int_equal(json_object_size(made), 2);
	json_decref(made);
}

static void filters_are_passed_on(void **state)
{
	(void)state;
	expect_member((char[]){"--subscriber"}, (char[]){"alice@example.net"}, "subscriber",
		"alice@example.net");
	expect_member(
		(char[]){"--subscriber"}, (char[]){"192.0.2.0/24"}, "subscriber", "192.0.2.0/24");
	expect_member((char[]){"--family"}, (char[]){"mirai"}, "family", "mirai");
	expect_member((char[]){"--evidence"}, (char[]){"answered"}, "evidence", "answered");
	expect_member((char[]){"--since"}, (char[]){"2026-11-22T06:30:00.5Z"}, "since",
		"2026-11-22T06:30:00Z");
	expect_member((char[]){"--until"}, (char[]){"2026-11-22T06:30:00Z"}, "until",
		"2026-11-22T06:30:00Z");
}

// What cannot be put into a request must not silently widen it.
static void a_bad_filter_is_not_everybody(void **state)
{
	struct client_options options;

	(void)state;
	assert_null(query((char[]){"--subscriber"}, (char[]){"\xff"}));
	assert_null(query((char[]){"--subscriber"}, (char[]){""}));
	assert_null(query((char[]){"--family"}, (char[]){""}));
	assert_null(query((char[]){"--evidence"}, (char[]){"sure"}));
	assert_null(query((char[]){"--since"}, (char[]){"yesterday"}));
	assert_false(parse(&options, (char[]){"--limit"}, (char[]){"0"}));
}

static void expect_moment(const char *typed, const char *expected)
{
	// 2026-11-22T06:30:00Z
	const uint64_t now_ns = UINT64_C(1795329000) * UTC_NS_PER_S + 5;
	char text[UTC_TEXT_SIZE] = "";

	assert_int_equal(moment_parse(typed, now_ns, text), expected != NULL);
	if (expected != NULL)
		assert_string_equal(text, expected);
}

static void moments_are_times_or_ages(void **state)
{
	(void)state;
	expect_moment("0s", "2026-11-22T06:30:00Z");
	expect_moment("90m", "2026-11-22T05:00:00Z");
	expect_moment("24h", "2026-11-21T06:30:00Z");
	expect_moment("7d", "2026-11-15T06:30:00Z");
	expect_moment("1w", "2026-11-15T06:30:00Z");
	expect_moment("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z");
	expect_moment("2026-01-02T03:04:05+01:00", NULL);
	expect_moment("2026-01-02", NULL);
	expect_moment("24", NULL);
	expect_moment("h", NULL);
	expect_moment("-1h", NULL);
	expect_moment("1h30m", NULL);
	expect_moment("", NULL);
	expect_moment("9999999999w", NULL);
	expect_moment("99999999999999999999s", NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_line_asks_and_one_answers),
		TEST(long_answers_arrive_whole),
		TEST(what_is_no_answer_is_said),
		TEST(nobody_there_is_said),
		TEST(silence_ends),
		TEST(a_full_backlog_ends),
		TEST(a_key_interrupts),
		TEST(text_is_fit_for_a_terminal),
		TEST(the_socket_is_found),
		TEST(filters_are_passed_on),
		TEST(a_bad_filter_is_not_everybody),
		TEST(moments_are_times_or_ages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
