// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/disarmed_text.h"
#include "tools/sekisho/endpoint_query.h"

#include <stdio.h>

static void print_indicator(const json_t *indicator)
{
	const json_t *source;
	size_t index;

	printf("%s %s/%s level %lld, confidence %lld, family %s, action %s\n",
		json_object_get(indicator, "domain") ? client_text(indicator, "domain")
						     : client_text(indicator, "address"),
		client_number_text(indicator, "port", "any"), client_text(indicator, "transport"),
		client_number(indicator, "level"), client_number(indicator, "confidence"),
		client_text(indicator, "family"), client_text(indicator, "action"));
	if (json_is_string(json_object_get(indicator, "sinkhole")))
		printf("    a known sinkhole: %s\n", client_text(indicator, "sinkhole"));
	disarmed_text_print(indicator);
	json_array_foreach (json_object_get(indicator, "sources"), index, source)
		printf("    %s:%lld level %lld, %s, valid until %s\n", client_text(source, "feed"),
			client_number(source, "line"), client_number(source, "level"),
			client_text(source, "reference"), client_text(source, "valid_until"));
}

static void print_quarantined(const json_t *answer)
{
	const json_t *row;
	size_t index;

	json_array_foreach (json_object_get(answer, "quarantined"), index, row)
		printf("%s:%lld %s %s: %s\n", client_text(row, "feed"), client_number(row, "line"),
			client_text(row, "value"), client_text(row, "reason"),
			client_text(row, "protected_by"));
	printf("%lld rows quarantined", client_number(answer, "total"));
	if (client_number(answer, "left_off") > 0)
		printf(", %lld more not kept", client_number(answer, "left_off"));
	putchar('\n');
}

static void print_indicators(const json_t *answer)
{
	const json_t *indicator;
	size_t index;

	json_array_foreach (json_object_get(answer, "indicators"), index, indicator)
		print_indicator(indicator);
	printf("%lld indicators\n", client_number(answer, "total"));
}

// What is asked for into the request; what is quarantined has no port.
static bool add_operand(json_t *request, const struct client_options *options)
{
	if (options->quarantined)
		return json_object_set_new(request, "address", json_string(options->operands[0])) ==
		       0;
	return endpoint_query_add(request, options->operands[0]);
}

int list_show_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_LIMIT | CLIENT_QUARANTINED, 1,
		    "[ADDRESS[:PORT] | --quarantined [ADDRESS|DOMAIN]] [--limit N] [--json] "
		    "[--socket PATH | --config FILE]",
		    &options, &status))
		return status;
	request = json_pack("{ss sb}", "command", "list-show", "quarantined", options.quarantined);
	if (options.operand_count && !add_operand(request, &options)) {
		client_make_printable(options.operands[0]);
		fprintf(stderr, "%s: \"%s\" is no ADDRESS or ADDRESS:PORT\n", argv[0],
			options.operands[0]);
		json_decref(request);
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	if (options.limit)
		json_object_set_new(request, "limit", json_integer(options.limit));
	answer = client_request(&options, request);
	if (answer && options.json)
		client_print_json(answer);
	else if (answer && options.quarantined)
		print_quarantined(answer);
	else if (answer)
		print_indicators(answer);
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
