// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <limits.h>
#include <stdio.h>

static void print_feed(const json_t *feed)
{
	bool healthy = json_is_true(json_object_get(feed, "healthy"));

	printf("%-16s %lld accepted, %lld rejected, %lld quarantined%s%s\n",
		client_text(feed, "name"), client_number(feed, "accepted"),
		client_number(feed, "rejected"), client_number(feed, "quarantined"),
		healthy ? "" : ": ", healthy ? "" : client_text(feed, "problem"));
}

// Nobody who loads one feed is told by the exit status about another.
static bool is_asked(const json_t *names, const json_t *feed)
{
	const json_t *name;
	size_t index;

	json_array_foreach (names, index, name)
		if (json_equal(name, json_object_get(feed, "name")))
			return true;
	return json_array_size(names) == 0;
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
	for (int i = 0; i < options.operand_count; i++) {
		if (json_array_append_new(names, json_string(options.operands[i])) == 0)
			continue;
		// Left out, it would turn "this feed" into "all feeds".
		client_make_printable(options.operands[i]);
		fprintf(stderr, "%s: \"%s\" is no name of a feed\n", argv[0], options.operands[i]);
		json_decref(names);
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	request = json_pack("{ss sb}", "command", "list-load", "force", options.force);
	if (options.operand_count)
		json_object_set(request, "feeds", names);
	answer = client_ask(options.socket, request, CLIENT_LIST_TIMEOUT_S);
	status = answer ? client_say_problem(argv[0], answer) : COMMAND_FAILED;
	json_array_foreach (json_object_get(answer, "feeds"), index, feed) {
		if (!json_is_true(json_object_get(feed, "healthy")) && is_asked(names, feed))
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
	json_decref(names);
	client_options_free(&options);
	return status;
}
