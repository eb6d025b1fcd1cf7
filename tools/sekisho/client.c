// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BUFFER_FIRST 65536u
// How often a full backlog is tried again; there is nothing to poll for.
#define RETRY_MS 20

struct client {
	int fd;
	char *request; // what is left to send lies at request + sent
	size_t request_size, sent;
	char *buffer; // the answer so far
	size_t used, room;
	const char *path; // lies behind the struct
	char error[CLIENT_ERROR_SIZE];
};

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// What a person should look at, given why nobody could be reached.
static const char *advice(int problem)
{
	switch (problem) {
	case ENOENT:
	case ECONNREFUSED:
		return "is sekisho-control running, and is this its runtime_dir? --config FILE or "
		       "--socket PATH names another";
	case EACCES:
	case EPERM:
		return "root and the group that sekisho-control runs as may ask it";
	case EAGAIN:
		return "sekisho-control is there but takes no connection: is it stuck?";
	default:
		return "sekisho-control listens on control.sock in its runtime_dir";
	}
}

static int connect_by(int fd, const struct sockaddr_un *address, int64_t deadline_ms)
{
	while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || monotonic_ms() >= deadline_ms)
			return -1;
		poll(NULL, 0, RETRY_MS);
		errno = EAGAIN;
	}
	return 0;
}

struct client *client_connect(const char *path, int timeout_ms, char error[CLIENT_ERROR_SIZE])
{
	const int64_t deadline_ms = monotonic_ms() + timeout_ms;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const size_t length = strlen(path);
	struct client *client;

	if (length == 0 || length >= sizeof(address.sun_path)) {
		snprintf(error, CLIENT_ERROR_SIZE,
			"%.128s: no name for a socket; 1 to %zu bytes would be right", path,
			sizeof(address.sun_path) - 1);
		return NULL;
	}
	memcpy(address.sun_path, path, length + 1);
	client = calloc(1, sizeof(*client) + length + 1);
	if (client == NULL) {
		snprintf(error, CLIENT_ERROR_SIZE, "out of memory");
		return NULL;
	}
	client->path = memcpy(client + 1, path, length + 1);
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (client->fd < 0 || connect_by(client->fd, &address, deadline_ms) < 0) {
		snprintf(error, CLIENT_ERROR_SIZE, "%s: no control plane answers: %s; %s", path,
			strerror(errno), advice(errno));
		client_close(client);
		return NULL;
	}
	return client;
}

void client_close(struct client *client)
{
	if (client == NULL)
		return;
	if (client->fd >= 0)
		close(client->fd);
	free(client->request);
	free(client->buffer);
	free(client);
}

int client_fd(const struct client *client)
{
	return client->fd;
}

short client_events(const struct client *client)
{
	return client->sent < client->request_size ? POLLOUT : POLLIN;
}

const char *client_error(const struct client *client)
{
	return client->error;
}

static int fail(struct client *client, const char *what)
{
	snprintf(client->error, sizeof(client->error), "%s: %s", client->path, what);
	return -1;
}

// 0: something is left to send.
static int send_rest(struct client *client)
{
	while (client->sent < client->request_size) {
		const ssize_t size = send(client->fd, client->request + client->sent,
			client->request_size - client->sent, MSG_NOSIGNAL);

		if (size >= 0)
			client->sent += (size_t)size;
		else if (errno == EAGAIN)
			return 0;
		else if (errno != EINTR)
			return fail(client, strerror(errno));
	}
	return 1;
}

bool client_send(struct client *client, const json_t *request)
{
	const size_t size = json_dumpb(request, NULL, 0, JSON_COMPACT);

	free(client->request);
	client->request = malloc(size + 1);
	if (size == 0 || client->request == NULL) {
		fail(client, "out of memory");
		return false;
	}
	json_dumpb(request, client->request, size, JSON_COMPACT);
	client->request[size] = '\n';
	client->request_size = size + 1;
	client->sent = 0;
	client->used = 0;
	return send_rest(client) >= 0;
}

static bool make_room(struct client *client)
{
	const size_t room = client->room == 0 ? BUFFER_FIRST : 2 * client->room;
	char *buffer;

	if (client->used < client->room)
		return true;
	if (room > CLIENT_ANSWER_MAX) {
		fail(client, "the answer is too long; is it sekisho-control that answers?");
		return false;
	}
	buffer = realloc(client->buffer, room);
	if (buffer == NULL) {
		fail(client, "out of memory");
		return false;
	}
	client->buffer = buffer;
	client->room = room;
	return true;
}

static int read_answer(struct client *client, const char *end, json_t **answer)
{
	json_error_t error;

	*answer = json_loadb(
		client->buffer, (size_t)(end - client->buffer), JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(*answer))
		return 1;
	json_decref(*answer);
	return fail(client, "the answer is no JSON object; is it sekisho-control that answers?");
}

int client_advance(struct client *client, json_t **answer)
{
	const int sent = send_rest(client);

	if (sent <= 0)
		return sent;
	for (;;) {
		const char *end;
		ssize_t size;

		if (!make_room(client))
			return -1;
		size = recv(client->fd, client->buffer + client->used, client->room - client->used,
			0);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0 && errno == EAGAIN)
			return 0;
		if (size < 0)
			return fail(client, strerror(errno));
		if (size == 0)
			return fail(client, "the control plane ended before it answered");
		end = memchr(client->buffer + client->used, '\n', (size_t)size);
		client->used += (size_t)size;
		if (end != NULL)
			return read_answer(client, end, answer);
	}
}

json_t *client_ask(struct client *client, const json_t *request, int timeout_ms)
{
	const int64_t deadline_ms = monotonic_ms() + timeout_ms;
	json_t *answer = NULL;
	int result = client_send(client, request) ? 0 : -1;

	while (result == 0) {
		const int64_t left_ms = deadline_ms - monotonic_ms();
		struct pollfd watched = {client->fd, client_events(client), 0};
		char late[64];

		if (left_ms <= 0) {
			snprintf(late, sizeof(late), "no answer within %d s", timeout_ms / 1000);
			fail(client, late);
			return NULL;
		}
		if (poll(&watched, 1, (int)left_ms) < 0 && errno != EINTR) {
			fail(client, strerror(errno));
			return NULL;
		}
		result = client_advance(client, &answer);
	}
	return result > 0 ? answer : NULL;
}
