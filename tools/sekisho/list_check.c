// SPDX-License-Identifier: BSD-3-Clause

// sekisho list check: reads list files as the control plane would, and says what it makes of them.

#include "control/feed/text.h"
#include "control/list.h"
#include "tools/sekisho/command.h"

#include <jansson.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ERROR_SIZE 512
#define PATH_SIZE  512

// For rows that name none: what a feed has in the configuration if it does not say.
#define LEVEL_DEFAULT 3

static const char help[] =
	"usage: sekisho list check [OPTION]... FILE...\n"
	"       sekisho list check --config FILE --feed NAME [OPTION]... [FILE]...\n"
	"\n"
	"Reads lists of C&C servers as the control plane would and reports every row that it\n"
	"would refuse. Changes nothing.\n"
	"\n"
	"  --format F     csv, maltrail, feodo, feodo-json, threatfox, threatfox-json, sslbl,\n"
	"                 drop, iprep, zeek-intel or plain; default: detected, file by file\n"
	"  --feed NAME    as the feed of that name in --config, which can say more, such as\n"
	"                 what the columns of a delimited table mean; FILE may be left out\n"
	"  --level N      1..4, for rows that name no level; default 3\n"
	"  --config FILE  never_block and subscribers of a sekisho.conf; default: special-use\n"
	"                 addresses alone are protected\n"
	"  --quiet        one line for each file, not one for each row\n"
	"  --verbose      also the rows that a format legitimately carries and that are no\n"
	"                 endpoints (URLs and paths)\n"
	"  --json         one JSON object instead of a text\n"
	"\n"
	"Exit status: 0 all rows are good (URLs and paths aside); 1 rows were rejected or\n"
	"quarantined; 2 a file could not be read as a list.\n";

struct check {
	struct list_options options;
	const char *config_path, *feed_name;
	bool quiet, verbose, json;

	struct config *config;
	char *feed_path; // of --feed
	struct guard *guard;
	struct catalogue *catalogue;
	json_t *files;          // with --json
	json_t *rows, *notices; // of the file at hand
	bool unwell, failed;
};

static bool is_bad(const struct list_report *report)
{
	uint32_t bad = report->rejected + report->quarantined;
	for (enum feed_reason reason = 0; reason < FEED_REASON_COUNT; reason++)
		if (list_expects(reason))
			bad -= report->reasons[reason];
	return bad > 0;
}

static void print_row(void *context, const struct list_refusal *refusal)
{
	const struct check *check = context;
	const char *code = feed_reason_code(refusal->reason);
	char path[PATH_SIZE];
	if (check->quiet || (list_expects(refusal->reason) && !check->verbose))
		return;
	if (check->json) {
		json_t *row = json_pack("{s:I, s:s, s:s, s:s*}", "line", (json_int_t)refusal->line,
			"value", refusal->value, "reason", code, "protected_by",
			refusal->protected_by);
		json_array_append_new(check->rows, row);
		return;
	}
	printf("%s:%u: %s: %s: %s", text_show(refusal->path, path, sizeof(path)), refusal->line,
		refusal->value, code, feed_reason_text(refusal->reason));
	if (refusal->protected_by)
		printf(" (%s)", refusal->protected_by);
	putchar('\n');
}

static void print_notice(void *context, const char *path, uint32_t line, const char *text)
{
	const struct check *check = context;
	char shown[PATH_SIZE];
	if (check->json)
		json_array_append_new(check->notices,
			json_pack("{s:I, s:s}", "line", (json_int_t)line, "text", text));
	else
		printf("%s:%u: note: %s\n", text_show(path, shown, sizeof(shown)), line, text);
}

// " (bad-port 4, no-port 12)" of those reasons that do, or do not, quarantine.
static void print_reasons(const struct list_report *report, bool quarantine)
{
	const char *separator = " (";
	for (enum feed_reason reason = 0; reason < FEED_REASON_COUNT; reason++) {
		if (report->reasons[reason] == 0 || list_quarantines(reason) != quarantine)
			continue;
		printf("%s%s %u", separator, feed_reason_code(reason), report->reasons[reason]);
		separator = ", ";
	}
	if (separator[0] == ',')
		putchar(')');
}

static void print_summary(const char *path, const struct list_report *report)
{
	printf("%s: %s: %u accepted, %u rejected", path, feed_format_name(report->format),
		report->accepted, report->rejected);
	print_reasons(report, false);
	printf(", %u quarantined", report->quarantined);
	print_reasons(report, true);
	putchar('\n');
}

static void append_summary(
	struct check *check, const char *path, const struct list_report *report, const char *error)
{
	json_t *reasons = json_object();
	for (enum feed_reason reason = 0; reason < FEED_REASON_COUNT; reason++)
		if (report->reasons[reason] > 0)
			json_object_set_new(reasons, feed_reason_code(reason),
				json_integer(report->reasons[reason]));
	const char *format = error ? NULL : feed_format_name(report->format);
	json_t *file = json_pack("{s:s, s:s?, s:I, s:I, s:I, s:o, s:O, s:O, s:s*}", "file", path,
		"format", format, "accepted", (json_int_t)report->accepted, "rejected",
		(json_int_t)report->rejected, "quarantined", (json_int_t)report->quarantined,
		"reasons", reasons, "rows", check->rows, "notices", check->notices, "error", error);
	json_array_append_new(check->files, file);
}

static void check_file(struct check *check, const char *program, const char *path)
{
	char error[ERROR_SIZE], shown_error[ERROR_SIZE], shown[PATH_SIZE];
	struct list_report report;
	if (check->json) {
		check->rows = json_array();
		check->notices = json_array();
	}
	text_show(path, shown, sizeof(shown));
	int status = list_load(path, &check->options, check->guard, check->catalogue, &report,
		error, sizeof(error));
	if (status < 0) {
		text_show(error, shown_error, sizeof(shown_error));
		fprintf(stderr, "%s: %s\n", program, shown_error);
		report = (struct list_report){0};
		check->failed = true;
	} else if (is_bad(&report)) {
		check->unwell = true;
	}
	if (check->json) {
		append_summary(check, shown, &report, status < 0 ? shown_error : NULL);
		json_decref(check->rows);
		json_decref(check->notices);
	} else if (status == 0) {
		print_summary(shown, &report);
	}
	check->options.number++;
}

static bool parse_options(struct check *check, int argc, char **argv)
{
	enum { FORMAT, LEVEL, CONFIG, FEED, QUIET, VERBOSE, JSON, HELP };
	static const struct option known[] = {
		{"format", required_argument, NULL, FORMAT},
		{"level", required_argument, NULL, LEVEL},
		{"config", required_argument, NULL, CONFIG},
		{"feed", required_argument, NULL, FEED},
		{"quiet", no_argument, NULL, QUIET},
		{"verbose", no_argument, NULL, VERBOSE},
		{"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, HELP},
		{0},
	};
	char names[FEED_FORMATS_SIZE];
	int option;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case FORMAT:
			if (feed_format_parse(optarg, &check->options.feed.format))
				break;
			fprintf(stderr, "%s: --format %s: %s would be right\n", argv[0], optarg,
				feed_formats(names));
			return false;
		case LEVEL:
			if (optarg[0] >= '1' && optarg[0] <= '4' && optarg[1] == '\0') {
				check->options.feed.level = (uint8_t)(optarg[0] - '0');
				break;
			}
			fprintf(stderr, "%s: --level %s: a level is 1, 2, 3 or 4\n", argv[0],
				optarg);
			return false;
		case CONFIG:
			check->config_path = optarg;
			break;
		case FEED:
			check->feed_name = optarg;
			break;
		case QUIET:
			check->quiet = true;
			break;
		case VERBOSE:
			check->verbose = true;
			break;
		case JSON:
			check->json = true;
			break;
		case HELP:
			fputs(help, stdout);
			exit(COMMAND_OK);
		default:
			return false;
		}
	}
	if (check->feed_name && !check->config_path) {
		fprintf(stderr, "%s: --feed %s: of which configuration? Add --config FILE\n",
			argv[0], check->feed_name);
		return false;
	}
	if (optind == argc && !check->feed_name) {
		fprintf(stderr, "%s: which FILE? --help says more\n", argv[0]);
		return false;
	}
	return true;
}

// The way a feed of the configuration is read goes before --format and --level.
static bool take_feed(struct check *check, const char *program)
{
	const struct config *config = check->config;

	for (size_t i = 0; config != NULL && i < config->feed_count; i++) {
		const struct config_feed *feed = &config->feeds[i];
		if (strcmp(feed->name, check->feed_name) == 0) {
			check->feed_path = feed->path;
			return list_feed_options(feed, &check->options.feed);
		}
	}
	fprintf(stderr, "%s: --feed %s: %s has no feed of that name\n", program, check->feed_name,
		check->config_path);
	return false;
}

static bool make_guard(struct check *check, const char *program)
{
	char error[CONFIG_ERROR_SIZE] = "out of memory";
	check->config =
		check->config_path ? config_load(check->config_path, error) : config_default();
	if (check->config)
		check->guard = guard_create(check->config, error, sizeof(error));
	if (!check->guard) {
		fprintf(stderr, "%s: %s\n", program, error);
		return false;
	}
	return !check->feed_name || take_feed(check, program);
}

static void print_total(const struct check *check, int file_count)
{
	size_t indicators = catalogue_count(check->catalogue);
	if (check->json) {
		json_t *root = json_pack(
			"{s:O, s:I}", "files", check->files, "indicators", (json_int_t)indicators);
		json_dumpf(root, stdout, JSON_INDENT(1));
		json_decref(root);
		putchar('\n');
	} else if (file_count > 1) {
		printf("%zu indicators in %d files\n", indicators, file_count);
	}
}

int list_check_main(int argc, char **argv)
{
	struct check check = {
		.options = {.feed.level = LEVEL_DEFAULT,
			.now_s = time(NULL),
			.refused = print_row,
			.noticed = print_notice},
	};
	const char *program = argv[0];
	int status = COMMAND_FAILED;
	check.options.context = &check;
	if (!parse_options(&check, argc, argv))
		return COMMAND_FAILED;

	check.files = json_array();
	if (!make_guard(&check, program))
		goto free_guard;
	check.catalogue = catalogue_create();
	if (!check.catalogue)
		goto out_of_memory;
	for (int i = optind; i < argc; i++)
		check_file(&check, program, argv[i]);
	if (optind == argc)
		check_file(&check, program, check.feed_path);
	if (!catalogue_seal(check.catalogue, check.options.now_s))
		goto out_of_memory;
	print_total(&check, argc - optind);
	status = check.failed ? COMMAND_FAILED : check.unwell ? COMMAND_UNWELL : COMMAND_OK;
	goto release_catalogue;

out_of_memory:
	fprintf(stderr, "%s: out of memory\n", program);
release_catalogue:
	catalogue_release(check.catalogue);
free_guard:
	guard_free(check.guard);
	config_free(check.config);
	json_decref(check.files);
	return status;
}
