// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"
#include "tools/sekisho/client_text.h"
#include "tools/sekisho/command.h"

#include <stdio.h>
#include <string.h>

#define CELL_SIZE 64

// The groups' names, of the JSON.
static const char *group_of(const json_t *answer, size_t index)
{
	const char *name =
		json_string_value(json_array_get(json_object_get(answer, "groups"), index));

	return name ? name : "?";
}

// Four digits, but no exponent.
static void number_text(const json_t *figure, const char *member, char text[CELL_SIZE / 4])
{
	const double value = client_real(figure, member);

	snprintf(text, CELL_SIZE / 4, value >= 1000 && value < 1e12 ? "%.0f" : "%.4g", value);
}

// "123.4 [110.2 140.9] (87)": value, interval, subscribers.
static void figure_text(const json_t *figure, bool count, char text[CELL_SIZE])
{
	const long long behind = client_number(figure, "subscribers");
	char value[CELL_SIZE / 4], low[CELL_SIZE / 4], high[CELL_SIZE / 4];

	if (!json_is_number(json_object_get(figure, "value"))) {
		snprintf(text, CELL_SIZE, "- (%lld)", behind);
	} else if (count) {
		snprintf(text, CELL_SIZE, "%lld", behind);
	} else {
		number_text(figure, "value", value);
		number_text(figure, "low", low);
		number_text(figure, "high", high);
		snprintf(text, CELL_SIZE, "%s [%s %s] (%lld)", value, low, high, behind);
	}
}

static bool is_count(const json_t *measure)
{
	const char *name = client_text(measure, "measure");

	return strcmp(name, "infected") == 0 || strcmp(name, "newly_infected") == 0;
}

static void print_measure(const json_t *answer, const json_t *measure)
{
	const json_t *effect = json_object_get(measure, "effect");
	const bool ratio = strcmp(client_text(measure, "effect_is"), "ratio") == 0;
	char first[CELL_SIZE], second[CELL_SIZE], change[CELL_SIZE] = "-";

	figure_text(json_object_get(measure, group_of(answer, 0)), is_count(measure), first);
	figure_text(json_object_get(measure, group_of(answer, 1)), is_count(measure), second);
	if (json_is_object(effect))
		snprintf(change, sizeof(change), "%s%.3f [%.3f %.3f]", ratio ? "x " : "",
			client_real(effect, "value"), client_real(effect, "low"),
			client_real(effect, "high"));
	printf("  %-15s  %-32s  %-32s  %-24s  %s\n", client_text(measure, "measure"), first, second,
		change, client_text(measure, "finding"));
}

static void print_head(const json_t *answer)
{
	const json_t *trial = json_object_get(answer, "trial");
	const json_t *first = json_object_get(answer, group_of(answer, 0));
	const json_t *second = json_object_get(answer, group_of(answer, 1));

	if (json_is_object(trial))
		printf("trial %s, %lld per mille, %s to %s\n", client_text(trial, "name"),
			client_number(trial, "per_mille"), client_text(first, "from"),
			client_text(first, "until"));
	else
		printf("after, %s to %s, against before, %s to %s\n", client_text(first, "from"),
			client_text(first, "until"), client_text(second, "from"),
			client_text(second, "until"));
	printf("figure [95 %% interval] (subscribers behind it); cleared: quiet for %lld days\n",
		client_number(answer, "quiet_days"));
	if (client_number(answer, "left_out") > 0)
		printf("%lld subscribers were in both groups and are left out\n",
			client_number(answer, "left_out"));
}

static void print_answer(const json_t *answer)
{
	const json_t *stratum, *measure;
	size_t i, j;

	print_head(answer);
	json_array_foreach (json_object_get(answer, "strata"), i, stratum) {
		if (json_is_true(json_object_get(stratum, "all")))
			printf("\nall families and levels\n");
		else
			printf("\n%s, level %lld\n",
				json_is_null(json_object_get(stratum, "family"))
					? "without a family"
					: client_text(stratum, "family"),
				client_number(stratum, "level"));
		printf("  %-15s  %-32s  %-32s  %-24s  %s\n", "MEASURE", group_of(answer, 0),
			group_of(answer, 1), "EFFECT", "FINDING");
		json_array_foreach (json_object_get(stratum, "measures"), j, measure)
			print_measure(answer, measure);
	}
	printf("\nBelow %lld subscribers in a group nothing is concluded of means, medians and\n"
	       "shares, nor of counts where chance alone would give a group fewer than %lld.\n"
	       "Of twenty comparisons without any effect one is found by chance.\n",
		client_number(answer, "subscribers_min"), client_number(answer, "expected_min"));
}

static void print_cells(const json_t *object, bool behind)
{
	static const char *const members[] = {"value", "low", "high"};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (json_is_number(json_object_get(object, members[i])))
			printf(",%.6g", client_real(object, members[i]));
		else
			putchar(',');
	}
	if (behind)
		printf(",%lld", client_number(object, "subscribers"));
}

// A family may have a comma or a quote in its name (RFC 4180).
static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void print_csv(const json_t *answer)
{
	const char *first = group_of(answer, 0), *second = group_of(answer, 1);
	const json_t *stratum, *measure;
	size_t i, j;

	printf("family,level,measure,%s,%s_low,%s_high,%s_subscribers,%s,%s_low,%s_high,"
	       "%s_subscribers,effect_is,effect,effect_low,effect_high,finding\n",
		first, first, first, first, second, second, second, second);
	json_array_foreach (json_object_get(answer, "strata"), i, stratum) {
		const bool all = json_is_true(json_object_get(stratum, "all"));

		json_array_foreach (json_object_get(stratum, "measures"), j, measure) {
			print_quoted(all ? "*" : client_text(stratum, "family"));
			printf(",%s,%s", all ? "*" : client_number_text(stratum, "level", ""),
				client_text(measure, "measure"));
			print_cells(json_object_get(measure, first), true);
			print_cells(json_object_get(measure, second), true);
			printf(",%s", client_text(measure, "effect_is"));
			print_cells(json_object_get(measure, "effect"), false);
			printf(",%s\n", client_text(measure, "finding"));
		}
	}
}

int report_effect_main(int argc, char **argv)
{
	struct client_options options;
	json_t *request, *answer;
	int status;

	if (!client_options_parse(argc, argv, CLIENT_EFFECT, 0,
		    "[--trial NAME | --before FROM..TO --after FROM..TO]\n"
		    "       [--quiet-days N] [--json | --csv] [--socket PATH | --config FILE]\n"
		    "FROM, TO: days in UTC, 2026-11-01, both included",
		    &options, &status))
		return status;
	request = json_pack("{ss}", "command", "report-effect");
	if (options.trial)
		json_object_set_new(request, "trial", json_string(options.trial));
	if (options.before)
		json_object_set_new(request, "before", json_string(options.before));
	if (options.after)
		json_object_set_new(request, "after", json_string(options.after));
	if (options.quiet_days)
		json_object_set_new(request, "quiet_days", json_integer(options.quiet_days));
	answer = client_request(&options, request);
	if (answer && options.json)
		client_print_json(answer);
	else if (answer && options.csv)
		print_csv(answer);
	else if (answer)
		print_answer(answer);
	status = answer ? COMMAND_OK : COMMAND_FAILED;
	json_decref(answer);
	client_options_free(&options);
	return status;
}
