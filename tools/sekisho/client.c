// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"

#include "tools/sekisho/client_text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_TIMEOUT_S 10
#define MS_PER_S          1000
#define RETRY_MS          20 // there is nothing to poll for while a backlog is full
#define ANSWER_FIRST      65536u
// More than any answer: a bound on memory, should it be somebody else who answers.
#define ANSWER_MAX (256u << 20)

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / 1000000;
}

// One question: where to, and until when.
struct question {
	const char *socket;
	int64_t until_ms; // CLOCK_MONOTONIC
	int interrupt_fd; // -1: nothing interrupts
	char *problem;
	bool interrupted;
};

static bool fail(struct question *question, const char *what)
{
	if (!question->interrupted)
		snprintf(question->problem, CLIENT_PROBLEM_SIZE, "%s: %s", question->socket, what);
	return false;
}

// Until `fd` is ready; of -1, until it is worth another try.
static bool wait_for(struct question *question, int fd, short events)
{
	struct pollfd watched[] = {
		{.fd = fd, .events = events}, {.fd = question->interrupt_fd, .events = POLLIN}};

	for (;;) {
		int64_t left = question->until_ms - now_ms();
		int ready;

		if (left <= 0)
			return fail(question, "the control plane gave no answer in time");
		if (fd < 0 && left > RETRY_MS)
			left = RETRY_MS;
		ready = poll(watched, 2, (int)left);
		question->interrupted = question->interrupt_fd >= 0 &&
					((ready < 0 && errno == EINTR) || watched[1].revents != 0);
		if (question->interrupted)
			return false;
		if (ready > 0 || (ready == 0 && fd < 0))
			return true;
		if (ready < 0 && errno != EINTR)
			return fail(question, strerror(errno));
	}
}

static int connect_to(struct question *question)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(question->socket);
	char why[256];
	int fd;

	if (length == 0 || length >= sizeof(address.sun_path)) {
		fail(question, "no name of a socket; 1 to 107 bytes are");
		return -1;
	}
	memcpy(address.sun_path, question->socket, length + 1);
	// Blocking, connect(2) would wait without end for a control plane that accepts nobody.
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	while (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		const int error = errno;

		if (error == EINTR || (error == EAGAIN && wait_for(question, -1, 0)))
			continue;
		if (error != EAGAIN) {
			snprintf(why, sizeof(why),
				"no control plane answers (%s); is sekisho-control running, and is "
				"this its runtime_dir?",
				error == EACCES ? "permission denied: root and its group may ask"
						: strerror(error));
			fail(question, why);
		}
		close(fd);
		return -1;
	}
	if (fd < 0)
		fail(question, strerror(errno));
	return fd;
}

static bool send_line(struct question *question, int fd, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT), *line = NULL;
	int length = text ? asprintf(&line, "%s\n", text) : -1;
	bool sent = length >= 0;

	if (!sent)
		fail(question, "no memory, or the request is no UTF-8");
	for (int done = 0; sent && done < length;) {
		ssize_t part = send(fd, line + done, (size_t)(length - done), MSG_NOSIGNAL);

		if (part > 0)
			done += (int)part;
		else if (errno == EAGAIN)
			sent = wait_for(question, fd, POLLOUT);
		else if (errno != EINTR)
			sent = fail(question, strerror(errno));
	}
	if (length >= 0)
		free(line);
	free(text);
	return sent;
}

// Room for another byte at least.
static bool grow(struct question *question, char **line, size_t *size, size_t length)
{
	char *larger;

	if (length < *size)
		return true;
	if (*size >= ANSWER_MAX)
		return fail(
			question, "the answer is too long; is it sekisho-control that answers?");
	larger = realloc(*line, *size * 2);
	if (!larger)
		return fail(question, strerror(ENOMEM));
	*line = larger;
	*size *= 2;
	return true;
}

static json_t *parse(struct question *question, const char *line, size_t length)
{
	json_t *answer = json_loadb(line, length, 0, NULL);

	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	fail(question, "the answer is no JSON object; is it sekisho-control that answers?");
	return NULL;
}

static json_t *receive_answer(struct question *question, int fd)
{
	size_t size = ANSWER_FIRST, length = 0;
	char *line = malloc(size);
	json_t *answer = NULL;

	if (!line)
		fail(question, strerror(ENOMEM));
	while (line && grow(question, &line, &size, length)) {
		ssize_t part = recv(fd, line + length, size - length, 0);
		const char *end;

		if (part == 0)
			fail(question, "the control plane hung up before it answered");
		if (part < 0 && errno != EAGAIN && errno != EINTR)
			fail(question, strerror(errno));
		if (part == 0 || (part < 0 && errno != EAGAIN && errno != EINTR))
			break;
		if (part < 0) {
			if (!wait_for(question, fd, POLLIN))
				break;
			continue;
		}
		end = memchr(line + length, '\n', (size_t)part);
		length += (size_t)part;
		if (end) {
			answer = parse(question, line, (size_t)(end - line));
			break;
		}
	}
	free(line);
	return answer;
}

// NULL: question->problem says why, unless it was interrupted. Releases `request`.
static json_t *ask(struct question *question, json_t *request)
{
	int fd = connect_to(question);
	const char *refusal;
	json_t *answer = NULL;

	if (fd >= 0 && send_line(question, fd, request))
		answer = receive_answer(question, fd);
	if (fd >= 0)
		close(fd);
	json_decref(request);
	refusal = json_string_value(json_object_get(answer, "error"));
	if (refusal) {
		snprintf(question->problem, CLIENT_PROBLEM_SIZE, "%s", refusal);
		json_decref(answer);
		answer = NULL;
	}
	client_make_printable(question->problem);
	return answer;
}

json_t *client_watch(const char *socket, json_t *request, int timeout_s, int interrupt_fd,
	char problem[CLIENT_PROBLEM_SIZE])
{
	struct question question = {
		.socket = socket,
		.until_ms = now_ms() + (int64_t)timeout_s * MS_PER_S,
		.interrupt_fd = interrupt_fd,
		.problem = problem,
	};

	problem[0] = '\0';
	return ask(&question, request);
}

json_t *client_ask(const char *socket, json_t *request, int timeout_s)
{
	char problem[CLIENT_PROBLEM_SIZE];
	json_t *answer = client_watch(socket, request, timeout_s, -1, problem);

	if (!answer)
		fprintf(stderr, "sekisho: %s\n", problem);
	return answer;
}

json_t *client_request(const struct client_options *options, json_t *request)
{
	return client_ask(options->socket, request, REQUEST_TIMEOUT_S);
}
