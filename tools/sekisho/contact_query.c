// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/contact_query.h"

#include "dataplane/api/evidence.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/moment.h"

#include <stdio.h>
#include <string.h>

#define SHOWN_SIZE 64 // longer ones are cut

static bool refuse(const char *name, const char *option, const char *typed, const char *why)
{
	char shown[SHOWN_SIZE];

	snprintf(shown, sizeof(shown), "%s", typed);
	client_make_printable(shown);
	fprintf(stderr, "%s: --%s \"%s\": %s\n", name, option, shown, why);
	return false;
}

static bool put_text(json_t *request, const char *name, const char *option, const char *text)
{
	json_t *value;

	if (text == NULL)
		return true;
	value = json_string(text);
	if (value != NULL && *text != '\0')
		return json_object_set_new(request, option, value) == 0;
	json_decref(value);
	return refuse(
		name, option, text, *text != '\0' ? "not UTF-8" : "empty; leave it out to see all");
}

static bool put_time(json_t *request, const char *name, const char *option, const char *typed)
{
	char text[UTC_TEXT_SIZE];

	if (typed == NULL)
		return true;
	if (!moment_parse(typed, utc_now_ns(), text))
		return refuse(name, option, typed, "no time; 2026-11-22T06:30:00Z, 24h and 7d are");
	return json_object_set_new(request, option, json_string(text)) == 0;
}

static bool put_evidence(json_t *request, const char *name, const char *typed)
{
	if (typed == NULL)
		return true;
	for (enum evidence i = 0; i < EVIDENCE_COUNT; i++)
		if (strcmp(typed, evidence_name(i)) == 0)
			return json_object_set_new(request, "evidence", json_string(typed)) == 0;
	return refuse(name, "evidence", typed,
		"none; unsolicited, attempted, answered and conversed are");
}

json_t *contact_query_make(
	const char *name, const char *command, const struct client_options *options)
{
	json_t *request = json_pack("{ss}", "command", command);

	if (request != NULL && put_text(request, name, "subscriber", options->subscriber) &&
		put_time(request, name, "since", options->since) &&
		put_time(request, name, "until", options->until) &&
		put_text(request, name, "family", options->family) &&
		put_evidence(request, name, options->evidence) &&
		(options->limit == 0 ||
			json_object_set_new(request, "limit", json_integer(options->limit)) == 0))
		return request;
	json_decref(request);
	return NULL;
}
