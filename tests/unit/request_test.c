// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define DESCRIPTORS_MAX 16

struct pair {
	int peer;
	int ours;
};

static int open_pair(void **state)
{
	static struct pair pair;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
		return -1;
	pair = (struct pair){.peer = fds[0], .ours = fds[1]};
	*state = &pair;
	return 0;
}

static int close_pair(void **state)
{
	struct pair *pair = *state;

	close(pair->ours);
	return close(pair->peer);
}

static void send_with(const struct pair *pair, const void *bytes, size_t size, size_t descriptors)
{
	struct iovec iovec = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size};
	union {
		char space[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
		struct cmsghdr aligned;
	} control = {0};
	struct msghdr message = {.msg_iov = &iovec, .msg_iovlen = 1};

	if (descriptors > 0) {
		struct cmsghdr *header;
		int fds[DESCRIPTORS_MAX];

		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(descriptors * sizeof(int));
		for (size_t i = 0; i < descriptors; i++)
			fds[i] = pair->peer;
		memcpy(CMSG_DATA(header), fds, descriptors * sizeof(int));
	}
	assert_int_equal(sendmsg(pair->peer, &message, 0), size);
}

static int lowest_free_descriptor(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

static void assert_refused(const struct pair *pair, const void *bytes, size_t size,
	size_t descriptors, const char *why)
{
	struct request request;
	char error[MESSAGE_TEXT_SIZE] = "";
	int free_before = lowest_free_descriptor();

	send_with(pair, bytes, size, descriptors);
	assert_int_equal(
		request_receive(pair->ours, &request, error, sizeof(error)), REQUEST_MALFORMED);
	if (!strstr(error, why))
		fail_msg("expected \"%s\", got \"%s\"", why, error);
	assert_null(strchr(error, '\n'));
	assert_int_equal(request.memfd, -1);
	assert_int_equal(lowest_free_descriptor(), free_before);
}

static struct request receive(const struct pair *pair)
{
	struct request request;
	char error[MESSAGE_TEXT_SIZE];

	assert_int_equal(
		request_receive(pair->ours, &request, error, sizeof(error)), REQUEST_COMPLETE);
	return request;
}

#define HEADER(kind, message) \
	{ \
		.type = (kind), .size = sizeof(message) \
	}

static void each_request_is_read(void **state)
{
	const struct pair *pair = *state;
	const struct message_hello hello = {.header = HEADER(MESSAGE_HELLO, hello), .version = 7};
	const struct message_status_request status = {.header = HEADER(MESSAGE_STATUS, status)};
	const struct message_mode mode = {
		.header = HEADER(MESSAGE_MODE, mode), .mode = MODE_ENFORCE};
	const struct message_generation generation = {
		.header = HEADER(MESSAGE_GENERATION, generation), .number = 1ull << 40};
	const struct message_contacts_request contacts = {
		.header = HEADER(MESSAGE_CONTACTS, contacts), .after = 3, .acknowledged = 2};
	struct request request;

	send_with(pair, &hello, sizeof(hello), 0);
	request = receive(pair);
	assert_int_equal(request.type, MESSAGE_HELLO);
	assert_int_equal(request.version, 7);

	send_with(pair, &status, sizeof(status), 0);
	assert_int_equal(receive(pair).type, MESSAGE_STATUS);

	send_with(pair, &mode, sizeof(mode), 0);
	request = receive(pair);
	assert_int_equal(request.type, MESSAGE_MODE);
	assert_int_equal(request.mode, MODE_ENFORCE);

	send_with(pair, &generation, sizeof(generation), 1);
	request = receive(pair);
	assert_int_equal(request.type, MESSAGE_GENERATION);
	assert_true(request.number == 1ull << 40);
	assert_int_equal(close(request.memfd), 0);

	send_with(pair, &contacts, sizeof(contacts), 0);
	request = receive(pair);
	assert_int_equal(request.type, MESSAGE_CONTACTS);
	assert_int_equal(request.after, 3);
	assert_int_equal(request.acknowledged, 2);
	assert_int_equal(request.memfd, -1);
}

static void sizes_must_be_exact(void **state)
{
	const struct pair *pair = *state;
	struct message_mode mode = {.header = HEADER(MESSAGE_MODE, mode)};
	uint8_t larger[4096] = {0};

	assert_refused(pair, &mode, 3, 0, "shorter than its header");
	assert_refused(pair, &mode, sizeof(mode) - 1, 0, "it must be 16");
	memcpy(larger, &mode, sizeof(mode));
	assert_refused(pair, larger, sizeof(mode) + 1, 0, "it must be 16");
	assert_refused(pair, larger, sizeof(larger), 0, "4096 bytes");
	mode.header.size++;
	assert_refused(pair, &mode, sizeof(mode), 0, "says 17");
}

static void types_must_be_requests(void **state)
{
	const struct pair *pair = *state;
	struct message_header header = {.size = sizeof(header)};
	const uint32_t types[] = {0, MESSAGE_ERROR, MESSAGE_CONTACTS + 1, UINT32_MAX};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		header.type = types[i];
		assert_refused(pair, &header, sizeof(header), 0, "is no request");
	}
}

static void values_must_be_in_range(void **state)
{
	const struct pair *pair = *state;
	struct message_mode mode = {.header = HEADER(MESSAGE_MODE, mode), .mode = MODE_COUNT};
	struct message_hello hello = {.header = HEADER(MESSAGE_HELLO, hello), .reserved = 1};

	assert_refused(pair, &mode, sizeof(mode), 0, "mode 3");
	mode.mode = MODE_ALERT;
	mode.reserved = 1;
	assert_refused(pair, &mode, sizeof(mode), 0, "reserved 1");
	assert_refused(pair, &hello, sizeof(hello), 0, "must be zero");
	hello.reserved = 0;
	hello.instance[INSTANCE_SIZE - 1] = 1;
	assert_refused(pair, &hello, sizeof(hello), 0, "must be zero");
}

static void descriptors_come_with_generations_alone(void **state)
{
	const struct pair *pair = *state;
	const struct message_generation generation = {
		.header = HEADER(MESSAGE_GENERATION, generation)};
	const struct message_status_request status = {.header = HEADER(MESSAGE_STATUS, status)};

	assert_refused(pair, &generation, sizeof(generation), 0, "carries 0 descriptors, not 1");
	assert_refused(pair, &generation, sizeof(generation), 2, "carries 2 descriptors, not 1");
	assert_refused(pair, &generation, sizeof(generation), 9, "more than 8 descriptors");
	assert_refused(pair, &status, sizeof(status), 1, "carries 1 descriptors, not 0");
}

static void silence_and_the_end_are_told_apart(void **state)
{
	struct pair *pair = *state;
	struct request request;
	char error[MESSAGE_TEXT_SIZE];

	assert_int_equal(request_receive(pair->ours, &request, error, sizeof(error)), REQUEST_NONE);
	shutdown(pair->peer, SHUT_RDWR);
	assert_int_equal(
		request_receive(pair->ours, &request, error, sizeof(error)), REQUEST_CLOSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_request_is_read, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(sizes_must_be_exact, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(types_must_be_requests, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(values_must_be_in_range, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(
			descriptors_come_with_generations_alone, open_pair, close_pair),
		cmocka_unit_test_setup_teardown(
			silence_and_the_end_are_told_apart, open_pair, close_pair),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
