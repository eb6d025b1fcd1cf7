// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>

static void print_entry(const json_t *entry)
{
	const json_t *feed;
	size_t index;

	printf("%s %s/%s %lld %s, limit %lld (%s), since %s, feeds", client_text(entry, "address"),
		client_number_text(entry, "port", "any"), client_text(entry, "transport"),
		client_number(entry, "figure"), client_text(entry, "unit"),
		client_number(entry, "allowed"), client_text(entry, "limit"),
		client_text(entry, "since"));
	// Names of the configuration: letters, digits and a few signs.
	json_array_foreach (json_object_get(entry, "feeds"), index, feed)
		printf("%s %s", index == 0 ? "" : ",", json_string_value(feed));
	puts(index == 0 ? " -" : "");
}

static void print_guard(const json_t *answer)
{
	const json_t *entry;
	size_t index;

	json_array_foreach (json_object_get(answer, "disarmed"), index, entry)
		print_entry(entry);
	printf("%lld entries disarmed\n", client_number(answer, "total"));
	if (client_number(answer, "untold") > 0)
		printf("%lld more rules disarmed than the data plane can remember\n",
			client_number(answer, "untold"));
	if (client_number(answer, "uncounted") > 0)
		printf("%lld pairs of subscriber and rule forgotten for room: figures are too "
		       "low\n",
			client_number(answer, "uncounted"));
}

int guard_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT, 0,
		    "[--limit N] [--json] [--socket PATH | --config FILE]", &options, &status))
		return status;
	request = json_pack("{ss}", "command", "guard");
	if (options.limit)
		json_object_set_new(request, "limit", json_integer(options.limit));
	answer = client_request(&options, request);
	if (answer && options.json)
		client_print_json(answer);
	else if (answer)
		print_guard(answer);
	status = !answer                              ? COMMAND_FAILED
		 : client_number(answer, "total") > 0 ? COMMAND_UNWELL
						      : COMMAND_OK;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
