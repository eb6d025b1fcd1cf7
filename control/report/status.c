// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/status.h"

#include "config/config.h"
#include "config/utc.h"
#include "control/monotonic.h"
#include "control/report/contact.h"
#include "control/report/generation.h"
#include "control/report/health.h"
#include "control/report/list.h"
#include "control/report/radius.h"
#include "control/report/registry.h"
#include "control/report/trial.h"
#include "control/store/subscribers.h"
#include "control/trial.h"

#define BITS_PER_BYTE 8

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static double rate(uint64_t now, uint64_t before, double seconds)
{
	return seconds > 0 && now > before ? (double)(now - before) / seconds : 0;
}

static uint64_t dropped(const struct message_port *port)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < COUNTER_COUNT; i++)
		if (counter_infos[i].kind == COUNTER_DROP)
			sum += port->counters[i];
	return sum;
}

// Per second; null while there is nothing to compare with.
static void add_rates(json_t *object, const struct message_port *now,
	const struct message_port *before, double seconds)
{
	static const struct {
		const char *name;
		enum counter counter;
		double scale;
	} rates[] = {
		{"received_pps", COUNTER_RECEIVED, 1},
		{"received_bps", COUNTER_RECEIVED_BYTES, BITS_PER_BYTE},
		{"forwarded_pps", COUNTER_FORWARDED, 1},
		{"forwarded_bps", COUNTER_FORWARDED_BYTES, BITS_PER_BYTE},
		{"matched_pps", COUNTER_MATCHED, 1},
	};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		json_object_set_new(object, rates[i].name,
			before == NULL
				? json_null()
				: json_real(rates[i].scale *
					    rate(now->counters[rates[i].counter],
						    before->counters[rates[i].counter], seconds)));
	json_object_set_new(object, "dropped_pps",
		before == NULL ? json_null()
			       : json_real(rate(dropped(now), dropped(before), seconds)));
}

static json_t *counters_json(const uint64_t counters[COUNTER_COUNT])
{
	json_t *object = json_object();

	for (size_t i = 0; object != NULL && i < COUNTER_COUNT; i++)
		json_object_set_new(object, counter_infos[i].name, number(counters[i]));
	return object;
}

static json_t *ports_json(
	const struct sample *now, const struct sample *before, uint64_t totals[COUNTER_COUNT])
{
	const bool comparable =
		before != NULL && before->status.port_count == now->status.port_count;
	const double seconds = comparable ? (double)(now->at_ns - before->at_ns) / 1e9 : 0;
	json_t *ports = json_array();

	for (uint32_t i = 0; i < now->status.port_count; i++) {
		const struct message_port *port = &now->status.ports[i];
		json_t *object = json_pack("{s:s, s:s, s:b, s:b, s:o, s:o, s:o, s:o}", "name",
			port->name, "device", port->device, "link_up", port->link_up != 0, "silent",
			port->silent != 0, "driver_missed", number(port->driver_missed),
			"driver_errors", number(port->driver_errors), "no_mbuf",
			number(port->no_mbuf), "counters", counters_json(port->counters));

		for (size_t j = 0; j < COUNTER_COUNT; j++)
			totals[j] += port->counters[j];
		add_rates(object, port, comparable ? &before->status.ports[i] : NULL, seconds);
		json_array_append_new(ports, object);
	}
	return ports;
}

static double busy_percent(const struct message_worker *now, const struct message_worker *before)
{
	const uint64_t polls = now->polls - before->polls;
	const uint64_t empty = now->empty_polls - before->empty_polls;

	return polls == 0 ? 0 : 100.0 - 100.0 * (double)empty / (double)polls;
}

static json_t *workers_json(const struct sample *now, const struct sample *before)
{
	const bool comparable =
		before != NULL && before->status.worker_count == now->status.worker_count;
	const uint64_t clock_ns = monotonic_ns();
	json_t *workers = json_array();

	for (uint32_t i = 0; i < now->status.worker_count; i++) {
		const struct message_worker *worker = &now->status.workers[i];
		const uint64_t age_ns =
			clock_ns > worker->heartbeat_ns ? clock_ns - worker->heartbeat_ns : 0;
		json_t *busy = comparable
				       ? json_real(busy_percent(worker, &before->status.workers[i]))
				       : json_null();

		json_array_append_new(workers,
			json_pack("{s:i, s:o, s:o}", "core", (int)worker->core, "heartbeat_age_ms",
				number(age_ns / 1000000), "busy_percent", busy));
	}
	return workers;
}

// Adds what the data plane says about itself; zeros and nulls while there is none.
static void add_dataplane(json_t *status, const struct history *history)
{
	const struct sample *now = history_now(history);
	const struct sample *before = history_second(history);
	static const struct message_status silence;
	const struct message_status *said = now == NULL ? &silence : &now->status;
	uint64_t totals[COUNTER_COUNT] = {0};

	json_object_set_new(status, "dataplane",
		json_pack("{s:b, s:o, s:o, s:o, s:b, s:o}", "connected", now != NULL, "started",
			time_json(said->started_ns), "pool_size", number(said->pool_size),
			"pool_free", number(said->pool_free), "generation_building",
			said->generation_building != 0, "workers",
			now == NULL ? json_array() : workers_json(now, before)));
	json_object_set_new(status, "generation",
		generation_json(&said->generation, said->generation_since_ns));
	json_object_set_new(
		status, "ports", now == NULL ? json_array() : ports_json(now, before, totals));
	json_object_set_new(status, "counters", counters_json(totals));
	json_object_set_new(status, "contacts",
		json_pack("{s:o, s:o, s:o, s:o}", "live", number(said->contacts), "limit",
			number(said->contact_limit), "evicted", number(said->contacts_evicted),
			"refused", number(said->contacts_refused)));
}

static json_t *feeds_json(const struct loader_view *lists)
{
	json_t *feeds = json_array();

	for (size_t i = 0; i < lists->feed_count; i++)
		json_array_append_new(feeds, feed_state_json(&lists->feeds[i]));
	return feeds;
}

// Adds what the store knows; after add_dataplane.
static void add_infections(
	json_t *status, const struct control *control, const struct monitor_view *monitor)
{
	json_t *contacts = json_object_get(status, "contacts");
	json_t *families = json_array();
	struct infection_summary summary;

	if (store_infection_summary(control->store, &summary) < 0)
		json_array_append_new(json_object_get(status, "problems"),
			json_string(store_error(control->store)));
	for (size_t i = 0; i < summary.family_count; i++) {
		const struct family_count *family = &summary.families[i];

		json_array_append_new(
			families, json_pack("{s:s?, s:o}", "family",
					  family->family[0] != '\0' ? family->family : NULL,
					  "subscribers", number(family->subscribers)));
	}
	json_object_set_new(status, "infected_subscribers", number(summary.infected));
	json_object_set_new(status, "families", families);
	json_object_set_new(contacts, "stored", number(summary.contacts));
	json_object_set_new(contacts, "unsolicited", number(summary.unsolicited));
	json_object_set_new(contacts, "settled_early", number(monitor->settled_early));
}

json_t *mode_json(const struct control *control)
{
	struct monitor_view monitor;

	monitor_look(control->monitor, &monitor);
	return json_pack("{s:s, s:s, s:s?, s:o}", "current", mode_name(monitor.mode.mode),
		"configured", mode_name(control->config->mode), "set_by",
		monitor.mode.changed_ns != 0 ? monitor.mode.actor : NULL, "set_at",
		time_json(monitor.mode.changed_ns));
}

static void add_trial(json_t *status, const struct control *control)
{
	const char *problem = trials_problem(control->trials);
	struct trial trial;
	const bool runs = store_trial_running(control->store, &trial) == 1;

	json_object_set_new(status, "trial", runs ? trial_json(&trial) : json_null());
	if (problem[0] != '\0')
		json_array_append_new(json_object_get(status, "problems"), json_string(problem));
}

json_t *status_json(const struct control *control)
{
	struct loader_view *lists = loader_view(control->loader);
	struct monitor_view monitor;
	json_t *status;

	monitor_look(control->monitor, &monitor);
	status = json_pack("{s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "version",
		SEKISHO_VERSION, "time", time_json(utc_now_ns()), "started",
		time_json(control->started_ns), "problems",
		health_json(&monitor, lists, control->log, control->config->decode.undecoded_limit),
		"mode", mode_json(control), "rolled_back", lists->rolled_back, "feeds",
		feeds_json(lists), "subscribers", registry_json(lists), "events_lost",
		number(event_log_lost(control->log)));
	if (status != NULL) {
		add_dataplane(status, monitor.history);
		add_infections(status, control, &monitor);
		json_object_set_new(status, "radius", radius_json(control));
		radius_problems(control, json_object_get(status, "problems"));
		add_trial(status, control);
		json_object_set_new(status, "healthy",
			json_boolean(json_array_size(json_object_get(status, "problems")) == 0));
	}
	loader_view_release(lists);
	return status;
}
