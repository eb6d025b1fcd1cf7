// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/summary.h"

#include "dataplane/api/counter.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/rate_text.h"

#include <stdio.h>
#include <string.h>

static const char *yes(const json_t *object, const char *member, const char *no)
{
	return json_is_true(json_object_get(object, member)) ? "" : no;
}

static void put_mode(const json_t *status, char *line)
{
	const json_t *mode = json_object_get(status, "mode");

	if (json_is_string(json_object_get(mode, "set_by")))
		snprintf(line, SUMMARY_LINE_SIZE,
			"mode         %s, set by %s at %s; the configuration says %s",
			client_text(mode, "current"), client_text(mode, "set_by"),
			client_text(mode, "set_at"), client_text(mode, "configured"));
	else
		snprintf(line, SUMMARY_LINE_SIZE, "mode         %s, as configured",
			client_text(mode, "current"));
}

static void put_generation(const json_t *status, char *line)
{
	const json_t *generation = json_object_get(status, "generation");
	const json_t *levels = json_object_get(generation, "levels");

	if (!json_is_object(generation)) {
		snprintf(line, SUMMARY_LINE_SIZE, "generation   none yet");
		return;
	}
	snprintf(line, SUMMARY_LINE_SIZE,
		"generation   %lld, digest %.12s, %lld s old, %lld rules "
		"(level 4: %lld, 3: %lld, 2: %lld, 1: %lld)%s",
		client_number(generation, "number"), client_text(generation, "digest"),
		client_number(generation, "age_s"), client_number(generation, "rules"),
		client_number(levels, "4"), client_number(levels, "3"), client_number(levels, "2"),
		client_number(levels, "1"),
		json_is_true(json_object_get(status, "rolled_back"))
			? "; rolled back until sekisho list load"
			: "");
}

static void put_matched(const json_t *status, char *line)
{
	const json_t *counters = json_object_get(status, "counters");

	snprintf(line, SUMMARY_LINE_SIZE,
		"matched      %lld packets; %lld dropped by verdict, %lld would be in enforce "
		"mode; "
		"%lld on another port",
		client_number(counters, "matched"),
		client_number(counters, "dropped_verdict") +
			client_number(counters, "dropped_policed"),
		client_number(counters, "would_drop"), client_number(counters, "other_port"));
}

// What was lost for any reason but a verdict.
static void put_lost(const json_t *status, char *line)
{
	const json_t *port, *counters = json_object_get(status, "counters");
	json_int_t missed = 0, lost = 0;
	size_t index;

	for (size_t i = 0; i < COUNTER_COUNT; i++)
		if (counter_infos[i].kind == COUNTER_DROP && i != COUNTER_DROPPED_VERDICT &&
			i != COUNTER_DROPPED_POLICED)
			lost += client_number(counters, counter_infos[i].name);
	json_array_foreach (json_object_get(status, "ports"), index, port)
		missed += client_number(port, "driver_missed");
	snprintf(line, SUMMARY_LINE_SIZE,
		"lost         %lld packets on the way out, %lld missed by drivers; %lld events",
		lost, missed, client_number(status, "events_lost"));
}

static void put_infected(const json_t *status, char *line)
{
	const json_t *contacts = json_object_get(status, "contacts");

	snprintf(line, SUMMARY_LINE_SIZE,
		"infected     %lld subscribers, %lld contacts stored; the data plane holds %lld of "
		"at "
		"most %lld",
		client_number(status, "infected_subscribers"), client_number(contacts, "stored"),
		client_number(contacts, "live"), client_number(contacts, "limit"));
}

// What a NAS was answered, and what it was not.
static void put_radius(const json_t *radius, char *line)
{
	const json_t *count;
	json_int_t accepted = 0, refused = 0;
	const char *name;

	json_object_foreach ((json_t *)json_object_get(radius, "accepted"), name, count)
		accepted += json_integer_value(count);
	json_object_foreach ((json_t *)json_object_get(radius, "refused"), name, count)
		refused += json_integer_value(count);
	snprintf(line, SUMMARY_LINE_SIZE,
		"accounting   %lld requests accepted, %lld repeated, %lld refused, %lld lost; "
		"%lld addresses held, %lld bindings stored",
		accepted, client_number(radius, "duplicates"), refused,
		client_number(radius, "lost"), client_number(radius, "bindings_open"),
		client_number(radius, "bindings"));
}

static void put_subscribers(const json_t *status, char *line)
{
	const json_t *subscribers = json_object_get(status, "subscribers"), *file;
	json_int_t accepted = 0, rejected = 0;
	size_t files = 0, index;

	json_array_foreach (json_object_get(subscribers, "mapping"), index, file) {
		accepted += client_number(file, "accepted");
		rejected += client_number(file, "rejected");
		files++;
	}
	if (files == 0)
		snprintf(line, SUMMARY_LINE_SIZE, "subscribers  known by their keys: no mapping");
	else
		snprintf(line, SUMMARY_LINE_SIZE,
			"subscribers  %lld keys mapped, %lld subscribers with flags; %zu files, "
			"%lld rows accepted, %lld rejected",
			client_number(subscribers, "mapped"), client_number(subscribers, "flagged"),
			files, accepted, rejected);
}

static void put_port(const json_t *port, char *line)
{
	char in_pps[RATE_TEXT_SIZE], in_bps[RATE_TEXT_SIZE], out_pps[RATE_TEXT_SIZE],
		out_bps[RATE_TEXT_SIZE], dropped[RATE_TEXT_SIZE], matched[RATE_TEXT_SIZE];

	rate_text_member(port, "received_pps", "pps", in_pps);
	rate_text_member(port, "received_bps", "bit/s", in_bps);
	rate_text_member(port, "forwarded_pps", "pps", out_pps);
	rate_text_member(port, "forwarded_bps", "bit/s", out_bps);
	rate_text_member(port, "dropped_pps", "pps", dropped);
	rate_text_member(port, "matched_pps", "pps", matched);
	snprintf(line, SUMMARY_LINE_SIZE,
		"  %-20s received %9s %11s  forwarded %9s %11s  dropped %9s  matched %9s  %s%s",
		client_text(port, "name"), in_pps, in_bps, out_pps, out_bps, dropped, matched,
		client_text(port, "device"), yes(port, "link_up", "  NO CARRIER"));
}

static void put_family(const json_t *family, char *line)
{
	const char *name = client_text(family, "family");

	snprintf(line, SUMMARY_LINE_SIZE, "  %-20s %lld subscribers",
		strcmp(name, "-") == 0 ? "no family named" : name,
		client_number(family, "subscribers"));
}

static void put_feed(const json_t *feed, char *line)
{
	snprintf(line, SUMMARY_LINE_SIZE,
		"  feed %-15s %lld indicators; %lld accepted, %lld rejected, %lld quarantined%s%s",
		client_text(feed, "name"), client_number(feed, "indicators"),
		client_number(feed, "accepted"), client_number(feed, "rejected"),
		client_number(feed, "quarantined"), yes(feed, "healthy", ": "),
		json_is_true(json_object_get(feed, "healthy")) ? "" : client_text(feed, "problem"));
}

// Takes `index` into an array: its row is printed, or the rows are counted off.
static bool in_array(
	const json_t *rows, size_t *index, void (*put)(const json_t *row, char *line), char *line)
{
	if (*index < json_array_size(rows)) {
		put(json_array_get(rows, *index), line);
		return true;
	}
	*index -= json_array_size(rows);
	return false;
}

bool summary_line(const json_t *status, size_t index, char line[SUMMARY_LINE_SIZE])
{
	static void (*const heads[])(const json_t *status, char *line) = {
		put_mode, put_generation, put_matched, put_lost, put_subscribers, put_infected};
	const json_t *problems = json_object_get(status, "problems");
	const json_t *radius = json_object_get(status, "radius");

	if (index == 0) {
		snprintf(line, SUMMARY_LINE_SIZE, "sekisho %s: %s", client_text(status, "version"),
			*yes(status, "healthy", "-") ? "NOT HEALTHY" : "healthy");
		return true;
	}
	index--;
	if (index < json_array_size(problems)) {
		const char *text = json_string_value(json_array_get(problems, index));

		snprintf(line, SUMMARY_LINE_SIZE, "  ! %s", text ? text : "?");
		client_make_printable(line);
		return true;
	}
	index -= json_array_size(problems);
	if (index < sizeof(heads) / sizeof(heads[0])) {
		heads[index](status, line);
		return true;
	}
	index -= sizeof(heads) / sizeof(heads[0]);
	if (json_is_object(radius)) {
		if (index == 0) {
			put_radius(radius, line);
			return true;
		}
		index--;
	}
	return in_array(json_object_get(status, "families"), &index, put_family, line) ||
	       in_array(json_object_get(status, "ports"), &index, put_port, line) ||
	       in_array(json_object_get(status, "feeds"), &index, put_feed, line);
}
