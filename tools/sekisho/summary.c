// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/summary.h"

#include "tools/sekisho/client.h"

#include <stdio.h>

static const char *yes(const json_t *object, const char *member, const char *no)
{
	return json_is_true(json_object_get(object, member)) ? "" : no;
}

static void put_mode(const json_t *status, char *line)
{
	const json_t *mode = json_object_get(status, "mode");

	snprintf(line, SUMMARY_LINE_SIZE, "mode         %s (configured: %s; set by: %s)",
		client_text(mode, "current"), client_text(mode, "configured"),
		client_text(mode, "set_by"));
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
		"(level 4: %lld, 3: %lld, 2: %lld, 1: %lld)",
		client_number(generation, "number"), client_text(generation, "digest"),
		client_number(generation, "age_s"), client_number(generation, "rules"),
		client_number(levels, "4"), client_number(levels, "3"), client_number(levels, "2"),
		client_number(levels, "1"));
}

static void put_matched(const json_t *status, char *line)
{
	const json_t *counters = json_object_get(status, "counters");

	snprintf(line, SUMMARY_LINE_SIZE,
		"matched      %lld packets; dropped by verdict %lld, would drop %lld, other port "
		"%lld",
		client_number(counters, "matched"), client_number(counters, "dropped_verdict"),
		client_number(counters, "would_drop"), client_number(counters, "other_port"));
}

static void put_infected(const json_t *status, char *line)
{
	const json_t *contacts = json_object_get(status, "contacts");

	snprintf(line, SUMMARY_LINE_SIZE, "infected     %lld subscribers, %lld contacts stored",
		client_number(status, "infected_subscribers"), client_number(contacts, "stored"));
}

static void put_port(const json_t *port, char *line)
{
	snprintf(line, SUMMARY_LINE_SIZE,
		"  %-20s %-20s in %9lld pps %12lld bit/s  out %9lld pps %12lld bit/s%s",
		client_text(port, "name"), client_text(port, "device"),
		client_number(port, "received_pps"), client_number(port, "received_bps"),
		client_number(port, "forwarded_pps"), client_number(port, "forwarded_bps"),
		yes(port, "link_up", "  no carrier"));
}

static void put_family(const json_t *family, char *line)
{
	snprintf(line, SUMMARY_LINE_SIZE, "  %-20s %lld subscribers", client_text(family, "family"),
		client_number(family, "subscribers"));
}

static void put_feed(const json_t *feed, char *line)
{
	snprintf(line, SUMMARY_LINE_SIZE,
		"  feed %-15s %lld accepted, %lld rejected, %lld quarantined%s%s",
		client_text(feed, "name"), client_number(feed, "accepted"),
		client_number(feed, "rejected"), client_number(feed, "quarantined"),
		yes(feed, "healthy", ": "),
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
		put_mode, put_generation, put_matched, put_infected};
	const json_t *problems = json_object_get(status, "problems");

	if (index == 0) {
		snprintf(line, SUMMARY_LINE_SIZE, "sekisho %s: %s", client_text(status, "version"),
			*yes(status, "healthy", "-") ? "NOT HEALTHY" : "healthy");
		return true;
	}
	index--;
	if (index < json_array_size(problems)) {
		const char *text = json_string_value(json_array_get(problems, index));

		snprintf(line, SUMMARY_LINE_SIZE, "  ! %s", text ? text : "?");
		return true;
	}
	index -= json_array_size(problems);
	if (index < sizeof(heads) / sizeof(heads[0])) {
		heads[index](status, line);
		return true;
	}
	index -= sizeof(heads) / sizeof(heads[0]);
	return in_array(json_object_get(status, "families"), &index, put_family, line) ||
	       in_array(json_object_get(status, "ports"), &index, put_port, line) ||
	       in_array(json_object_get(status, "feeds"), &index, put_feed, line);
}
