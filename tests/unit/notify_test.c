// SPDX-License-Identifier: BSD-3-Clause
#include "config/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_at(const struct sockaddr_un *address, size_t path_length)
{
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)address,
				 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_length)),
		0);
	return fd;
}

static void expect_message(int fd, const char *expected)
{
	char message[64] = "";

	assert_int_equal(recv(fd, message, sizeof(message) - 1, 0), strlen(expected));
	assert_string_equal(message, expected);
}

static void test_path(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	(void)state;
	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/sekisho-notify-%d", getpid());
	fd = listen_at(&address, strlen(address.sun_path));
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
	notify_send("READY=1");
	expect_message(fd, "READY=1");
	close(fd);
	unlink(address.sun_path);
	notify_send("READY=1"); // nobody listens any more
}

static void test_abstract_name(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char name[32];
	int fd;

	(void)state;
	snprintf(name, sizeof(name), "@sekisho-notify-%d", getpid());
	strcpy(&address.sun_path[1], &name[1]);
	fd = listen_at(&address, strlen(name));
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("WATCHDOG=1\nSTATUS=well");
	expect_message(fd, "WATCHDOG=1\nSTATUS=well");
	close(fd);
}

static void test_no_manager(void **state)
{
	char path[200];

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "", 1);
	notify_send("READY=1");
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	setenv("NOTIFY_SOCKET", path, 1);
	notify_send("READY=1"); // longer than any socket's name
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_abstract_name),
		cmocka_unit_test(test_no_manager),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
