// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/command.h"

#include <stdio.h>

static void print_contact(const json_t *contact)
{
	char endpoint[80];

	snprintf(endpoint, sizeof(endpoint), "%s %lld/%s", client_text(contact, "address"),
		client_number(contact, "port"), client_text(contact, "transport"));
	printf("%-24s %-34s %5lld  %-14s %-10s %-8s %-3s %8lld %8lld  %s\n",
		client_text(contact, "subscriber"), endpoint, client_number(contact, "level"),
		client_text(contact, "family"), client_text(contact, "evidence"),
		client_text(contact, "verdict"),
		json_is_true(json_object_get(contact, "applied")) ? "yes" : "no",
		client_number(contact, "packets_out"), client_number(contact, "packets_in"),
		client_text(contact, "last_seen"));
}

int contacts_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer, *contact;
	size_t index;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT | CLIENT_SUBSCRIBER, 0,
		    "[--subscriber ADDRESS] [--limit N] [--json] [--socket PATH | --config FILE]",
		    &options, &status))
		return status;
	request = json_pack("{ss}", "command", "contacts");
	if (options.subscriber)
		json_object_set_new(request, "subscriber", json_string(options.subscriber));
	if (options.limit)
		json_object_set_new(request, "limit", json_integer(options.limit));
	answer = client_request(&options, request);
	if (answer && options.json) {
		client_print_json(answer);
	} else if (answer) {
		printf("%-24s %-34s %5s  %-14s %-10s %-8s %-3s %8s %8s  %s\n", "SUBSCRIBER",
			"SERVER", "LEVEL", "FAMILY", "EVIDENCE", "VERDICT", "DID", "OUT", "IN",
			"LAST SEEN");
		json_array_foreach (json_object_get(answer, "contacts"), index, contact)
			print_contact(contact);
	}
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
