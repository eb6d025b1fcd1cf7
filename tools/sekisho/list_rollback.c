// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>

int list_rollback_main(int argc, char **argv)
{
	struct client_options options;
	const json_t *generation;
	json_t *answer;
	int status;

	if (!client_options_parse(argc, argv, 0, 0, "[--json] [--socket PATH | --config FILE]",
		    &options, &status))
		return status;
	answer = client_ask(options.socket, json_pack("{ss}", "command", "list-rollback"),
		CLIENT_LIST_TIMEOUT_S);
	generation = json_object_get(answer, "generation");
	if (answer && options.json)
		client_print_json(answer);
	else if (answer)
		printf("generation %lld: %lld rules, digest %.12s\n",
			client_number(generation, "number"), client_number(generation, "rules"),
			client_text(generation, "digest"));
	status = answer ? client_say_problem(argv[0], answer) : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
