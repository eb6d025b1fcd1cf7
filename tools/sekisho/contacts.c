// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/contact_query.h"

#include <stdio.h>
#include <string.h>

#define ENDPOINT_SIZE 96

static void endpoint_text(const json_t *contact, char text[ENDPOINT_SIZE])
{
	snprintf(text, ENDPOINT_SIZE, "%.48s %lld/%.16s%s", client_text(contact, "address"),
		client_number(contact, "port"), client_text(contact, "transport"),
		json_is_true(json_object_get(contact, "any_port")) ? " (any)" : "");
}

// Under which key, where that is not the subscriber's name already.
static const char *key_text(const json_t *contact)
{
	const char *key = client_text(contact, "key");

	return strcmp(key, client_text(contact, "subscriber")) == 0 ? "-" : key;
}

static int wider(int width, const char *text)
{
	const int length = (int)strlen(text);

	return length > width ? length : width;
}

// The beginning of a row. No column for keys where each is its subscriber's name.
static void print_who(int who, const char *subscriber, int key, const char *text)
{
	printf("%-*s  ", who, subscriber);
	if (key > 0)
		printf("%-*s  ", key, text);
}

static void print_contacts(const json_t *contacts)
{
	char endpoint[ENDPOINT_SIZE];
	int who = (int)strlen("SUBSCRIBER"), whom = (int)strlen("SERVER"), key = 0;
	const json_t *contact;
	size_t index;

	// As wide as the widest: an IPv6 prefix is twice as long as any IPv4 address.
	json_array_foreach (contacts, index, contact) {
		endpoint_text(contact, endpoint);
		who = wider(who, client_text(contact, "subscriber"));
		whom = wider(whom, endpoint);
		if (strcmp(key_text(contact), "-") != 0)
			key = wider(key, key_text(contact));
	}
	print_who(who, "SUBSCRIBER", key, "KEY");
	printf("%-*s  %5s  %-14s %-11s %-8s %-3s %8s %8s  %s\n", whom, "SERVER", "LEVEL", "FAMILY",
		"EVIDENCE", "VERDICT", "DID", "OUT", "IN", "LAST SEEN");
	json_array_foreach (contacts, index, contact) {
		endpoint_text(contact, endpoint);
		print_who(who, client_text(contact, "subscriber"), key, key_text(contact));
		printf("%-*s  %5lld  %-14s %-11s %-8s %-3s %8lld %8lld  %s\n", whom, endpoint,
			client_number(contact, "level"), client_text(contact, "family"),
			client_text(contact, "evidence"), client_text(contact, "verdict"),
			json_is_true(json_object_get(contact, "applied")) ? "yes" : "no",
			client_number(contact, "packets_out"), client_number(contact, "packets_in"),
			client_text(contact, "last_seen"));
	}
}

int contacts_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer = NULL;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT | CLIENT_FILTER, 0, CONTACT_QUERY_USAGE,
		    &options, &status))
		return status;
	request = contact_query_make(argv[0], "contacts", &options);
	if (request)
		answer = client_request(&options, request);
	if (answer && options.json) {
		client_print_json(answer);
	} else if (answer) {
		print_contacts(json_object_get(answer, "contacts"));
	}
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
