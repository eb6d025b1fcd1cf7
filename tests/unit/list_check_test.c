// SPDX-License-Identifier: BSD-3-Clause
// sekisho list check as a command: its output, which is a contract, and its exit status.
#include "tools/sekisho/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/list_file.h"

#include <jansson.h>

#include <fcntl.h>
#include <getopt.h>

struct result {
	int status;
	char output[8192], errors[2048];
};

static void take(int stream, int kept, int file, char *text, size_t size)
{
	dup2(kept, stream);
	close(kept);
	ssize_t length = pread(file, text, size - 1, 0);
	assert_true(length >= 0);
	text[length] = '\0';
	close(file);
}

// Up to six arguments after the command's name, the last one NULL.
static struct result run(char *arguments[])
{
	struct result result;
	char name[] = "sekisho list check";
	char *argv[8] = {name};
	int argc = 1;
	for (; arguments[argc - 1]; argc++)
		argv[argc] = arguments[argc - 1];
	fflush(stdout);
	int output = memfd_create("output", 0), errors = memfd_create("errors", 0);
	int kept_output = dup(STDOUT_FILENO), kept_errors = dup(STDERR_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	optind = 0; // getopt starts anew
	result.status = list_check_main(argc, argv);
	fflush(stdout);
	take(STDOUT_FILENO, kept_output, output, result.output, sizeof(result.output));
	take(STDERR_FILENO, kept_errors, errors, result.errors, sizeof(result.errors));
	return result;
}

#define RUN(...) run((char *[]){__VA_ARGS__, NULL})

static char option_json[] = "--json", option_quiet[] = "--quiet", option_verbose[] = "--verbose";
static char option_format[] = "--format", option_level[] = "--level", option_config[] = "--config";
static char option_feed[] = "--feed", word_table[] = "table";
static char word_plain[] = "plain", word_five[] = "5", missing[] = "/nonexistent";

static void good_list(void **state)
{
	(void)state;
	char expected[128];
	struct list_file file = list_file_make("192.0.2.1:80\n192.0.2.2\n");
	struct result result = RUN(file.path);
	assert_int_equal(result.status, COMMAND_OK);
	snprintf(expected, sizeof(expected), "%s: plain: 2 accepted, 0 rejected, 0 quarantined\n",
		file.path);
	assert_string_equal(result.output, expected);
	assert_string_equal(result.errors, "");
	list_file_remove(&file);
}

static void bad_rows(void **state)
{
	(void)state;
	char expected[1024];
	struct list_file file = list_file_make("# Reference: x\n192.0.2.1:80\n192.0.2.2:70000\n"
					       "10.0.0.1:23\n/bins.sh\n");
	const char *path = file.path;
	struct result result = RUN(file.path);
	assert_int_equal(result.status, COMMAND_UNWELL);
	snprintf(expected, sizeof(expected),
		"%s:3: 192.0.2.2:70000: bad-port: a port is a number from 1 to 65535\n"
		"%s:4: 10.0.0.1: special-use: a special-use address (RFC 6890) is nobody's server "
		"on the Internet (10.0.0.0/8)\n"
		"%s: maltrail: 1 accepted, 2 rejected (bad-port 1, not-endpoint 1), 1 quarantined "
		"(special-use 1)\n",
		path, path, path);
	assert_string_equal(result.output, expected);

	result = RUN(option_quiet, file.path);
	assert_int_equal(result.status, COMMAND_UNWELL);
	assert_null(strstr(result.output, "70000"));
	result = RUN(option_verbose, file.path);
	assert_non_null(strstr(result.output, ":5: /bins.sh: not-endpoint: "));
	list_file_remove(&file);
}

// What a format legitimately carries says nothing against a list.
static void paths_are_no_fault(void **state)
{
	(void)state;
	struct list_file file = list_file_make("192.0.2.1:80\n/bins.sh\n");
	assert_int_equal(RUN(file.path).status, COMMAND_OK);
	list_file_remove(&file);
}

static json_int_t integer(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void json(void **state)
{
	(void)state;
	struct list_file first = list_file_make("ip,transport,port,level,extra\n"
						"192.0.2.1,tcp,80,4,\n"
						"192.0.2.1,any,80,4,\n"
						"192.0.2.1,\xff,80,4,\n");
	struct list_file second = list_file_make("192.0.2.1:80\n[2001:db8::1]:80\n10.0.0.1:80\n");
	struct result result = RUN(option_json, first.path, second.path, missing);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_string_equal(result.errors,
		"sekisho list check: /nonexistent: cannot be opened: No such file or directory\n");
	json_t *root = json_loads(result.output, 0, NULL);
	assert_non_null(root);
	assert_int_equal(integer(root, "indicators"), 3);
	json_t *files = json_object_get(root, "files");
	assert_int_equal(json_array_size(files), 3);

	json_t *file = json_array_get(files, 0);
	assert_string_equal(json_string_value(json_object_get(file, "file")), first.path);
	assert_string_equal(json_string_value(json_object_get(file, "format")), "csv");
	assert_int_equal(integer(file, "accepted"), 2);
	assert_int_equal(integer(file, "rejected"), 1);
	assert_int_equal(integer(file, "quarantined"), 0);
	assert_int_equal(json_object_size(json_object_get(file, "reasons")), 1);
	assert_int_equal(integer(json_object_get(file, "reasons"), "bad-row"), 1);
	json_t *row = json_array_get(json_object_get(file, "rows"), 0);
	assert_int_equal(integer(row, "line"), 4);
	assert_string_equal(json_string_value(json_object_get(row, "value")), "\\xff");
	assert_string_equal(json_string_value(json_object_get(row, "reason")), "bad-row");
	assert_int_equal(json_array_size(json_object_get(file, "notices")), 1);
	assert_null(json_object_get(file, "error"));

	file = json_array_get(files, 1);
	assert_int_equal(integer(file, "accepted"), 2);
	assert_int_equal(integer(file, "quarantined"), 1);
	row = json_array_get(json_object_get(file, "rows"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "protected_by")), "10.0.0.0/8");

	file = json_array_get(files, 2);
	assert_true(json_is_null(json_object_get(file, "format")));
	assert_int_equal(integer(file, "accepted"), 0);
	assert_non_null(strstr(json_string_value(json_object_get(file, "error")), "opened"));
	json_decref(root);
	list_file_remove(&first);
	list_file_remove(&second);
}

static void configuration_protects(void **state)
{
	(void)state;
	char text[128];
	struct list_file never = list_file_make("192.0.2.1\n");
	snprintf(text, sizeof(text), "never_block = ( \"%s\" );\n", never.path);
	struct list_file config = list_file_make(text);
	struct list_file list = list_file_make("192.0.2.1:80\n");
	struct result result = RUN(option_config, config.path, list.path);
	assert_int_equal(result.status, COMMAND_UNWELL);
	assert_non_null(strstr(result.output, "1 quarantined (never-block 1)"));
	snprintf(text, sizeof(text), "(%s:1 192.0.2.1)\n", never.path);
	assert_non_null(strstr(result.output, text));
	assert_int_equal(RUN(option_config, missing, list.path).status, COMMAND_FAILED);
	list_file_remove(&never);
	list_file_remove(&config);
	list_file_remove(&list);
}

static void warninglist_protects(void **state)
{
	(void)state;
	char text[256];
	struct list_file never = list_file_make("{\"name\": \"Resolvers\", \"type\": \"cidr\",\n"
						"\"list\": [\"198.51.100.0/24\"]}");
	snprintf(text, sizeof(text), "never_block = ( \"%s\" );\n", never.path);
	struct list_file config = list_file_make(text);
	struct list_file list = list_file_make("198.51.100.7:80\n");
	struct result result = RUN(option_json, option_config, config.path, list.path);
	assert_int_equal(result.status, COMMAND_UNWELL);
	json_t *root = json_loads(result.output, 0, NULL);
	const json_t *file = json_array_get(json_object_get(root, "files"), 0);
	const json_t *row = json_array_get(json_object_get(file, "rows"), 0);
	snprintf(text, sizeof(text), "%s:2 198.51.100.0/24 (Resolvers)", never.path);
	assert_string_equal(json_string_value(json_object_get(row, "protected_by")), text);
	json_decref(root);
	list_file_remove(&never);
	never = list_file_make("{\"name\": \"n\", \"type\": \"regex\", \"list\": []}");
	snprintf(text, sizeof(text), "never_block = ( \"%s\" );\n", never.path);
	list_file_remove(&config);
	config = list_file_make(text);
	result = RUN(option_config, config.path, list.path);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_non_null(strstr(result.errors, "type 'regex': cidr, hostname and string"));
	list_file_remove(&never);
	list_file_remove(&config);
	list_file_remove(&list);
}

static void as_a_feed(void **state)
{
	(void)state;
	char text[512], expected[256];
	struct list_file list = list_file_make("host;p\n192.0.2.1;80\n192.0.2.2;0\n");
	snprintf(text, sizeof(text),
		"feeds = ( { name = \"table\"; path = \"%s\"; format = \"delimited\"; level = 4;\n"
		"separator = \";\"; columns = { ip = \"host\"; port = \"p\"; }; } );\n",
		list.path);
	struct list_file config = list_file_make(text);
	struct result result =
		RUN(option_quiet, option_config, config.path, option_feed, word_table);
	assert_int_equal(result.status, COMMAND_UNWELL);
	snprintf(expected, sizeof(expected),
		"%s: delimited: 1 accepted, 1 rejected (bad-port 1), 0 quarantined\n", list.path);
	assert_string_equal(result.output, expected);
	// Another file, read the same way.
	struct list_file other = list_file_make("p;host\n80;192.0.2.3\n");
	result = RUN(option_config, config.path, option_feed, word_table, other.path);
	assert_int_equal(result.status, COMMAND_OK);
	result = RUN(option_config, config.path, option_feed, word_plain);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_non_null(strstr(result.errors, "has no feed of that name"));
	result = RUN(option_feed, word_table);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_non_null(strstr(result.errors, "of which configuration?"));
	list_file_remove(&list);
	list_file_remove(&other);
	list_file_remove(&config);
}

static void usage(void **state)
{
	(void)state;
	struct list_file file = list_file_make("nonsense\n");
	struct result result = RUN(NULL);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_non_null(strstr(result.errors, "which FILE?"));
	result = RUN(option_format, word_five, file.path);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_non_null(strstr(result.errors, "--format 5: csv, maltrail, feodo, plain, "));
	result = RUN(option_level, word_five, file.path);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_non_null(strstr(result.errors, "--level 5"));
	result = RUN(file.path);
	assert_int_equal(result.status, COMMAND_FAILED);
	assert_non_null(strstr(result.errors, "not recognised"));
	result = RUN(option_format, word_plain, file.path);
	assert_int_equal(result.status, COMMAND_UNWELL);
	list_file_remove(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_list),
		cmocka_unit_test(bad_rows),
		cmocka_unit_test(paths_are_no_fault),
		cmocka_unit_test(json),
		cmocka_unit_test(configuration_protects),
		cmocka_unit_test(warninglist_protects),
		cmocka_unit_test(as_a_feed),
		cmocka_unit_test(usage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
