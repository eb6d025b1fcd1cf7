// SPDX-License-Identifier: BSD-3-Clause
#include "control/dataplane.h"

#include "control/monotonic.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct dataplane {
	int fd;
	uint8_t instance[INSTANCE_SIZE];
};

enum exchange_result {
	EXCHANGE_ANSWERED,
	EXCHANGE_REFUSED, // by MESSAGE_ERROR
	EXCHANGE_BROKEN,
};

static int fail(char *error, size_t error_size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(char *error, size_t error_size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error, error_size, format, arguments);
	va_end(arguments);
	return -1;
}

static int send_request(struct dataplane *dataplane, void *request, size_t size, int memfd,
	char *error, size_t error_size)
{
	struct iovec iovec = {.iov_base = request, .iov_len = size};
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr aligned;
	} control;
	struct msghdr message = {.msg_iov = &iovec, .msg_iovlen = 1};

	if (memfd >= 0) {
		struct cmsghdr *header;

		memset(&control, 0, sizeof(control));
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &memfd, sizeof(int));
	}
	if (sendmsg(dataplane->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size)
		return fail(
			error, error_size, "the data plane takes no request: %s", strerror(errno));
	return 0;
}

// One datagram into `answer`; returns its size, or -1.
static ssize_t receive(struct dataplane *dataplane, void *answer, size_t room, int timeout_ms,
	char *error, size_t error_size)
{
	int64_t deadline_ms = monotonic_ms() + timeout_ms;
	struct pollfd pollfd = {.fd = dataplane->fd, .events = POLLIN};
	ssize_t size;

	for (;;) {
		int64_t left_ms = deadline_ms - monotonic_ms();
		int ready = poll(&pollfd, 1, left_ms > 0 ? (int)left_ms : 0);

		if (ready > 0)
			break;
		if (ready == 0)
			return fail(error, error_size,
				"the data plane has not answered within %d ms", timeout_ms);
		if (errno != EINTR)
			return fail(error, error_size, "poll: %s", strerror(errno));
	}
	// MSG_TRUNC gives the datagram's own size, even where there is no room for it.
	size = recv(dataplane->fd, answer, room, MSG_DONTWAIT | MSG_TRUNC);
	if (size == 0)
		return fail(error, error_size, "the data plane closed the connection");
	if (size < 0)
		return fail(error, error_size, "the data plane's answer cannot be read: %s",
			strerror(errno));
	return size;
}

// An answer of `type` and at least `least` bytes, or why there is none.
static enum exchange_result check_answer(const struct message_header *answer, size_t size,
	size_t room, uint32_t type, size_t least, char *error, size_t error_size)
{
	if (size < sizeof(*answer) || size > room || answer->size != size) {
		fail(error, error_size, "the data plane's answer of %zu bytes is malformed", size);
		return EXCHANGE_BROKEN;
	}
	if (answer->type == MESSAGE_ERROR && size == sizeof(struct message_error)) {
		fail(error, error_size, "%.*s", MESSAGE_TEXT_SIZE - 1,
			((const struct message_error *)answer)->text);
		return EXCHANGE_REFUSED;
	}
	if (answer->type != type || size < least) {
		fail(error, error_size,
			"the data plane's answer has type %u and %zu bytes; type %u and %zu were "
			"due",
			answer->type, size, type, least);
		return EXCHANGE_BROKEN;
	}
	return EXCHANGE_ANSWERED;
}

struct exchange {
	void *request;
	size_t request_size;
	int memfd; // -1: none
	int timeout_ms;
	void *answer;       // also large enough for a struct message_error
	size_t answer_room; // bytes
	size_t answer_least;
};

static enum exchange_result exchange(struct dataplane *dataplane, uint32_t type,
	const struct exchange *exchange, char *error, size_t error_size)
{
	struct message_header *header = exchange->request;
	ssize_t size;

	header->type = type;
	header->size = (uint32_t)exchange->request_size;
	if (send_request(dataplane, exchange->request, exchange->request_size, exchange->memfd,
		    error, error_size) < 0)
		return EXCHANGE_BROKEN;
	size = receive(dataplane, exchange->answer, exchange->answer_room, exchange->timeout_ms,
		error, error_size);
	if (size < 0)
		return EXCHANGE_BROKEN;
	return check_answer(exchange->answer, (size_t)size, exchange->answer_room, type,
		exchange->answer_least, error, error_size);
}

// The answers that have one size; never larger than an error's.
union small_answer {
	struct message_header header;
	struct message_error error;
	struct message_hello hello;
	struct message_mode mode;
	struct message_generation generation;
};

static enum exchange_result exchange_small(struct dataplane *dataplane, uint32_t type,
	void *request, size_t size, int memfd, int timeout_ms, union small_answer *answer,
	char *error, size_t error_size)
{
	struct exchange small = {
		.request = request,
		.request_size = size,
		.memfd = memfd,
		.timeout_ms = timeout_ms,
		.answer = answer,
		.answer_room = sizeof(*answer),
		// These requests and their answers are of one kind.
		.answer_least = size,
	};

	return exchange(dataplane, type, &small, error, error_size);
}

static int connect_socket(const char *runtime_dir, char *error, size_t error_size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = snprintf(
		address.sun_path, sizeof(address.sun_path), "%s/%s", runtime_dir, MESSAGE_SOCKET);
	int fd;

	if (length < 0 || (size_t)length >= sizeof(address.sun_path))
		return fail(error, error_size, "runtime_dir \"%s\" is too long for a socket's name",
			runtime_dir);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(error, error_size, "no socket: %s", strerror(errno));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		fail(error, error_size, "no data plane answers at %s: %s", address.sun_path,
			strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static int shake_hands(struct dataplane *dataplane, char *error, size_t error_size)
{
	struct message_hello hello = {.version = MESSAGE_VERSION};
	union small_answer answer;

	if (exchange_small(dataplane, MESSAGE_HELLO, &hello, sizeof(hello), -1,
		    DATAPLANE_TIMEOUT_MS, &answer, error, error_size) != EXCHANGE_ANSWERED)
		return -1;
	if (answer.hello.version != MESSAGE_VERSION)
		return fail(error, error_size,
			"the data plane speaks version %u of its protocol, not %u; install both "
			"programs from one release",
			answer.hello.version, MESSAGE_VERSION);
	memcpy(dataplane->instance, answer.hello.instance, INSTANCE_SIZE);
	return 0;
}

struct dataplane *dataplane_connect(const char *runtime_dir, char *error, size_t error_size)
{
	struct dataplane *dataplane = calloc(1, sizeof(*dataplane));

	if (!dataplane) {
		fail(error, error_size, "no memory");
		return NULL;
	}
	dataplane->fd = connect_socket(runtime_dir, error, error_size);
	if (dataplane->fd < 0)
		goto free_dataplane;
	if (shake_hands(dataplane, error, error_size) < 0)
		goto close_socket;
	return dataplane;
close_socket:
	close(dataplane->fd);
free_dataplane:
	free(dataplane);
	return NULL;
}

void dataplane_close(struct dataplane *dataplane)
{
	if (!dataplane)
		return;
	close(dataplane->fd);
	free(dataplane);
}

const uint8_t *dataplane_instance(const struct dataplane *dataplane)
{
	return dataplane->instance;
}

int dataplane_status(
	struct dataplane *dataplane, struct message_status *status, char *error, size_t error_size)
{
	struct message_status_request request = {0};
	struct exchange status_exchange = {
		.request = &request,
		.request_size = sizeof(request),
		.memfd = -1,
		.timeout_ms = DATAPLANE_TIMEOUT_MS,
		.answer = status,
		.answer_room = sizeof(*status),
		.answer_least = sizeof(*status),
	};

	if (exchange(dataplane, MESSAGE_STATUS, &status_exchange, error, error_size) !=
		EXCHANGE_ANSWERED)
		return -1;
	if (status->port_count > MESSAGE_PORTS_MAX || status->worker_count > MESSAGE_WORKERS_MAX ||
		status->disarmed_count > MESSAGE_DISARMED_MAX)
		return fail(error, error_size,
			"the data plane tells of %u ports, %u workers and %u disarmed rules",
			status->port_count, status->worker_count, status->disarmed_count);
	return 0;
}

int dataplane_set_mode(struct dataplane *dataplane, enum mode mode, char *error, size_t error_size)
{
	struct message_mode request = {.mode = mode};
	union small_answer answer;

	if (exchange_small(dataplane, MESSAGE_MODE, &request, sizeof(request), -1,
		    DATAPLANE_TIMEOUT_MS, &answer, error, error_size) != EXCHANGE_ANSWERED)
		return -1;
	if (answer.mode.mode != mode)
		return fail(error, error_size, "the data plane set mode %u, not %u",
			answer.mode.mode, mode);
	return 0;
}

int dataplane_push_generation(struct dataplane *dataplane, int memfd, uint64_t number,
	uint64_t accounted_ns, bool *refused, char *error, size_t error_size)
{
	struct message_generation request = {.number = number, .accounted_ns = accounted_ns};
	union small_answer answer;
	enum exchange_result result = exchange_small(dataplane, MESSAGE_GENERATION, &request,
		sizeof(request), memfd, DATAPLANE_BUILD_TIMEOUT_MS, &answer, error, error_size);

	*refused = result == EXCHANGE_REFUSED;
	if (result != EXCHANGE_ANSWERED)
		return -1;
	if (answer.generation.number != number)
		return fail(error, error_size, "the data plane answers for another generation");
	return 0;
}

int dataplane_contacts(struct dataplane *dataplane, uint64_t after, uint64_t acknowledged,
	struct message_contacts *batch, char *error, size_t error_size)
{
	struct message_contacts_request request = {.after = after, .acknowledged = acknowledged};
	struct exchange contacts_exchange = {
		.request = &request,
		.request_size = sizeof(request),
		.memfd = -1,
		.timeout_ms = DATAPLANE_TIMEOUT_MS,
		.answer = batch,
		.answer_room = MESSAGE_SIZE_MAX,
		.answer_least = sizeof(*batch),
	};

	if (exchange(dataplane, MESSAGE_CONTACTS, &contacts_exchange, error, error_size) !=
		EXCHANGE_ANSWERED)
		return -1;
	if (batch->count > MESSAGE_CONTACTS_MAX ||
		batch->header.size != sizeof(*batch) + batch->count * sizeof(batch->records[0]))
		return fail(error, error_size, "the data plane tells of %u contacts in %u bytes",
			batch->count, batch->header.size);
	return 0;
}
