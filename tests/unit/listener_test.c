// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/listener.h"

#include "config/config.h"
#include "dataplane/api/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY ((uid_t)-1)

static char root[] = "/tmp/listener_test.XXXXXX";
static char directory[64];

static int make_root(void **state)
{
	(void)state;
	if (!mkdtemp(root))
		return -1;
	snprintf(directory, sizeof(directory), "%s/run", root);
	return 0;
}

static int remove_root(void **state)
{
	(void)state;
	rmdir(directory);
	return rmdir(root);
}

static void open_well(struct listener *listener)
{
	char error[CONFIG_ERROR_SIZE] = "";

	if (listener_open(listener, directory, NOBODY, NOBODY, error, sizeof(error)) != 0)
		fail_msg("%s", error);
}

static void makes_directory_and_socket(void **state)
{
	struct listener listener;
	struct stat stat_buffer;

	(void)state;
	open_well(&listener);
	assert_int_equal(stat(directory, &stat_buffer), 0);
	assert_int_equal(stat_buffer.st_mode & 07, 0);
	assert_int_equal(stat(listener.path, &stat_buffer), 0);
	assert_true(S_ISSOCK(stat_buffer.st_mode));
	assert_int_equal(stat_buffer.st_mode & 0777, 0660);
	listener_close(&listener);
	assert_int_equal(access(listener.path, F_OK), -1);
}

static void replaces_what_a_killed_process_left(void **state)
{
	struct listener killed, next;

	(void)state;
	open_well(&killed);
	close(killed.fd);
	open_well(&next);
	listener_close(&next);
}

static void refuses_beside_a_running_one(void **state)
{
	struct listener running, second;
	char error[CONFIG_ERROR_SIZE] = "";

	(void)state;
	open_well(&running);
	assert_int_equal(
		listener_open(&second, directory, NOBODY, NOBODY, error, sizeof(error)), -1);
	assert_non_null(strstr(error, running.path));
	assert_non_null(strstr(error, "another data plane is running"));
	assert_int_equal(access(running.path, F_OK), 0);
	listener_close(&running);
}

static void leaves_alone_what_is_no_socket(void **state)
{
	struct listener listener;
	char error[CONFIG_ERROR_SIZE] = "";
	char path[128];
	FILE *file;

	(void)state;
	mkdir(directory, 0750);
	snprintf(path, sizeof(path), "%s/%s", directory, MESSAGE_SOCKET);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(
		listener_open(&listener, directory, NOBODY, NOBODY, error, sizeof(error)), -1);
	assert_non_null(strstr(error, path));
	assert_int_equal(unlink(path), 0);
}

static void names_what_is_too_long(void **state)
{
	struct listener listener;
	char error[CONFIG_ERROR_SIZE] = "";
	char path[110];

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(listener_open(&listener, path, NOBODY, NOBODY, error, sizeof(error)), -1);
	assert_non_null(strstr(error, "runtime_dir"));
	assert_non_null(strstr(error, "at most 107 characters"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_directory_and_socket),
		cmocka_unit_test(replaces_what_a_killed_process_left),
		cmocka_unit_test(refuses_beside_a_running_one),
		cmocka_unit_test(leaves_alone_what_is_no_socket),
		cmocka_unit_test(names_what_is_too_long),
	};

	return cmocka_run_group_tests_name("listener", tests, make_root, remove_root);
}
