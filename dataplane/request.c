// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// More than any request carries, so that a peer that sends several is told, not cut.
#define DESCRIPTORS_MAX 8

union received {
	struct message_header header;
	struct message_hello hello;
	struct message_status_request status;
	struct message_mode mode;
	struct message_generation generation;
	struct message_contacts_request contacts;
};

struct descriptors {
	int values[DESCRIPTORS_MAX];
	size_t count;
};

static void take_descriptors(struct msghdr *message, struct descriptors *descriptors)
{
	descriptors->count = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		descriptors->count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(descriptors->values, CMSG_DATA(c), descriptors->count * sizeof(int));
	}
}

static void close_descriptors(struct descriptors *descriptors)
{
	while (descriptors->count > 0)
		close(descriptors->values[--descriptors->count]);
}

static size_t expected_size(uint32_t type)
{
	switch (type) {
	case MESSAGE_HELLO:
		return sizeof(struct message_hello);
	case MESSAGE_STATUS:
		return sizeof(struct message_status_request);
	case MESSAGE_MODE:
		return sizeof(struct message_mode);
	case MESSAGE_GENERATION:
		return sizeof(struct message_generation);
	case MESSAGE_CONTACTS:
		return sizeof(struct message_contacts_request);
	default:
		return 0;
	}
}

// Length, type and descriptors, before anything else is believed.
static int check_envelope(const union received *received, size_t size, size_t descriptor_count,
	char *error, size_t error_size)
{
	size_t descriptors_expected;
	size_t expected;

	if (size < sizeof(received->header)) {
		snprintf(error, error_size,
			"a message of %zu bytes is shorter than its header of %zu", size,
			sizeof(received->header));
		return -1;
	}
	expected = expected_size(received->header.type);
	if (expected == 0) {
		snprintf(error, error_size, "message type %u is no request; they are %u to %u",
			received->header.type, MESSAGE_HELLO, MESSAGE_CONTACTS);
		return -1;
	}
	if (size != expected || received->header.size != expected) {
		snprintf(error, error_size,
			"a message of type %u has %zu bytes and says %u; it must be %zu",
			received->header.type, size, received->header.size, expected);
		return -1;
	}
	descriptors_expected = received->header.type == MESSAGE_GENERATION;
	if (descriptor_count != descriptors_expected) {
		snprintf(error, error_size, "a message of type %u carries %zu descriptors, not %zu",
			received->header.type, descriptor_count, descriptors_expected);
		return -1;
	}
	return 0;
}

static int read_hello(
	const struct message_hello *hello, struct request *request, char *error, size_t error_size)
{
	static const uint8_t zero[INSTANCE_SIZE];

	if (hello->reserved != 0 || memcmp(hello->instance, zero, sizeof(zero)) != 0) {
		snprintf(
			error, error_size, "the hello's reserved fields and instance must be zero");
		return -1;
	}
	request->version = hello->version;
	return 0;
}

static int read_mode(
	const struct message_mode *mode, struct request *request, char *error, size_t error_size)
{
	if (mode->mode >= MODE_COUNT || mode->reserved != 0) {
		snprintf(error, error_size,
			"mode %u (reserved %u) is none; alert is %u, shadow %u, enforce %u",
			mode->mode, mode->reserved, MODE_ALERT, MODE_SHADOW, MODE_ENFORCE);
		return -1;
	}
	request->mode = (enum mode)mode->mode;
	return 0;
}

static int read_body(
	const union received *received, struct request *request, char *error, size_t error_size)
{
	request->type = (enum message_type)received->header.type;
	switch (request->type) {
	case MESSAGE_HELLO:
		return read_hello(&received->hello, request, error, error_size);
	case MESSAGE_MODE:
		return read_mode(&received->mode, request, error, error_size);
	case MESSAGE_GENERATION:
		request->number = received->generation.number;
		request->accounted_ns = received->generation.accounted_ns;
		return 0;
	case MESSAGE_CONTACTS:
		request->after = received->contacts.after;
		request->acknowledged = received->contacts.acknowledged;
		return 0;
	case MESSAGE_STATUS:
	case MESSAGE_ERROR:
		break;
	}
	return 0;
}

enum request_result request_receive(int fd, struct request *request, char *error, size_t error_size)
{
	union received received;
	union {
		char space[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
		struct cmsghdr aligned;
	} control;
	struct iovec iovec = {.iov_base = &received, .iov_len = sizeof(received)};
	struct msghdr message = {
		.msg_iov = &iovec,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct descriptors descriptors;
	// With MSG_TRUNC the length is the datagram's own, even where it did not fit.
	ssize_t size = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC | MSG_TRUNC);

	memset(request, 0, sizeof(*request));
	request->memfd = -1;
	if (size < 0)
		return errno == EAGAIN || errno == EINTR ? REQUEST_NONE : REQUEST_CLOSED;
	take_descriptors(&message, &descriptors);
	if (size == 0 && descriptors.count == 0)
		return REQUEST_CLOSED;
	if (message.msg_flags & MSG_CTRUNC) {
		snprintf(error, error_size, "a message carries more than %d descriptors",
			DESCRIPTORS_MAX);
		goto malformed;
	}
	if (check_envelope(&received, (size_t)size, descriptors.count, error, error_size) < 0 ||
		read_body(&received, request, error, error_size) < 0)
		goto malformed;
	if (descriptors.count == 1)
		request->memfd = descriptors.values[0];
	return REQUEST_COMPLETE;
malformed:
	close_descriptors(&descriptors);
	return REQUEST_MALFORMED;
}
