// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/contact_query.h"

#include <stdio.h>
#include <string.h>

#define NAMES_SIZE 256 // more are cut off
#define KEYS_SHOWN 3

// At most `shown` of them, separated by commas, and how many of `total` are not shown.
static void join_names(const json_t *names, size_t shown, json_int_t total, char text[NAMES_SIZE])
{
	const json_t *name;
	size_t index, used = 0;

	snprintf(text, NAMES_SIZE, "-");
	json_array_foreach (names, index, name) {
		if (index == shown || used >= NAMES_SIZE)
			break;
		const char *word = json_string_value(name);

		used += (size_t)snprintf(text + used, NAMES_SIZE - used, "%s%s", used ? "," : "",
			word && *word ? word : "-");
	}
	if (total > (json_int_t)shown && used < NAMES_SIZE)
		snprintf(text + used, NAMES_SIZE - used, " +%lld", total - (json_int_t)shown);
	client_make_printable(text);
}

// The keys, where they say more than the name does.
static void key_text(const json_t *subscriber, char text[NAMES_SIZE])
{
	join_names(json_object_get(subscriber, "keys"), KEYS_SHOWN,
		client_number(subscriber, "key_count"), text);
	if (strcmp(text, client_text(subscriber, "subscriber")) == 0)
		snprintf(text, NAMES_SIZE, "-");
}

static void print_subscriber(const json_t *subscriber, int width)
{
	const json_t *families = json_object_get(subscriber, "families");
	char names[NAMES_SIZE], keys[NAMES_SIZE];

	join_names(families, json_array_size(families), 0, names);
	key_text(subscriber, keys);
	printf("%-*s %8lld  %-10s %5lld %8lld %8lld  %-24s  %-24s  %-14s %s\n", width,
		client_text(subscriber, "subscriber"), client_number(subscriber, "contacts"),
		client_text(subscriber, "evidence"), client_number(subscriber, "level"),
		client_number(subscriber, "packets_out"), client_number(subscriber, "packets_in"),
		client_text(subscriber, "first_seen"), client_text(subscriber, "last_seen"), names,
		keys);
}

static void print_subscribers(const json_t *subscribers)
{
	int width = (int)strlen("SUBSCRIBER");
	const json_t *subscriber;
	size_t index;

	json_array_foreach (subscribers, index, subscriber) {
		const int length = (int)strlen(client_text(subscriber, "subscriber"));

		width = length > width ? length : width;
	}
	printf("%-*s %8s  %-10s %5s %8s %8s  %-24s  %-24s  %-14s %s\n", width, "SUBSCRIBER",
		"CONTACTS", "EVIDENCE", "LEVEL", "OUT", "IN", "FIRST SEEN", "LAST SEEN", "FAMILIES",
		"KEYS");
	json_array_foreach (subscribers, index, subscriber)
		print_subscriber(subscriber, width);
}

int subscribers_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer = NULL;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT | CLIENT_FILTER, 0, CONTACT_QUERY_USAGE,
		    &options, &status))
		return status;
	request = contact_query_make(argv[0], "subscribers", &options);
	if (request)
		answer = client_request(&options, request);
	if (answer && options.json) {
		client_print_json(answer);
	} else if (answer) {
		const json_t *subscribers = json_object_get(answer, "subscribers");
		const long long infected = client_number(answer, "infected_subscribers");
		const size_t shown = json_array_size(subscribers);

		if ((long long)shown == infected)
			printf("%lld infected subscribers\n", infected);
		else
			printf("%lld infected subscribers, %zu of them here\n", infected, shown);
		print_subscribers(subscribers);
	}
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
