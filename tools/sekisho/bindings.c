// SPDX-License-Identifier: BSD-3-Clause
#include "config/address.h"

#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>
#include <string.h>

static void print_bindings(const json_t *bindings)
{
	int who = (int)strlen("SUBSCRIBER"), what = (int)strlen("PREFIX");
	const json_t *binding;
	size_t index;

	json_array_foreach (bindings, index, binding) {
		const int name_length = (int)strlen(client_text(binding, "subscriber"));
		const int prefix_length = (int)strlen(client_text(binding, "prefix"));

		who = name_length > who ? name_length : who;
		what = prefix_length > what ? prefix_length : what;
	}
	printf("%-*s  %-*s  %-24s  %-24s  %-15s %s\n", what, "PREFIX", who, "SUBSCRIBER", "FROM",
		"UNTIL", "NAS", "SESSION");
	json_array_foreach (bindings, index, binding)
		printf("%-*s  %-*s  %-24s  %-24s  %-15s %s\n", what, client_text(binding, "prefix"),
			who, client_text(binding, "subscriber"), client_text(binding, "start"),
			client_text(binding, "end"), client_text(binding, "nas"),
			client_text(binding, "session"));
}

int bindings_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer;
	struct address address;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT | CLIENT_NAME | CLIENT_AT, 1,
		    "[ADDRESS] [--at TIME] [--subscriber NAME] [--limit N] [--json] "
		    "[--socket PATH | --config FILE]",
		    &options, &status))
		return status;
	if (options.operand_count &&
		!address_parse(options.operands[0], strlen(options.operands[0]), &address)) {
		client_make_printable(options.operands[0]);
		fprintf(stderr, "%s: \"%s\" is no ADDRESS; 192.0.2.7 and 2001:db8::7 are\n",
			argv[0], options.operands[0]);
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	request = json_pack("{ss}", "command", "bindings");
	if (options.operand_count)
		json_object_set_new(request, "address", json_string(options.operands[0]));
	if (options.subscriber)
		json_object_set_new(request, "subscriber", json_string(options.subscriber));
	if (options.at)
		json_object_set_new(request, "at", json_string(options.at));
	if (options.limit)
		json_object_set_new(request, "limit", json_integer(options.limit));
	answer = client_request(&options, request);
	if (answer && options.json)
		client_print_json(answer);
	else if (answer && options.at && json_array_size(json_object_get(answer, "bindings")) == 0)
		printf("nobody is known to have held %s at %s\n", options.operands[0],
			client_text(answer, "at"));
	else if (answer)
		print_bindings(json_object_get(answer, "bindings"));
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
