// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/overblock.h"

#include "config/transport.h"
#include "control/monitor.h"
#include "control/report/contact.h"
#include "control/report/error.h"

#include <stdio.h>
#include <string.h>

#define LIMIT_DEFAULT 1000
// So many are told of by name in the sentence about health.
#define NAMED_MAX 3

json_t *disarmed_json(const struct disarmed *disarmed)
{
	if (disarmed == NULL)
		return json_null();
	return json_pack("{s:s, s:I, s:I, s:o}", "limit", limit_name(disarmed->limit), "figure",
		(json_int_t)disarmed->figure, "allowed", (json_int_t)disarmed->allowed, "since",
		time_json(disarmed->since_ns));
}

// The feeds that list it now, each once.
static json_t *feeds_json(const struct service_key *key, const struct catalogue *catalogue,
	const struct config *config)
{
	const struct indicator *indicator =
		catalogue == NULL
			? NULL
			: catalogue_find(catalogue, &key->address, key->port, key->transport);
	json_t *feeds = json_array();
	uint16_t last = UINT16_MAX;

	for (uint32_t i = 0; indicator != NULL && i < indicator->source_count; i++) {
		const uint16_t feed = indicator->sources[i].feed;

		// Sources of one feed lie together.
		if (feed != last)
			json_array_append_new(feeds, json_string(config->feeds[feed].name));
		last = feed;
	}
	return feeds;
}

static json_t *entry_json(const struct disarmed *disarmed, const struct loader_view *lists,
	const struct config *config)
{
	const struct service_key *key = &disarmed->key;
	char address[ADDRESS_TEXT_SIZE], protocol[4];
	json_t *object = disarmed_json(disarmed);

	address_format(&key->address, address);
	json_object_set_new(object, "address", json_string(address));
	json_object_set_new(object, "port", key->port != 0 ? json_integer(key->port) : json_null());
	json_object_set_new(
		object, "transport", json_string(transport_name(key->transport, protocol)));
	json_object_set_new(object, "unit", json_string(limit_unit(disarmed->limit)));
	json_object_set_new(object, "feeds", feeds_json(key, lists->catalogue, config));
	return object;
}

json_t *guard_json(const struct control *control, const json_t *request)
{
	json_int_t limit = LIMIT_DEFAULT;
	struct monitor_view monitor;
	const struct sample *now;
	struct loader_view *lists;
	json_error_t error;
	json_t *entries, *answer;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s?I}", "limit", &limit) < 0)
		return error_json("guard: %s", error.text);
	if (limit < 1 || limit > GUARD_LIMIT_MAX)
		return error_json(
			"guard: limit %lld is not in 1..%d", (long long)limit, GUARD_LIMIT_MAX);
	monitor_look(control->monitor, &monitor);
	now = history_now(monitor.history);
	lists = loader_view(control->loader);
	entries = json_array();
	for (size_t i = 0; i < lists->overblock->count && i < (size_t)limit; i++)
		json_array_append_new(entries,
			entry_json(&lists->overblock->disarmed[i], lists, control->config));
	answer = json_pack("{s:I, s:o, s:I, s:I}", "total", (json_int_t)lists->overblock->count,
		"disarmed", entries, "untold",
		now == NULL ? (json_int_t)0 : (json_int_t)now->status.disarmed_untold, "uncounted",
		now == NULL ? (json_int_t)0 : (json_int_t)now->status.affected_evicted);
	loader_view_release(lists);
	return answer;
}

json_t *guard_choice(const json_t *request, struct loader_job *job)
{
	const char *address = NULL, *note = "";
	json_int_t port = 0;
	json_error_t error;
	int all = 0;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s?s, s?I, s?b, s?s}", "address",
		    &address, "port", &port, "all", &all, "note", &note) < 0)
		return error_json("guard-ack: %s", error.text);
	if ((address != NULL) == (all != 0))
		return error_json("guard-ack: either an address or all");
	if (address != NULL && !address_parse(address, strlen(address), &job->choice.address))
		return error_json("guard-ack: \"%s\" is no address", address);
	if (port < 0 || port > UINT16_MAX)
		return error_json("guard-ack: port %lld is not in 1..65535", (long long)port);
	if (strlen(note) >= sizeof(job->note))
		return error_json("guard-ack: a note has at most %zu bytes", sizeof(job->note) - 1);
	for (const char *at = note; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return error_json("guard-ack: a note is one line of text");
	job->choice.all = all;
	job->choice.port = (uint16_t)port;
	snprintf(job->note, sizeof(job->note), "%s", note);
	return NULL;
}

json_t *guard_answer_json(const struct loader_answer *answer)
{
	const char *problem = NULL;

	if (answer->error[0] != '\0')
		return error_json("%s", answer->error);
	if (answer->armed == 0)
		return error_json("guard-ack: no such entry is disarmed");
	if (!answer->delivered)
		problem = answer->problem[0] != '\0'
				  ? answer->problem
				  : "no data plane: it is handed over once there is one";
	return json_pack("{s:I, s:b, s:s?}", "armed", (json_int_t)answer->armed, "delivered",
		answer->delivered, "problem", problem);
}

void guard_problems(const struct loader_view *lists, json_t *problems)
{
	const struct overblock *overblock = lists->overblock;
	char text[NAMED_MAX * (DISARMED_TEXT_SIZE + 2) + 128], one[DISARMED_TEXT_SIZE];
	size_t used;

	if (overblock->count == 0)
		return;
	used = (size_t)snprintf(text, sizeof(text),
		"the over-block guard disarmed %zu %s, which only alert until sekisho guard ack: ",
		overblock->count, overblock->count == 1 ? "entry" : "entries");
	for (size_t i = 0; i < overblock->count && i < NAMED_MAX; i++) {
		disarmed_format(&overblock->disarmed[i], one);
		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "%s%s", i == 0 ? "" : "; ", one);
	}
	if (overblock->count > NAMED_MAX)
		snprintf(text + used, sizeof(text) - used, "; ...");
	json_array_append_new(problems, json_string(text));
}
