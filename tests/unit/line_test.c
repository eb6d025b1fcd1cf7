// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/list_file.h"

#include <stdlib.h>

static struct line_reader *open_bytes(struct list_file *file, const char *bytes, size_t size)
{
	char error[128];
	*file = list_file_make_bytes(bytes, size);
	struct line_reader *reader = line_reader_open(file->path, error, sizeof(error));
	assert_non_null(reader);
	return reader;
}

static void expect_line(struct line_reader *reader, uint32_t number, const char *text)
{
	char error[128];
	struct line line;
	assert_int_equal(line_next(reader, &line, error, sizeof(error)), 1);
	assert_string_equal(line.text, text);
	assert_int_equal(line.length, strlen(text));
	assert_int_equal(line.number, number);
	assert_false(line.too_long);
}

static void expect_end(struct line_reader *reader, struct list_file *file)
{
	char error[128];
	struct line line;
	assert_int_equal(line_next(reader, &line, error, sizeof(error)), 0);
	assert_int_equal(line_next(reader, &line, error, sizeof(error)), 0);
	line_reader_close(reader);
	list_file_remove(file);
}

static void ends_of_lines(void **state)
{
	(void)state;
	static const char bytes[] = "\xef\xbb\xbfone\r\n\ntwo\r\r\nlast";
	struct list_file file;
	struct line_reader *reader = open_bytes(&file, bytes, sizeof(bytes) - 1);
	expect_line(reader, 1, "one");
	expect_line(reader, 2, "");
	expect_line(reader, 3, "two\r");
	expect_line(reader, 4, "last");
	expect_end(reader, &file);
}

static void empty_file(void **state)
{
	(void)state;
	struct list_file file;
	expect_end(open_bytes(&file, "", 0), &file);
}

// Lines around the limit, each followed by one that must come through whole and rightly numbered.
static void longest_line(void **state)
{
	(void)state;
	static const size_t lengths[] = {LINE_SIZE_MAX - 2, LINE_SIZE_MAX - 1, LINE_SIZE_MAX,
		LINE_SIZE_MAX + 1, 131072, 589831};
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		size_t size = lengths[i] + 6;
		char *bytes = malloc(size + 1), error[128];
		assert_non_null(bytes);
		memset(bytes, 'x', lengths[i]);
		memcpy(bytes + lengths[i], "\nnext\n", 7);
		struct list_file file;
		struct line_reader *reader = open_bytes(&file, bytes, size);
		struct line line;
		assert_int_equal(line_next(reader, &line, error, sizeof(error)), 1);
		assert_int_equal(line.too_long, lengths[i] >= LINE_SIZE_MAX);
		assert_int_equal(
			line.length, lengths[i] < LINE_SIZE_MAX ? lengths[i] : LINE_SIZE_MAX - 1);
		assert_int_equal(strlen(line.text), line.length);
		expect_line(reader, 2, "next");
		expect_end(reader, &file);
		free(bytes);
	}
}

// Many buffers full of lines of all lengths.
static void many_lines(void **state)
{
	(void)state;
	enum { LINES = 4000 };
	char *bytes = malloc((size_t)LINES * 400), *end = bytes;
	assert_non_null(bytes);
	for (int i = 0; i < LINES; i++) {
		memset(end, 'a' + i % 26, (size_t)(i % 397));
		end += i % 397;
		*end++ = '\n';
	}
	struct list_file file;
	struct line_reader *reader = open_bytes(&file, bytes, (size_t)(end - bytes));
	for (int i = 0; i < LINES; i++) {
		char expected[400] = "";
		memset(expected, 'a' + i % 26, (size_t)(i % 397));
		expect_line(reader, (uint32_t)i + 1, expected);
	}
	expect_end(reader, &file);
	free(bytes);
}

static void nul_is_no_text(void **state)
{
	(void)state;
	char error[128] = "";
	struct list_file file = list_file_make_bytes("a\nb\0c\n", 6);
	assert_null(line_reader_open(file.path, error, sizeof(error)));
	assert_non_null(strstr(error, "NUL"));
	assert_non_null(strstr(error, file.path));
	list_file_remove(&file);
}

static void no_such_file(void **state)
{
	(void)state;
	char error[128] = "";
	assert_null(line_reader_open("/nonexistent/list", error, sizeof(error)));
	assert_string_equal(
		error, "/nonexistent/list: cannot be opened: No such file or directory");
	assert_null(line_reader_open("/", error, sizeof(error)));
	assert_string_equal(error, "/: cannot be read: Is a directory");
}

static void works_on_pipes(void **state)
{
	(void)state;
	int ends[2];
	char path[32], error[128];
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "one\ntwo", 7), 7);
	close(ends[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	struct line_reader *reader = line_reader_open(path, error, sizeof(error));
	assert_non_null(reader);
	size_t size;
	assert_memory_equal(line_peek(reader, &size), "one\ntwo", 7);
	assert_int_equal(size, 7);
	expect_line(reader, 1, "one");
	expect_line(reader, 2, "two");
	line_reader_close(reader);
	close(ends[0]);
}

static void trims_blanks(void **state)
{
	(void)state;
	char text[] = " \t a b\t ", blank[] = " \t";
	struct line line = {.text = text, .length = strlen(text)};
	line_trim(&line);
	assert_string_equal(line.text, "a b");
	assert_int_equal(line.length, 3);
	line = (struct line){.text = blank, .length = 2};
	line_trim(&line);
	assert_string_equal(line.text, "");
	assert_int_equal(line.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_of_lines),
		cmocka_unit_test(empty_file),
		cmocka_unit_test(longest_line),
		cmocka_unit_test(many_lines),
		cmocka_unit_test(nul_is_no_text),
		cmocka_unit_test(no_such_file),
		cmocka_unit_test(works_on_pipes),
		cmocka_unit_test(trims_blanks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
