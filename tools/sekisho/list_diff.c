// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>

int list_diff_main(int argc, char **argv)
{
	struct client_options options;
	json_t *answer, *row;
	size_t index;
	int status;

	if (!client_options_parse(argc, argv, 0, 0, "[--json] [--socket PATH | --config FILE]",
		    &options, &status))
		return status;
	answer = client_ask(
		options.socket, json_pack("{ss}", "command", "list-diff"), CLIENT_LIST_TIMEOUT_S);
	if (answer && options.json) {
		client_print_json(answer);
	} else if (answer) {
		json_array_foreach (json_object_get(answer, "rows"), index, row)
			printf("%-8s %s %s/%s level %s -> %s, %s -> %s%s\n",
				client_text(row, "change"),
				client_text(
					row, json_object_get(row, "domain") ? "domain" : "address"),
				client_number_text(row, "port", "any"),
				client_text(row, "transport"),
				client_number_text(row, "level_before", "-"),
				client_number_text(row, "level_after", "-"),
				client_text(row, "action_before"), client_text(row, "action_after"),
				json_is_true(json_object_get(row, "newly_enforced"))
					? ", newly enforced"
					: "");
		if (json_is_true(json_object_get(answer, "more")))
			puts("and more");
		printf("%lld added, %lld removed, %lld changed; %lld newly enforced\n",
			client_number(answer, "added"), client_number(answer, "removed"),
			client_number(answer, "changed"), client_number(answer, "newly_enforced"));
	}
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
