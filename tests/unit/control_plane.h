// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The whole control plane but its main, in a thread of its own, without a data plane: set_up starts
// it on a folder of its own, ask speaks to its socket.

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
#include "control/trial.h"
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
static struct config_policy_entry entries[] = {
	{.levels = {[4] = true},
		.transports = CONFIG_POLICY_TRANSPORTS,
		.action = ACTION_DROP,
		.mode = MODE_ENFORCE},
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
	.policy = {.entries = entries, .entry_count = 1, .caps = {[4] = ACTION_SINKHOLE}},
};
static pthread_t thread;
static int started[2], stopping[2];

static inline void on_stop(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	event_base_loopbreak(context);
}

// cmocka's assertions belong to the main thread.
static inline void require(bool condition, const char *text)
{
	if (condition)
		return;
	fprintf(stderr, "control plane under test: %s\n", text);
	abort();
}

static inline void *serve(void *context)
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
	control.trials = trials_open(&config, control.store, error, sizeof(error));
	require(control.trials != NULL, error);
	resolver = (struct resolver){&config, control.store, control.loader};
	known = resolver_interface(&resolver);
	control.bookkeeper = bookkeeper_create(base, &config, control.store, control.loader,
		control.log, control.trials, &known, error, sizeof(error));
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
	trials_free(control.trials);
	event_log_free(control.log);
	store_close(loader_store);
	store_close(control.store);
	event_free(stop);
	event_base_free(base);
	return context;
}

static inline void start(void)
{
	char byte;

	assert_true(pipe(started) == 0 && pipe(stopping) == 0);
	assert_int_equal(pthread_create(&thread, NULL, serve, NULL), 0);
	assert_int_equal(read(started[0], &byte, 1), 1);
}

static inline void stop(void)
{
	assert_int_equal(write(stopping[1], "", 1), 1);
	assert_int_equal(pthread_join(thread, NULL), 0);
	for (int i = 0; i < 2; i++) {
		close(started[i]);
		close(stopping[i]);
	}
}

static inline void write_list(const char *rows)
{
	char text[4096];

	snprintf(text, sizeof(text), "ip,transport,port,level,family\n%s", rows);
	scratch_write(&scratch, "list.csv", text);
}

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
{
	(void)state;
	stop();
	scratch_remove(&scratch);
	return 0;
}

static inline int reach(void)
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
static inline json_t *receive(int fd)
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

static inline json_t *ask(const char *request)
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

static inline json_int_t integer(const json_t *answer, const char *name)
{
	const json_t *value = json_object_get(answer, name);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static inline const char *string(const json_t *answer, const char *name)
{
	const char *value = json_string_value(json_object_get(answer, name));

	assert_non_null(value);
	return value;
}

static inline void expect_error(const char *request, const char *words)
{
	json_t *answer = ask(request);

	if (strstr(string(answer, "error"), words) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", request, string(answer, "error"), words);
	json_decref(answer);
}

static inline void load(const char *request, json_int_t rules)
{
	json_t *answer = ask(request);

	assert_int_equal(integer(json_object_get(answer, "generation"), "rules"), rules);
	assert_false(json_is_true(json_object_get(answer, "delivered")));
	assert_non_null(strstr(string(answer, "problem"), "no data plane"));
	json_decref(answer);
}
