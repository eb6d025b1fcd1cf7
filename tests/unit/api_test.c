// SPDX-License-Identifier: BSD-3-Clause

// The whole control plane but its main, in a thread of its own, without a data plane: what its
// socket answers, to good requests and bad ones.

#include "control/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config/config.h"
#include "control/bookkeeper.h"
#include "control/event.h"
#include "control/loader.h"
#include "control/monitor.h"
#include "control/resolver.h"
#include "tests/unit/scratch.h"

#include <event2/event.h>
#include <jansson.h>
#include <sodium.h>

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct scratch scratch;
static char list_path[PATH_MAX], never_path[PATH_MAX], events_path[PATH_MAX],
	database_dir[PATH_MAX];
static char *never_block[] = {never_path};
static struct config_feed feeds[] = {
	{.name = "isac", .path = list_path, .level = 3, .refresh_s = 3600, .shrink_percent = 50},
};
static struct config config = {
	.mode = MODE_SHADOW,
	.path = (char[]){"test.conf"},
	.runtime_dir = scratch.path,
	.state_dir = database_dir,
	.event_path = events_path,
	.feeds = feeds,
	.feed_count = 1,
	.never_block = never_block,
	.never_block_count = 1,
	.rule_limit = 1000,
	.subscribers = {.v4_length = 32, .v6_length = 56},
	.policy = {[4] = ACTION_DROP},
};
static pthread_t thread;
static int started[2], stopping[2];

static void on_stop(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	event_base_loopbreak(context);
}

// cmocka's assertions belong to the main thread.
static void require(bool condition, const char *text)
{
	if (condition)
		return;
	fprintf(stderr, "control plane under test: %s\n", text);
	abort();
}

static void *serve(void *context)
{
	struct control control = {.config = &config};
	struct event_base *base = event_base_new();
	struct event *stop = event_new(base, stopping[0], EV_READ, on_stop, base);
	struct store *loader_store;
	struct resolver resolver;
	struct subscriber_resolver known;
	struct api *api;
	char error[512] = "";

	event_add(stop, NULL);
	control.store = store_open(database_dir, error, sizeof(error));
	require(control.store != NULL, error);
	loader_store = store_open(database_dir, error, sizeof(error));
	require(loader_store != NULL, error);
	control.log = event_log_create(&config, error, sizeof(error));
	require(control.log != NULL, error);
	control.loader = loader_start(&config, loader_store, error, sizeof(error));
	require(control.loader != NULL, error);
	resolver = (struct resolver){&config, control.store, control.loader};
	known = resolver_interface(&resolver);
	control.bookkeeper = bookkeeper_create(base, &config, control.store, control.loader,
		control.log, &known, error, sizeof(error));
	require(control.bookkeeper != NULL, error);
	control.monitor = monitor_create(base, &config, control.store, control.loader, control.log,
		control.bookkeeper, error, sizeof(error));
	require(control.monitor != NULL, error);
	api = api_create(base, &control, error, sizeof(error));
	require(api != NULL, error);
	require(write(started[1], "", 1) == 1, "pipe");
	event_base_dispatch(base);
	api_free(api);
	monitor_free(control.monitor);
	bookkeeper_free(control.bookkeeper);
	loader_stop(control.loader);
	event_log_free(control.log);
	store_close(loader_store);
	store_close(control.store);
	event_free(stop);
	event_base_free(base);
	return context;
}

static void start(void)
{
	char byte;

	assert_true(pipe(started) == 0 && pipe(stopping) == 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
	assert_int_equal(read(started[0], &byte, 1), 1);
}

static void stop(void)
{
	assert_int_equal(write(stopping[1], "", 1), 1);
	assert_int_equal(pthread_join(thread, NULL), 0);
	for (int i = 0; i < 2; i++) {
		close(started[i]);
		close(stopping[i]);
	}
}

static void write_list(const char *rows)
{
	char text[4096];

	snprintf(text, sizeof(text), "ip,transport,port,level,family\n%s", rows);
	scratch_write(&scratch, "list.csv", text);
}

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_make();
	snprintf(database_dir, sizeof(database_dir), "%s", scratch.path);
	scratch_path(&scratch, "list.csv", list_path);
	scratch_path(&scratch, "never.txt", never_path);
	scratch_path(&scratch, "events.json", events_path);
	scratch_write(&scratch, "never.txt", "203.0.113.0/24\n");
	write_list("198.51.100.1,tcp,23,4,mirai\n198.51.100.2,udp,53,2,\n");
	start();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stop();
	scratch_remove(&scratch);
	return 0;
}

static int reach(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval limit = {.tv_sec = 20};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.90s/" API_SOCKET, scratch.path);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

// The next answer on that connection; NULL: it was closed.
static json_t *receive(int fd)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = fdopen(dup(fd), "r");
	json_t *answer = NULL;

	// One answer is awaited at a time, so that nothing is lost in the stream's buffer.
	if (getline(&text, &size, stream) > 0) {
		answer = json_loads(text, 0, NULL);
		assert_non_null(answer);
	}
	free(text);
	fclose(stream);
	return answer;
}

static json_t *ask(const char *request)
{
	const int fd = reach();
	json_t *answer;

	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	assert_int_equal(send(fd, "\n", 1, MSG_NOSIGNAL), 1);
	answer = receive(fd);
	assert_non_null(answer);
	close(fd);
	return answer;
}

static json_int_t integer(const json_t *answer, const char *name)
{
	const json_t *value = json_object_get(answer, name);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static const char *string(const json_t *answer, const char *name)
{
	const char *value = json_string_value(json_object_get(answer, name));

	assert_non_null(value);
	return value;
}

static void expect_error(const char *request, const char *words)
{
	json_t *answer = ask(request);

	if (strstr(string(answer, "error"), words) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", request, string(answer, "error"), words);
	json_decref(answer);
}

static void load(const char *request, json_int_t rules)
{
	json_t *answer = ask(request);

	assert_int_equal(integer(json_object_get(answer, "generation"), "rules"), rules);
	assert_false(json_is_true(json_object_get(answer, "delivered")));
	assert_non_null(strstr(string(answer, "problem"), "no data plane"));
	json_decref(answer);
}

static void test_status(void **state)
{
	json_t *answer;

	(void)state;
	load("{\"command\":\"list-load\"}", 2); // so that the first load is over
	answer = ask("{\"command\":\"status\"}");
	assert_true(json_is_false(json_object_get(answer, "healthy")));
	assert_int_equal(json_array_size(json_object_get(answer, "problems")), 1);
	assert_true(json_is_null(json_object_get(answer, "generation")));
	assert_string_equal(string(json_object_get(answer, "mode"), "current"), "shadow");
	assert_true(json_is_null(json_object_get(json_object_get(answer, "mode"), "set_by")));
	const json_t *feed = json_array_get(json_object_get(answer, "feeds"), 0);

	assert_int_equal(integer(feed, "accepted"), 2);
	assert_string_equal(string(feed, "format"), "csv");
	assert_int_equal(integer(answer, "infected_subscribers"), 0);
	json_decref(answer);
}

static void test_mode_outlives_a_restart(void **state)
{
	json_t *answer = ask("{\"command\":\"mode\",\"mode\":\"enforce\"}");

	(void)state;
	assert_string_equal(string(answer, "mode"), "enforce");
	assert_string_equal(string(answer, "previous"), "shadow");
	assert_string_equal(string(answer, "configured"), "shadow");
	assert_non_null(strstr(string(answer, "set_by"), "uid "));
	assert_non_null(strstr(string(answer, "problem"), "no data plane"));
	json_decref(answer);
	stop();
	start();
	answer = ask("{\"command\":\"mode\"}");
	assert_string_equal(string(answer, "mode"), "enforce");
	assert_true(json_is_null(json_object_get(answer, "problem")));
	json_decref(answer);
}

static void test_load_and_rollback(void **state)
{
	json_t *answer;

	(void)state;
	load("{\"command\":\"list-load\"}", 2);
	expect_error("{\"command\":\"list-rollback\"}", "no list before");
	write_list("198.51.100.1,tcp,23,4,\n198.51.100.2,udp,53,2,\n198.51.100.3,tcp,1,4,\n");
	load("{\"command\":\"list-load\",\"feeds\":[\"isac\"]}", 3);
	load("{\"command\":\"list-rollback\"}", 2);
	answer = ask("{\"command\":\"list-diff\"}");
	assert_int_equal(integer(answer, "added"), 1);
	const json_t *row = json_array_get(json_object_get(answer, "rows"), 0);

	assert_string_equal(string(row, "change"), "added");
	assert_string_equal(string(row, "address"), "198.51.100.3");
	assert_string_equal(string(row, "action_after"), "drop");
	assert_true(json_is_null(json_object_get(row, "level_before")));
	json_decref(answer);
	write_list("198.51.100.1,tcp,23,4,\n");
	answer = ask("{\"command\":\"list-load\",\"force\":true}");
	assert_int_equal(integer(json_object_get(answer, "difference"), "removed"), 1);
	assert_true(json_is_true(json_object_get(answer, "changed")));
	json_decref(answer);
}

static void test_show(void **state)
{
	json_t *answer;

	(void)state;
	load("{\"command\":\"list-load\"}", 2);
	answer = ask("{\"command\":\"list-show\",\"address\":\"198.51.100.1\",\"port\":23}");
	assert_int_equal(integer(answer, "total"), 1);
	const json_t *indicator = json_array_get(json_object_get(answer, "indicators"), 0);

	assert_string_equal(string(indicator, "family"), "mirai");
	assert_string_equal(string(indicator, "action"), "drop");
	const json_t *source = json_array_get(json_object_get(indicator, "sources"), 0);

	assert_string_equal(string(source, "feed"), "isac");
	assert_int_equal(integer(source, "line"), 2);
	json_decref(answer);
	answer = ask("{\"command\":\"list-show\",\"address\":\"198.51.100.1\",\"port\":24}");
	assert_int_equal(integer(answer, "total"), 0);
	json_decref(answer);
	answer = ask("{\"command\":\"list-show\",\"limit\":1,\"offset\":1}");
	assert_int_equal(integer(answer, "total"), 2);
	assert_int_equal(json_array_size(json_object_get(answer, "indicators")), 1);
	json_decref(answer);
}

static void test_bad_requests(void **state)
{
	(void)state;
	expect_error("", "not JSON");
	expect_error("status", "not JSON");
	expect_error("[]", "command");
	expect_error("{}", "command");
	expect_error("{\"command\":7}", "command");
	expect_error("{\"command\":\"statu\"}", "\"statu\" is no command");
	expect_error("{\"command\":\"mode\",\"mode\":\"block\"}", "alert, shadow, enforce");
	expect_error("{\"command\":\"mode\",\"mode\":null}", "alert, shadow, enforce");
	expect_error("{\"command\":\"contacts\",\"limit\":0}", "limit 0");
	expect_error("{\"command\":\"contacts\",\"limit\":\"x\"}", "contacts: ");
	expect_error("{\"command\":\"contacts\",\"subscriber\":\"100.64.0.1/8\"}", "100.64.0.1/8");
	expect_error("{\"command\":\"subscribers\",\"limit\":-1}", "limit -1");
	expect_error("{\"command\":\"contacts\",\"subscriber\":\"\"}", "nobody's name");
	expect_error("{\"command\":\"contacts\",\"since\":\"yesterday\"}", "\"yesterday\"");
	expect_error("{\"command\":\"contacts\",\"since\":7}", "contacts: ");
	expect_error("{\"command\":\"contacts\",\"since\":\"2026-11-22T06:30:00Z\","
		     "\"until\":\"2026-11-22T06:29:59Z\"}",
		"before since");
	expect_error("{\"command\":\"contacts\",\"evidence\":\"sure\"}", "\"sure\"");
	expect_error("{\"command\":\"contacts\",\"familly\":\"mirai\"}", "familly");
	expect_error("{\"command\":\"subscribers\",\"evidence\":\"unsolicited\"}",
		"none against anybody");
	expect_error("{\"command\":\"list-show\",\"address\":\"example.org\"}", "example.org");
	expect_error("{\"command\":\"list-show\",\"port\":65536}", "65536");
	expect_error("{\"command\":\"list-show\",\"offset\":-1}", "offset");
	expect_error("{\"command\":\"list-load\",\"feeds\":[\"nosuch\"]}", "\"nosuch\" is no feed");
	expect_error("{\"command\":\"list-load\",\"feeds\":\"isac\"}", "array");
	expect_error("{\"command\":\"list-load\",\"feeds\":[1]}", "string");
}

static void test_several_requests_on_one_connection(void **state)
{
	static const char requests[] = "{\"command\":\"list-diff\"}\n{\"command\":\"nosuch\"}\n"
				       "{\"command\":\"list-diff\"}\n";
	const int fd = reach();
	char text[65536] = "";
	size_t length = 0;
	const char *line = text;

	(void)state;
	assert_int_equal(send(fd, requests, strlen(requests), MSG_NOSIGNAL), strlen(requests));
	shutdown(fd, SHUT_WR); // the answers come nevertheless
	for (ssize_t got; (got = recv(fd, &text[length], sizeof(text) - 1 - length, 0)) > 0;)
		length += (size_t)got;
	close(fd);
	// In order, though the loader's answers take longer.
	assert_memory_equal(line, "{\"added\"", 8);
	line = strchr(line, '\n') + 1;
	assert_memory_equal(line, "{\"error\"", 8);
	line = strchr(line, '\n') + 1;
	assert_memory_equal(line, "{\"added\"", 8);
}

static void test_endless_line(void **state)
{
	const int fd = reach();
	char junk[4096];
	json_t *answer;

	(void)state;
	memset(junk, '{', sizeof(junk));
	for (size_t sent = 0; sent < 2 * API_REQUEST_MAX; sent += sizeof(junk))
		if (send(fd, junk, sizeof(junk), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
	answer = receive(fd);
	assert_non_null(strstr(string(answer, "error"), "one line"));
	json_decref(answer);
	assert_null(receive(fd));
	close(fd);
}

static void test_silent_clients_keep_nobody_out(void **state)
{
	int silent[2 * API_CLIENTS_MAX];

	(void)state;
	for (size_t i = 0; i < 2 * API_CLIENTS_MAX; i++)
		silent[i] = reach();
	json_decref(ask("{\"command\":\"mode\"}"));
	for (size_t i = 0; i < 2 * API_CLIENTS_MAX; i++)
		close(silent[i]);
}

static void test_impatient_client(void **state)
{
	static const char request[] = "{\"command\":\"list-diff\"}\n";

	(void)state;
	for (int i = 0; i < 2 * LOADER_JOBS_MAX; i++) {
		const int fd = reach();

		assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
		close(fd);
	}
	json_decref(ask("{\"command\":\"status\"}"));
}

static void test_second_control_plane_is_refused(void **state)
{
	struct event_base *base = event_base_new();
	const struct control control = {.config = &config};
	char error[512];

	(void)state;
	assert_null(api_create(base, &control, error, sizeof(error)));
	assert_non_null(strstr(error, "another sekisho-control"));
	event_base_free(base);
	json_decref(ask("{\"command\":\"mode\"}")); // the first one is undisturbed
}

static void test_changed_file_is_loaded(void **state)
{
	json_int_t total = 0;

	(void)state;
	load("{\"command\":\"list-load\"}", 2);
	write_list("198.51.100.1,tcp,23,4,\n198.51.100.2,udp,53,2,\n198.51.100.3,tcp,1,4,\n");
	for (int i = 0; i < 200 && total != 3; i++) {
		json_t *answer = ask("{\"command\":\"list-show\"}");

		total = integer(answer, "total");
		json_decref(answer);
		usleep(100000);
	}
	assert_int_equal(total, 3);
}

static int begin(void **state)
{
	(void)state;
	json_object_seed(0);
	signal(SIGPIPE, SIG_IGN); // as main does: a client may go before its answer comes
	return sodium_init() < 0;
}

static int end(void **state)
{
	(void)state;
	libevent_global_shutdown();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mode_outlives_a_restart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_load_and_rollback, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_show, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_requests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_several_requests_on_one_connection, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_endless_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_silent_clients_keep_nobody_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_impatient_client, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_second_control_plane_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changed_file_is_loaded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
