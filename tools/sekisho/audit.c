// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>

static void print_entry(const json_t *entry)
{
	const bool change = json_string_length(json_object_get(entry, "from")) > 0 ||
			    json_string_length(json_object_get(entry, "to")) > 0;

	printf("%lld  %s  %s  %s", client_number(entry, "id"), client_text(entry, "time"),
		client_text(entry, "actor"), client_text(entry, "action"));
	if (change)
		printf("  %s -> %s", client_text(entry, "from"), client_text(entry, "to"));
	if (json_string_length(json_object_get(entry, "detail")) > 0)
		printf("  %s", client_text(entry, "detail"));
	putchar('\n');
}

int audit_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer;
	const json_t *entry;
	size_t index;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT, 0,
		    "[--limit N] [--json] [--socket PATH | --config FILE]", &options, &status))
		return status;
	request = json_pack("{ss}", "command", "audit");
	if (options.limit)
		json_object_set_new(request, "limit", json_integer(options.limit));
	answer = client_request(&options, request);
	if (answer && options.json) {
		client_print_json(answer);
	} else {
		json_array_foreach (json_object_get(answer, "entries"), index, entry)
			print_entry(entry);
	}
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
