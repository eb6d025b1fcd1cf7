// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/capture.h"

#include "config/utc.h"
#include "tools/sekisho/capture_writer.h"

#include <pcap/pcap.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECOND_NS (1700000000u * UTC_NS_PER_S)

static char folder[] = "/tmp/sekisho-capture-test.XXXXXX";

static char *path_of(const char *name)
{
	static char paths[4][64];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

// One frame per time; its first byte is `mark` + its number.
static char *capture_make(
	const char *name, int link_type, uint8_t mark, const uint64_t *offsets_ns, size_t count)
{
	char *path = path_of(name);
	char error[CAPTURE_ERROR_SIZE];
	struct capture_writer *writer = capture_writer_open(path, link_type, error, sizeof(error));

	assert_non_null(writer);
	for (size_t i = 0; i < count; i++) {
		const uint8_t bytes[60] = {(uint8_t)(mark + i)};
		const struct capture_frame frame = {.bytes = bytes,
			.captured = sizeof(bytes),
			.length = 100,
			.time_ns = SECOND_NS + offsets_ns[i]};

		capture_writer_write(writer, &frame);
	}
	assert_true(capture_writer_close(writer, error, sizeof(error)));
	return path;
}

static struct captures *open_all(char *const paths[], size_t count)
{
	char error[CAPTURE_ERROR_SIZE] = "";
	struct captures *captures = captures_open(paths, count, error, sizeof(error));

	assert_string_equal(error, "");
	assert_non_null(captures);
	return captures;
}

static void expect_frame(struct captures *captures, uint8_t mark, uint64_t offset_ns)
{
	struct capture_frame frame;
	char error[CAPTURE_ERROR_SIZE];

	assert_int_equal(captures_next(captures, &frame, error, sizeof(error)), CAPTURE_FRAME);
	assert_int_equal(frame.bytes[0], mark);
	assert_int_equal(frame.time_ns, SECOND_NS + offset_ns);
	assert_int_equal(frame.captured, 60);
	assert_int_equal(frame.length, 100);
}

static void expect_end(struct captures *captures)
{
	struct capture_frame frame;
	char error[CAPTURE_ERROR_SIZE];

	assert_int_equal(captures_next(captures, &frame, error, sizeof(error)), CAPTURE_END);
}

static void several_are_merged_by_time(void **state)
{
	static const uint64_t first[] = {10, 30, 30, 50}, second[] = {5, 30, 40};
	char *paths[] = {capture_make("first", DLT_EN10MB, 0x10, first, 4),
		capture_make("second", DLT_RAW, 0x20, second, 3)};
	struct captures *captures = open_all(paths, 2);
	uint64_t bytes, total;

	(void)state;
	assert_int_equal(captures_first_ns(captures), SECOND_NS + 5);
	assert_int_equal(captures_link_type(captures), -1);
	expect_frame(captures, 0x20, 5);
	expect_frame(captures, 0x10, 10);
	expect_frame(captures, 0x11, 30); // of equal times the file named first
	expect_frame(captures, 0x12, 30);
	expect_frame(captures, 0x21, 30);
	expect_frame(captures, 0x22, 40);
	expect_frame(captures, 0x13, 50);
	expect_end(captures);
	assert_true(captures_progress(captures, &bytes, &total));
	assert_int_equal(bytes, total);
	captures_close(captures);
}

static void order_within_a_file_is_its_own(void **state)
{
	static const uint64_t times[] = {30, 10, 20};
	char *path = capture_make("backwards", DLT_EN10MB, 0x10, times, 3);
	struct captures *captures = open_all(&path, 1);

	(void)state;
	assert_int_equal(captures_link_type(captures), DLT_EN10MB);
	expect_frame(captures, 0x10, 30);
	expect_frame(captures, 0x11, 10);
	expect_frame(captures, 0x12, 20);
	expect_end(captures);
	captures_close(captures);
}

static void cut_file_ends_and_others_go_on(void **state)
{
	static const uint64_t cut_times[] = {10, 20}, times[] = {15, 25};
	char *paths[] = {capture_make("cut", DLT_EN10MB, 0x10, cut_times, 2),
		capture_make("whole", DLT_EN10MB, 0x20, times, 2)};
	struct capture_frame frame;
	char error[CAPTURE_ERROR_SIZE];

	(void)state;
	// File header, two records; the second loses its last byte.
	assert_int_equal(truncate(paths[0], 24 + 2 * (16 + 60) - 1), 0);
	struct captures *captures = open_all(paths, 2);
	expect_frame(captures, 0x10, 10);
	assert_int_equal(captures_next(captures, &frame, error, sizeof(error)), CAPTURE_BROKEN);
	assert_ptr_equal(strstr(error, paths[0]), error);
	assert_non_null(strstr(error, "after frame 1:"));
	expect_frame(captures, 0x20, 15);
	expect_frame(captures, 0x21, 25);
	expect_end(captures);
	captures_close(captures);
}

static void no_capture_is_refused(void **state)
{
	char *paths[] = {capture_make("good", DLT_EN10MB, 0, NULL, 0), path_of("bad")};
	char error[CAPTURE_ERROR_SIZE];
	FILE *file = fopen(paths[1], "w");

	(void)state;
	fputs("ip,transport,port,level\n", file);
	fclose(file);
	assert_null(captures_open(paths, 2, error, sizeof(error)));
	assert_ptr_equal(strstr(error, paths[1]), error);
	assert_non_null(strstr(error, "pcap or pcapng"));

	file = fopen(paths[1], "w");
	fputs("\x1f\x8b\x08", file);
	fclose(file);
	assert_null(captures_open(paths, 2, error, sizeof(error)));
	assert_non_null(strstr(error, "zcat"));

	unlink(paths[1]);
	assert_null(captures_open(paths, 2, error, sizeof(error)));
	assert_non_null(strstr(error, "No such file"));
	assert_null(strstr(error, "pcapng"));
}

static void file_is_known_by_any_name(void **state)
{
	static const uint64_t times[] = {10};
	char *path = capture_make("named", DLT_EN10MB, 0x10, times, 1);
	char *linked = path_of("linked"), *other = path_of("other");
	struct captures *captures = open_all(&path, 1);

	(void)state;
	assert_int_equal(symlink(path, linked), 0);
	assert_true(captures_contain(captures, path));
	assert_true(captures_contain(captures, linked));
	assert_false(captures_contain(captures, other));
	captures_close(captures);
	captures_close(NULL);
}

static int folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int folder_remove(void **state)
{
	static const char *const names[] = {
		"first", "second", "backwards", "cut", "whole", "good", "named", "linked"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_are_merged_by_time),
		cmocka_unit_test(order_within_a_file_is_its_own),
		cmocka_unit_test(cut_file_ends_and_others_go_on),
		cmocka_unit_test(no_capture_is_refused),
		cmocka_unit_test(file_is_known_by_any_name),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
