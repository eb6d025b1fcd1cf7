// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/health.h"

#include "config/utc.h"
#include "control/monotonic.h"
#include "control/report/overblock.h"
#include "dataplane/api/counter.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Far longer than any loop of a worker, idle sleep included.
#define HEARTBEAT_MAX_NS UINT64_C(2000000000)
// Shares of packets mean nothing below so many.
#define DECODING_PACKETS_MIN 1000

static void say(json_t *problems, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(json_t *problems, const char *format, ...)
{
	char text[768];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	json_array_append_new(problems, json_string(text));
}

static void say_since(json_t *problems, const char *what, const char *problem, uint64_t since_ns)
{
	char since[UTC_TEXT_SIZE];

	utc_format(since_ns, 0, since);
	say(problems, "%s%s (since %s)", what, problem, since);
}

static void check_lists(json_t *problems, const struct loader_view *lists)
{
	char what[CONFIG_NAME_SIZE + 64];

	if (lists->problem[0] != '\0')
		say_since(problems, "lists: ", lists->problem, lists->problem_since_ns);
	for (size_t i = 0; i < lists->feed_count; i++) {
		const struct feed_state *feed = &lists->feeds[i];

		if (feed->problem[0] == '\0')
			continue;
		snprintf(what, sizeof(what), "feed %s: ", feed->name);
		say_since(problems, what, feed->problem, feed->problem_since_ns);
	}
}

static void check_registry(json_t *problems, const struct loader_view *lists)
{
	for (size_t i = 0; i < lists->registry_count; i++)
		if (lists->registry[i].problem[0] != '\0')
			say_since(problems, "subscribers: ", lists->registry[i].problem,
				lists->registry[i].problem_since_ns);
}

static uint64_t grown(
	const struct message_port *now, const struct message_port *before, enum counter counter)
{
	return before == NULL ? 0 : now->counters[counter] - before->counters[counter];
}

static void check_port(
	json_t *problems, const struct message_port *now, const struct message_port *before)
{
	const uint64_t full = grown(now, before, COUNTER_DROPPED_TX_FULL);
	const uint64_t crowded = grown(now, before, COUNTER_CONTACT_TABLE_FULL);
	const uint64_t forgotten = grown(now, before, COUNTER_STATE_FULL);

	if (!now->link_up)
		say(problems, "port %s (%s): no carrier", now->name, now->device);
	if (now->silent)
		say(problems, "port %s (%s): the sinkhole does not answer", now->name, now->device);
	if (full > 0)
		say(problems,
			"port %s: %" PRIu64 " packets lost lately because the port opposite did "
			"not take them in time",
			now->name, full);
	if (crowded > 0)
		say(problems,
			"port %s: %" PRIu64 " matched packets lately without a contact record; "
			"contact_limit is too low",
			now->name, crowded);
	if (forgotten > 0)
		say(problems,
			"port %s: %" PRIu64 " packets lately of contacts that found no room to be "
			"remembered and were only alerted",
			now->name, forgotten);
	if (before != NULL && now->no_mbuf > before->no_mbuf)
		say(problems,
			"port %s: packet buffers ran out lately; memory_mb or the descriptors "
			"are too low",
			now->name);
	if (before != NULL && now->driver_missed > before->driver_missed)
		say(problems,
			"port %s: the driver lost %" PRIu64
			" packets lately; the workers do not keep up",
			now->name, now->driver_missed - before->driver_missed);
}

// How many packets were not understood, for reasons of `kind` and for the first of them that is
// the most frequent.
struct reasons {
	uint64_t packets, most;
	enum counter main;
};

static struct reasons count_reasons(
	const struct message_port *now, const struct message_port *before, enum counter_kind kind)
{
	struct reasons reasons = {0};

	for (enum counter i = 0; i < COUNTER_COUNT; i++) {
		const uint64_t packets = grown(now, before, i);

		if (counter_infos[i].kind != kind)
			continue;
		reasons.packets += packets;
		if (packets > reasons.most) {
			reasons.most = packets;
			reasons.main = i;
		}
	}
	return reasons;
}

// Control frames are nobody's traffic: an idle link has little else. A busy port on which nothing
// is understood is another matter, whatever its frames are called.
static void check_decoding(json_t *problems, const struct message_port *now,
	const struct message_port *before, uint8_t limit_percent)
{
	const uint64_t received = grown(now, before, COUNTER_RECEIVED);
	const struct reasons undecoded = count_reasons(now, before, COUNTER_UNDECODED);
	const struct reasons control = count_reasons(now, before, COUNTER_CONTROL);
	const struct counter_info *reason =
		&counter_infos[control.most > undecoded.most ? control.main : undecoded.main];

	if (received < DECODING_PACKETS_MIN)
		return;
	if (undecoded.packets + control.packets >= received) {
		say(problems,
			"port %s: decodes nothing: every packet lately was of a kind that is not "
			"looked into, most of them %s (%s)",
			now->name, reason->name, reason->help);
		return;
	}
	const uint64_t traffic = received - control.packets;

	reason = &counter_infos[undecoded.main];
	if (traffic >= DECODING_PACKETS_MIN && undecoded.packets * 100 > traffic * limit_percent)
		say(problems,
			"port %s: %" PRIu64 " %% of the packets lately were of kinds that are not "
			"looked into, most of them %s (%s); undecoded_limit is %u %%",
			now->name, undecoded.packets * 100 / traffic, reason->name, reason->help,
			limit_percent);
}

static void check_dataplane(
	json_t *problems, const struct history *history, uint8_t undecoded_limit)
{
	const struct sample *now = history_now(history);
	const struct sample *before = history_minute(history);
	const struct message_status *status = &now->status;
	const uint64_t clock_ns = monotonic_ns();
	const bool comparable = before != NULL && before->status.port_count == status->port_count;

	for (uint32_t i = 0; i < status->port_count; i++) {
		const struct message_port *port_before =
			comparable ? &before->status.ports[i] : NULL;

		check_port(problems, &status->ports[i], port_before);
		check_decoding(problems, &status->ports[i], port_before, undecoded_limit);
	}
	for (uint32_t i = 0; i < status->worker_count; i++) {
		const struct message_worker *worker = &status->workers[i];

		if (clock_ns > worker->heartbeat_ns &&
			clock_ns - worker->heartbeat_ns > HEARTBEAT_MAX_NS)
			say(problems, "worker on CPU %u: no sign of life for %" PRIu64 " s",
				worker->core, (clock_ns - worker->heartbeat_ns) / 1000000000);
	}
	if (before != NULL && status->contacts_refused > before->status.contacts_refused)
		say(problems,
			"contact table full (%" PRIu64 "): contacts are refused; contact_limit is "
			"too low",
			status->contact_limit);
}

json_t *health_json(const struct monitor_view *monitor, const struct loader_view *lists,
	const struct event_log *log, uint8_t undecoded_limit)
{
	json_t *problems = json_array();

	if (problems == NULL)
		return NULL;
	if (history_now(monitor->history) != NULL)
		check_dataplane(problems, monitor->history, undecoded_limit);
	else
		say_since(problems, "no data plane: ",
			monitor->problem[0] != '\0' ? monitor->problem : "not asked yet",
			monitor->problem_since_ns);
	check_lists(problems, lists);
	check_registry(problems, lists);
	guard_problems(lists, problems);
	if (monitor->store_problem[0] != '\0')
		say(problems, "contacts cannot be stored: %s", monitor->store_problem);
	if (event_log_problem(log)[0] != '\0')
		say(problems, "events cannot be written: %s", event_log_problem(log));
	return problems;
}
