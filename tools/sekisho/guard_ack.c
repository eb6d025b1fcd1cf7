// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/endpoint_query.h"

#include <stdio.h>

// NULL: what is meant is not said, or twice; that has been printed.
static json_t *make_request(const char *name, const struct client_options *options)
{
	json_t *request = json_pack("{ss}", "command", "guard-ack");

	if (options->all == (options->operand_count > 0)) {
		fprintf(stderr, "%s: either ADDRESS[:PORT] or --all\n", name);
		goto fail;
	}
	if (options->operand_count && !endpoint_query_add(request, options->operands[0])) {
		client_make_printable(options->operands[0]);
		fprintf(stderr, "%s: \"%s\" is no ADDRESS or ADDRESS:PORT\n", name,
			options->operands[0]);
		goto fail;
	}
	if (options->all)
		json_object_set_new(request, "all", json_true());
	if (options->note && json_object_set_new(request, "note", json_string(options->note))) {
		fprintf(stderr, "%s: --note: not UTF-8\n", name);
		goto fail;
	}
	return request;
fail:
	json_decref(request);
	return NULL;
}

int guard_ack_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_ALL | CLIENT_NOTE, 1,
		    "ADDRESS[:PORT] | --all [--note TEXT] [--json] "
		    "[--socket PATH | --config FILE]",
		    &options, &status))
		return status;
	request = make_request(argv[0], &options);
	if (!request) {
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	answer = client_ask(options.socket, request, CLIENT_LIST_TIMEOUT_S);
	if (answer && options.json)
		client_print_json(answer);
	else if (answer)
		printf("%lld entries armed\n", client_number(answer, "armed"));
	status = answer ? client_say_problem(argv[0], answer) : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
