// SPDX-License-Identifier: BSD-3-Clause
#include "control/warninglist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/list_file.h"

struct seen {
	enum warninglist_type type;
	char name[64], entries[256];
	unsigned stop_after; // 0: never
	unsigned count;
};

static bool see_begin(void *context, enum warninglist_type type, const char *name)
{
	struct seen *seen = context;
	seen->type = type;
	snprintf(seen->name, sizeof(seen->name), "%s", name);
	return true;
}

// "LINE TEXT;" for each.
static bool see_entry(void *context, uint32_t line, const char *text)
{
	struct seen *seen = context;
	size_t used = strlen(seen->entries);
	snprintf(seen->entries + used, sizeof(seen->entries) - used, "%u %s;", line, text);
	return ++seen->count != seen->stop_after;
}

static int read_text(const char *text, struct seen *seen, char *error, size_t error_size)
{
	struct list_file file = list_file_make(text);
	struct warninglist_sink sink = {seen, see_begin, see_entry};
	int status = warninglist_read(file.path, &sink, error, error_size);
	list_file_remove(&file);
	return status;
}

static void entries_have_lines(void **state)
{
	(void)state;
	static const struct {
		const char *text, *entries;
		enum warninglist_type type;
	} examples[] = {
		{"{\n \"name\": \"n\",\n \"type\": \"cidr\",\n \"list\": [\n  \"a\",\n  \"b\"\n "
		 "]\n}",
			"5 a;6 b;", WARNINGLIST_CIDR},
		{"{\"list\":[\"a\",\"b\"\n,\"c\"],\"type\":\"hostname\",\"name\":\"n\"}",
			"1 a;1 b;2 c;", WARNINGLIST_HOSTNAME},
		// Keys and values that look alike, nested, escaped.
		{"{\"description\":\"list\",\"matching_attributes\":[\"list\",{\"list\":[\"x\"]}],"
		 "\n"
		 "\"x\\\"]\":\"\\\\\",\"l\":{\"list\":\"y, z\"},\"name\":\"n\",\"version\":1,\n"
		 "\"li\\u0073t\" :\n [ \"a\\\"]\", \"b,\\\\\" ] , \"type\":\"string\"}",
			"4 a\"];4 b,\\;", WARNINGLIST_STRING},
		{"\xef\xbb\xbf {\"name\":\"n\",\"type\":\"cidr\",\"list\":[]}", "",
			WARNINGLIST_CIDR},
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct seen seen = {0};
		char error[256] = "";
		if (read_text(examples[i].text, &seen, error, sizeof(error)) < 0)
			fail_msg("%zu: %s", i, error);
		assert_string_equal(seen.entries, examples[i].entries);
		assert_string_equal(seen.name, "n");
		assert_int_equal(seen.type, examples[i].type);
	}
}

static void bad_files(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error;
	} examples[] = {
		{"{\n\"name\": \"n\",\n\"type\" \"cidr\"}", ":3: malformed JSON: "},
		{"{\"name\":\"n\",\"type\":\"cidr\",\"list\":[\"1.1.1.1\"", ":1: malformed JSON: "},
		{"{\"name\":\"n\",\n\"name\":\"m\"}", ":2: malformed JSON: "},
		{"{\"name\":\"n\",\"type\":\"regex\",\"list\":[]}",
			"type 'regex': cidr, hostname and string are supported"},
		{"{\"name\":\"n\",\"type\":\"substring\",\"list\":[]}",
			"type 'substring': cidr, hostname and string are supported"},
		{"{\"name\":\"n\",\"list\":[]}", "type '': cidr, hostname and string"},
		{"{\"name\":\"n\",\"type\":\"\\u001b[31m\",\"list\":[]}", "type '\\x1b[31m'"},
		{"{\"name\":\"n\",\"type\":\"cidr\"}", "no warninglist: "},
		{"{\"type\":\"cidr\",\"list\":[]}", "no warninglist: "},
		{"{\"name\":\"n\",\"type\":\"cidr\",\"list\":[\"a\",7]}",
			"entry 2 of \"list\" is not a text"},
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++) {
		struct seen seen = {0};
		char error[256] = "";
		assert_int_equal(read_text(examples[i].text, &seen, error, sizeof(error)), -1);
		if (!strstr(error, examples[i].error))
			fail_msg("%zu: %s", i, error);
		assert_ptr_equal(strstr(error, "/proc/self/fd/"), error);
	}
	struct seen seen = {0};
	struct warninglist_sink sink = {&seen, see_begin, see_entry};
	char error[256];
	assert_int_equal(warninglist_read("/nonexistent", &sink, error, sizeof(error)), -1);
	assert_non_null(strstr(error, "/nonexistent: cannot be opened"));
}

static void sink_may_end_it(void **state)
{
	(void)state;
	struct seen seen = {.stop_after = 1};
	char error[256] = "as it was";
	assert_int_equal(read_text("{\"name\":\"n\",\"type\":\"cidr\",\"list\":[\"a\",\"b\"]}",
				 &seen, error, sizeof(error)),
		-1);
	assert_string_equal(seen.entries, "1 a;");
	assert_string_equal(error, "as it was");
}

static void detected_by_content(void **state)
{
	(void)state;
	assert_true(warninglist_detect("{", 1));
	assert_true(warninglist_detect("\xef\xbb\xbf \r\n\t{", 8));
	assert_false(warninglist_detect("", 0));
	assert_false(warninglist_detect(" \n", 2));
	assert_false(warninglist_detect("192.0.2.1 {", 11));
	assert_false(warninglist_detect("\0{", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_have_lines),
		cmocka_unit_test(bad_files),
		cmocka_unit_test(sink_may_end_it),
		cmocka_unit_test(detected_by_content),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
