// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/command.h"

#include <limits.h>
#include <stdio.h>

// A million rows are read, merged, compiled and sent.
#define LOAD_TIMEOUT_S 120

static void print_feed(const json_t *feed)
{
	bool healthy = json_is_true(json_object_get(feed, "healthy"));

	printf("%-16s %lld accepted, %lld rejected, %lld quarantined%s%s\n",
		client_text(feed, "name"), client_number(feed, "accepted"),
		client_number(feed, "rejected"), client_number(feed, "quarantined"),
		healthy ? "" : ": ", healthy ? "" : client_text(feed, "problem"));
}

int list_load_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer, *names, *feed;
	const json_t *generation;
	size_t index;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_FORCE, INT_MAX,
		    "[--force] [--json] [--socket PATH | --config FILE] [FEED...]", &options,
		    &status))
		return status;
	names = json_array();
	for (int i = 0; i < options.operand_count; i++)
		json_array_append_new(names, json_string(options.operands[i]));
	request = json_pack("{ss sb}", "command", "list-load", "force", options.force);
	if (options.operand_count)
		json_object_set(request, "feeds", names);
	json_decref(names);
	answer = client_ask(options.socket, request, LOAD_TIMEOUT_S, false);
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_array_foreach (json_object_get(answer, "feeds"), index, feed) {
		if (!json_is_true(json_object_get(feed, "healthy")))
			status = COMMAND_UNWELL;
		if (!options.json)
			print_feed(feed);
	}
	generation = json_object_get(answer, "generation");
	if (answer && options.json)
		client_print_json(answer);
	else if (json_is_object(generation))
		printf("generation %lld: %lld rules, digest %.12s\n",
			client_number(generation, "number"), client_number(generation, "rules"),
			client_text(generation, "digest"));
	json_decref(answer);
	client_options_free(&options);
	return status;
}
