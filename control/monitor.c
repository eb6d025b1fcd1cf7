// SPDX-License-Identifier: BSD-3-Clause
#include "control/monitor.h"

#include "config/log.h"
#include "config/notify.h"
#include "config/utc.h"
#include "control/bookkeeper.h"
#include "control/dataplane.h"
#include "control/monotonic.h"
#include "control/store/audit.h"

#include <event2/event.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Of each period, what contacts may take: commands and accounting want the rest.
#define DRAIN_MS (MONITOR_PERIOD_MS / 2)

struct monitor {
	const struct config *config;
	struct store *store;
	struct loader *loader;
	struct event_log *log;
	struct bookkeeper *bookkeeper;
	struct event *tick;     // periodic
	struct event *drain;    // once more, now
	int64_t drain_until_ms; // CLOCK_MONOTONIC
	struct history *history;
	struct monitor_mode mode;

	struct dataplane *dataplane; // NULL: not connected
	uint64_t cursor;             // contacts up to this change are stored
	uint64_t generation;         // number in force, for events
	uint64_t told_ns;            // what was disarmed up to then is told
	char problem[256];
	uint64_t problem_since_ns;
	char cursor_problem[512];

	struct message_contacts *batch; // MESSAGE_SIZE_MAX bytes
};

static void lose(struct monitor *monitor, const char *why)
{
	if (monitor->problem[0] == '\0') {
		log_warning("no data plane: %s", why);
		monitor->problem_since_ns = utc_now_ns();
	}
	snprintf(monitor->problem, sizeof(monitor->problem), "%s", why);
	dataplane_close(monitor->dataplane);
	monitor->dataplane = NULL;
	history_clear(monitor->history);
	loader_observe(monitor->loader, NULL);
}

static void reach(struct monitor *monitor)
{
	char error[256];

	monitor->dataplane = dataplane_connect(monitor->config->runtime_dir, error, sizeof(error));
	if (monitor->dataplane == NULL) {
		lose(monitor, error);
		return;
	}
	if (store_contacts_cursor(
		    monitor->store, dataplane_instance(monitor->dataplane), &monitor->cursor) < 0) {
		// Better to read all contacts again than none: known ones add nothing.
		snprintf(monitor->cursor_problem, sizeof(monitor->cursor_problem), "%s",
			store_error(monitor->store));
		monitor->cursor = 0;
	}
	log_info("data plane reached");
}

// In the order of since_ns, which only ever grows.
static void tell_disarmed(struct monitor *monitor, const struct message_status *status)
{
	for (uint32_t i = 0; i < status->disarmed_count; i++) {
		if (status->disarmed[i].since_ns <= monitor->told_ns)
			continue;
		event_log_disarmed(monitor->log, &status->disarmed[i], status->generation.number);
		monitor->told_ns = status->disarmed[i].since_ns;
	}
}

static void observe(struct monitor *monitor)
{
	struct message_status status;
	char error[256];

	if (dataplane_status(monitor->dataplane, &status, error, sizeof(error)) < 0) {
		lose(monitor, error);
		return;
	}
	monitor->problem[0] = '\0';
	monitor->problem_since_ns = 0;
	monitor->generation = status.generation.number;
	history_add(monitor->history, monotonic_ns(), &status);
	tell_disarmed(monitor, &status);
	loader_observe(monitor->loader, &status);
	if (status.mode != (uint32_t)monitor->mode.mode &&
		dataplane_set_mode(monitor->dataplane, monitor->mode.mode, error, sizeof(error)) <
			0)
		lose(monitor, error);
}

// false: not stored.
static bool store_batch(struct monitor *monitor)
{
	if (bookkeeper_store(monitor->bookkeeper, dataplane_instance(monitor->dataplane),
		    monitor->batch, monitor->generation) < 0)
		return false;
	monitor->cursor_problem[0] = '\0';
	monitor->cursor = monitor->batch->next;
	return true;
}

static void drain(struct monitor *monitor)
{
	char error[256];

	if (monitor->dataplane == NULL)
		return;
	if (dataplane_contacts(monitor->dataplane, monitor->cursor, monitor->cursor, monitor->batch,
		    error, sizeof(error)) < 0) {
		lose(monitor, error);
		return;
	}
	if (monitor->batch->count == 0)
		return;
	// What cannot be stored is asked for again with the next tick, and so is what there is no
	// time for: contacts that change without end are told with all that happened meanwhile.
	if (store_batch(monitor) && monitor->batch->more &&
		monotonic_ms() < monitor->drain_until_ms)
		event_active(monitor->drain, 0, 0);
}

static void on_drain(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	drain(context);
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	struct monitor *monitor = context;

	(void)fd;
	(void)what;
	if (monitor->dataplane == NULL)
		reach(monitor);
	if (monitor->dataplane != NULL)
		observe(monitor);
	monitor->drain_until_ms = monotonic_ms() + DRAIN_MS;
	drain(monitor);
	notify_send("WATCHDOG=1");
}

static int read_mode(struct monitor *monitor, char *error, size_t error_size)
{
	struct setting setting;
	const int found = store_setting_get(monitor->store, SETTING_MODE, &setting);

	monitor->mode.mode = monitor->config->mode;
	snprintf(monitor->mode.actor, sizeof(monitor->mode.actor), "configuration");
	if (found < 0) {
		snprintf(error, error_size, "%s", store_error(monitor->store));
		return -1;
	}
	if (found == 1 && mode_parse(setting.value, &monitor->mode.mode)) {
		memcpy(monitor->mode.actor, setting.actor, sizeof(monitor->mode.actor));
		monitor->mode.changed_ns = setting.changed_ns;
	}
	return 0;
}

struct monitor *monitor_create(struct event_base *base, const struct config *config,
	struct store *store, struct loader *loader, struct event_log *log,
	struct bookkeeper *bookkeeper, char *error, size_t error_size)
{
	const struct timeval period = {.tv_usec = MONITOR_PERIOD_MS * 1000};
	struct monitor *monitor = calloc(1, sizeof(*monitor));

	if (monitor == NULL)
		goto no_memory;
	monitor->config = config;
	monitor->store = store;
	monitor->loader = loader;
	monitor->log = log;
	monitor->bookkeeper = bookkeeper;
	monitor->batch = malloc(MESSAGE_SIZE_MAX);
	monitor->history = history_create();
	monitor->tick = event_new(base, -1, EV_PERSIST, on_tick, monitor);
	monitor->drain = event_new(base, -1, 0, on_drain, monitor);
	if (monitor->batch == NULL || monitor->history == NULL || monitor->tick == NULL ||
		monitor->drain == NULL || event_add(monitor->tick, &period) < 0)
		goto no_memory;
	if (read_mode(monitor, error, error_size) < 0) {
		monitor_free(monitor);
		return NULL;
	}
	event_active(monitor->tick, 0, 0);
	return monitor;
no_memory:
	snprintf(error, error_size, "no memory to watch the data plane");
	monitor_free(monitor);
	return NULL;
}

void monitor_free(struct monitor *monitor)
{
	if (monitor == NULL)
		return;
	dataplane_close(monitor->dataplane);
	if (monitor->drain != NULL)
		event_free(monitor->drain);
	if (monitor->tick != NULL)
		event_free(monitor->tick);
	history_free(monitor->history);
	free(monitor->batch);
	free(monitor);
}

static int write_mode(
	struct monitor *monitor, const char *actor, enum mode before, const char *detail)
{
	if (store_begin(monitor->store) < 0)
		return -1;
	if (store_setting_set(monitor->store, SETTING_MODE, mode_name(monitor->mode.mode), actor) <
			0 ||
		store_audit_add(monitor->store, actor, "mode", mode_name(before),
			mode_name(monitor->mode.mode), detail) < 0 ||
		store_commit(monitor->store) < 0) {
		store_rollback(monitor->store);
		return -1;
	}
	return 0;
}

static int store_mode(
	struct monitor *monitor, const char *actor, enum mode before, const char *detail)
{
	int result;

	if (store_set_durable(monitor->store, true) < 0)
		return -1;
	result = write_mode(monitor, actor, before, detail);
	if (store_set_durable(monitor->store, false) < 0)
		return -1;
	return result;
}

// A connection may have broken since it was last used, so a second try with a new one.
static int apply_mode(struct monitor *monitor, enum mode mode)
{
	char error[256];

	for (int i = 0; i < 2; i++) {
		if (monitor->dataplane == NULL)
			reach(monitor);
		if (monitor->dataplane == NULL)
			return -1;
		if (dataplane_set_mode(monitor->dataplane, mode, error, sizeof(error)) == 0)
			return 0;
		lose(monitor, error);
	}
	return -1;
}

int monitor_set_mode(
	struct monitor *monitor, enum mode mode, const char *actor, char *error, size_t error_size)
{
	const enum mode before = monitor->mode.mode;
	int result = 0;

	if (apply_mode(monitor, mode) < 0) {
		snprintf(error, error_size, "no data plane (%s); it will be set once there is one",
			monitor->problem);
		result = 1;
	}
	log_info("mode %s, was %s, %s", mode_name(mode), mode_name(before), actor);
	monitor->mode.mode = mode;
	monitor->mode.changed_ns = utc_now_ns();
	snprintf(monitor->mode.actor, sizeof(monitor->mode.actor), "%s", actor);
	if (store_mode(monitor, actor, before, result == 0 ? "" : error) < 0) {
		snprintf(error, error_size, "%s; the mode is %s, but only until the next restart",
			store_error(monitor->store), mode_name(mode));
		return -1;
	}
	// The status that was seen before would be told until the next tick. Contacts can wait for
	// that: the answer cannot.
	if (monitor->dataplane != NULL)
		observe(monitor);
	return result;
}

void monitor_look(const struct monitor *monitor, struct monitor_view *view)
{
	*view = (struct monitor_view){
		.history = monitor->history,
		.mode = monitor->mode,
		.problem = monitor->problem,
		.problem_since_ns = monitor->problem_since_ns,
		.store_problem = monitor->cursor_problem[0] != '\0'
					 ? monitor->cursor_problem
					 : bookkeeper_problem(monitor->bookkeeper),
		.settled_early = bookkeeper_settled_early(monitor->bookkeeper),
	};
}
