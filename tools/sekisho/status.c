// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/summary.h"

#include <stdio.h>

int status_main(int argc, char **argv)
{
	struct client_options options;
	char line[SUMMARY_LINE_SIZE];
	json_t *answer;
	int status;

	if (!client_options_parse(argc, argv, 0, 0, "[--json] [--socket PATH | --config FILE]",
		    &options, &status))
		return status;
	answer = client_request(&options, json_pack("{ss}", "command", "status"));
	if (!answer) {
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	if (options.json)
		client_print_json(answer);
	else
		for (size_t i = 0; summary_line(answer, i, line); i++)
			puts(line);
	status = json_is_true(json_object_get(answer, "healthy")) ? COMMAND_OK : COMMAND_UNWELL;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
