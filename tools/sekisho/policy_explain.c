// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"
#include "tools/sekisho/disarmed_text.h"
#include "tools/sekisho/endpoint_query.h"

#include <stdio.h>
#include <string.h>

// Why less is done than the policy's entry wants.
static const struct {
	const char *cap, *text;
} caps[] = {
	{"opt-out", "the subscriber opted out"},
	{"exempt", "the subscriber is exempt"},
	{"consent", "the subscriber has not consented"},
	{"any-port", "listed without a port, below level 4"},
	{"level", "caps of the configuration"},
	{"max_action", "max_action of the list"},
};

static const char *cap_text(const char *cap)
{
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		if (strcmp(caps[i].cap, cap) == 0)
			return caps[i].text;
	return cap;
}

static bool has(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);

	return value != NULL && !json_is_null(value);
}

static bool is(const json_t *object, const char *member, const char *word)
{
	const char *value = json_string_value(json_object_get(object, member));

	return value != NULL && strcmp(value, word) == 0;
}

static void print_outcome(const json_t *what)
{
	printf("    %-12s ", client_text(what, "evidence"));
	if (!has(what, "verdict"))
		fputs("not matched", stdout);
	else if (json_is_true(json_object_get(what, "applied")))
		fputs(client_text(what, "action"), stdout);
	else if (!is(what, "verdict", "alert"))
		printf("alert, counted as would be %s", client_text(what, "action"));
	else
		fputs("alert", stdout);
}

// "conversed    alert; entry 2 night wants drop; capped to police: caps of the configuration; mode
// alert"
static void print_case(const json_t *answer, const json_t *indicator, const json_t *what)
{
	print_outcome(what);
	if (has(what, "entry"))
		printf("; entry %lld%s%s wants %s", client_number(what, "entry"),
			has(what, "name") ? " " : "",
			has(what, "name") ? client_text(what, "name") : "",
			client_text(what, "wanted"));
	else
		fputs("; no entry fits", stdout);
	if (has(what, "cap"))
		printf("; capped to %s: %s", client_text(what, "action"),
			cap_text(client_text(what, "cap")));
	if (!is(what, "action", "alert") && has(indicator, "disarmed"))
		fputs("; disarmed", stdout);
	if (!is(what, "action", "alert") && !is(what, "mode", "enforce"))
		printf("; mode of the entry at most %s", client_text(what, "mode"));
	if (!is(what, "action", "alert") && !is(answer, "mode", "enforce"))
		printf("; mode %s", client_text(answer, "mode"));
	if (!is(what, "action", "alert") &&
		is(json_object_get(answer, "subscriber"), "group", "control"))
		printf("; in the control group of trial %s", client_text(answer, "trial"));
	putchar('\n');
}

static void print_indicator(const json_t *answer, const json_t *indicator)
{
	const json_t *element, *decides = json_object_get(indicator, "decides");
	size_t i;

	printf("%s %s/%s level %lld, confidence %lld, family %s, max_action %s",
		client_text(indicator, "address"), client_number_text(indicator, "port", "any"),
		client_text(indicator, "transport"), client_number(indicator, "level"),
		client_number(indicator, "confidence"), client_text(indicator, "family"),
		client_text(indicator, "max_action"));
	json_array_foreach (decides, i, element)
		printf("%s%s", i == 0 ? ": decides for " : " and ", json_string_value(element));
	if (has(answer, "port") && json_array_size(decides) == 0)
		fputs(": decides for nothing, another comes first", stdout);
	putchar('\n');
	json_array_foreach (json_object_get(indicator, "sources"), i, element)
		printf("    named by %s:%lld level %lld, %s\n", client_text(element, "feed"),
			client_number(element, "line"), client_number(element, "level"),
			client_text(element, "source"));
	disarmed_text_print(indicator);
	json_array_foreach (json_object_get(indicator, "cases"), i, element)
		print_case(answer, indicator, element);
}

static void print_subscriber(const json_t *answer)
{
	const json_t *flag, *subscriber = json_object_get(answer, "subscriber");
	size_t i;

	if (!json_is_object(subscriber)) {
		if (has(answer, "trial"))
			printf("trial %s runs: this is of its cohort; of the control group it is "
			       "only counted\n",
				client_text(answer, "trial"));
		return;
	}
	printf("subscriber %s", client_text(subscriber, "subscriber"));
	json_array_foreach (json_object_get(subscriber, "flags"), i, flag)
		printf("%s%s", i == 0 ? ": " : ", ", json_string_value(flag));
	putchar('\n');
}

static void print_answer(const json_t *answer)
{
	const json_t *indicators = json_object_get(answer, "indicators"), *row;
	size_t i;

	print_subscriber(answer);
	json_array_foreach (json_object_get(answer, "quarantined"), i, row)
		printf("%s:%lld names %s, withheld: %s, protected by %s\n",
			client_text(row, "feed"), client_number(row, "line"),
			client_text(row, "value"), client_text(row, "reason"),
			client_text(row, "protected_by"));
	json_array_foreach (indicators, i, row)
		print_indicator(answer, row);
	if (json_array_size(indicators) > 0)
		return;
	if (json_is_true(json_object_get(answer, "other_ports")))
		printf("%s is listed, but not there: counted as other port, and forwarded\n",
			client_text(answer, "address"));
	else
		printf("%s is not listed: forwarded\n", client_text(answer, "address"));
	if (client_number(answer, "quarantined_left_off") > 0)
		printf("%lld withheld rows of all lists are not kept, and may have named it\n",
			client_number(answer, "quarantined_left_off"));
}

int policy_explain_main(int argc, char **argv)
{
	static const char usage[] = "ADDRESS[:PORT][/tcp|/udp] [--subscriber ID|ADDRESS] [--json] "
				    "[--socket PATH | --config FILE]";
	struct client_options options;
	json_t *request, *answer;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_NAME, 1, usage, &options, &status))
		return status;
	if (options.operand_count == 0) {
		fprintf(stderr, "usage: %s %s\n", argv[0], usage);
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	request = json_pack("{ss}", "command", "policy-explain");
	if (!endpoint_query_add_service(request, options.operands[0])) {
		client_make_printable(options.operands[0]);
		fprintf(stderr,
			"%s: \"%s\" is no ADDRESS[:PORT][/tcp|/udp]; 192.0.2.7:6667/tcp is\n",
			argv[0], options.operands[0]);
		json_decref(request);
		client_options_free(&options);
		return COMMAND_FAILED;
	}
	if (options.subscriber)
		json_object_set_new(request, "subscriber", json_string(options.subscriber));
	answer = client_request(&options, request);
	if (answer && options.json)
		client_print_json(answer);
	else if (answer)
		print_answer(answer);
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
