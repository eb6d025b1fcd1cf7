// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/command.h"

#include <stdio.h>

#define FAMILIES_SIZE 256 // more are cut off

// Their names, separated by commas.
static void join_families(const json_t *families, char text[FAMILIES_SIZE])
{
	const json_t *family;
	size_t index, used = 0;

	snprintf(text, FAMILIES_SIZE, "-");
	json_array_foreach (families, index, family) {
		const char *name = json_string_value(family);
		int length = snprintf(text + used, FAMILIES_SIZE - used, "%s%s", used ? "," : "",
			name && *name ? name : "-");

		used += (size_t)length;
		if (used >= FAMILIES_SIZE)
			break;
	}
	client_make_printable(text);
}

static void print_subscriber(const json_t *subscriber)
{
	char families[FAMILIES_SIZE];

	join_families(json_object_get(subscriber, "families"), families);
	printf("%-24s %8lld  %-10s %5lld %8lld %8lld  %-27s %s\n",
		client_text(subscriber, "subscriber"), client_number(subscriber, "contacts"),
		client_text(subscriber, "evidence"), client_number(subscriber, "level"),
		client_number(subscriber, "packets_out"), client_number(subscriber, "packets_in"),
		client_text(subscriber, "last_seen"), families);
}

int subscribers_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer, *subscriber;
	size_t index;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT, 0,
		    "[--limit N] [--json] [--socket PATH | --config FILE]", &options, &status))
		return status;
	request = json_pack("{ss}", "command", "subscribers");
	if (options.limit)
		json_object_set_new(request, "limit", json_integer(options.limit));
	answer = client_request(&options, request);
	if (answer && options.json) {
		client_print_json(answer);
	} else if (answer) {
		printf("%lld infected subscribers\n",
			client_number(answer, "infected_subscribers"));
		printf("%-24s %8s  %-10s %5s %8s %8s  %-27s %s\n", "SUBSCRIBER", "CONTACTS",
			"EVIDENCE", "LEVEL", "OUT", "IN", "LAST SEEN", "FAMILIES");
		json_array_foreach (json_object_get(answer, "subscribers"), index, subscriber)
			print_subscriber(subscriber);
	}
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
