// SPDX-License-Identifier: BSD-3-Clause
#include "config/mode.h"

#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>

int mode_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer = NULL;
	enum mode mode;
	int status;

	if (!client_options_parse(argc, argv, 0, 1,
		    "[alert|shadow|enforce] [--json] [--socket PATH | --config FILE]", &options,
		    &status))
		return status;
	if (options.operand_count && !mode_parse(options.operands[0], &mode)) {
		client_make_printable(options.operands[0]);
		fprintf(stderr, "%s: \"%s\" is no mode; alert, shadow and enforce are\n", argv[0],
			options.operands[0]);
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	request = json_pack("{ss}", "command", "mode");
	if (options.operand_count)
		json_object_set_new(request, "mode", json_string(options.operands[0]));
	answer = client_request(&options, request);
	if (answer && options.json)
		client_print_json(answer);
	else if (answer)
		printf("%s\n", client_text(answer, "mode"));
	status = answer ? client_say_problem(argv[0], answer) : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
