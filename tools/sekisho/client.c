// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/client.h"

#include "config/config.h"
#include "tools/sekisho/command.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SOCKET_DEFAULT    "/run/sekisho/control.sock"
#define REQUEST_TIMEOUT_S 10
#define TEXT_SIZE         128
#define TEXT_SLOTS        8
#define MS_PER_S          1000

static char *socket_of_config(const char *path)
{
	char error[CONFIG_ERROR_SIZE], *name = NULL;
	struct config *config = config_load(path, error);

	if (!config) {
		fprintf(stderr, "sekisho: %s\n", error);
		return NULL;
	}
	if (asprintf(&name, "%s/control.sock", config->runtime_dir) < 0)
		name = NULL;
	config_free(config);
	return name;
}

static bool parse_limit(const char *name, const char *text, json_int_t *limit)
{
	char *end;

	errno = 0;
	*limit = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && *limit >= 1 && *limit <= UINT32_MAX)
		return true;
	fprintf(stderr, "%s: --limit \"%s\": not a number of rows; a whole number from 1 on is\n",
		name, text);
	return false;
}

bool client_options_parse(int argc, char **argv, unsigned allowed, int operands_max,
	const char *usage, struct client_options *options, int *status)
{
	static const struct option known[] = {
		{"socket", required_argument, NULL, 's'},
		{"config", required_argument, NULL, 'c'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{"limit", required_argument, NULL, 'l'},
		{"subscriber", required_argument, NULL, 'u'},
		{"force", no_argument, NULL, 'f'},
		{NULL, 0, NULL, 0},
	};
	const char *socket = getenv("SEKISHO_SOCKET"), *config = NULL;
	int option;

	memset(options, 0, sizeof(*options));
	*status = COMMAND_FAILED;
	optind = 0;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		bool fits = true;

		switch (option) {
		case 's':
			socket = optarg;
			break;
		case 'c':
			config = optarg;
			break;
		case 'j':
			options->json = true;
			break;
		case 'h':
			printf("usage: %s %s\n", argv[0], usage);
			*status = COMMAND_OK;
			return false;
		case 'l':
			fits = allowed & CLIENT_LIMIT;
			if (fits && !parse_limit(argv[0], optarg, &options->limit))
				return false;
			break;
		case 'u':
			fits = allowed & CLIENT_SUBSCRIBER;
			options->subscriber = optarg;
			break;
		case 'f':
			fits = allowed & CLIENT_FORCE;
			options->force = true;
			break;
		default:
			fits = false;
		}
		if (!fits) {
			fprintf(stderr, "usage: %s %s\n", argv[0], usage);
			return false;
		}
	}
	options->operands = argv + optind;
	options->operand_count = argc - optind;
	if (options->operand_count > operands_max) {
		fprintf(stderr, "usage: %s %s\n", argv[0], usage);
		return false;
	}
	options->socket =
		config ? socket_of_config(config) : strdup(socket ? socket : SOCKET_DEFAULT);
	return options->socket != NULL;
}

void client_options_free(struct client_options *options)
{
	free(options->socket);
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path); // NOLINT: the length was checked
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static bool send_line(int fd, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT), *line = NULL;
	int length = text ? asprintf(&line, "%s\n", text) : -1;
	bool sent = length >= 0;

	for (int done = 0; sent && done < length;) {
		ssize_t part = send(fd, line + done, (size_t)(length - done), MSG_NOSIGNAL);

		if (part <= 0)
			sent = false;
		else
			done += (int)part;
	}
	if (length >= 0)
		free(line);
	free(text);
	return sent;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / 1000000;
}

// One line, without its newline; NULL with errno set.
static char *receive_line(int fd, int timeout_s)
{
	int64_t until = now_ms() + (int64_t)timeout_s * MS_PER_S;
	size_t size = 65536, length = 0;
	char *line = malloc(size);

	while (line) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left = until - now_ms();
		ssize_t part;

		errno = ETIMEDOUT;
		if (left <= 0 || poll(&ready, 1, (int)left) <= 0)
			break;
		part = recv(fd, line + length, size - length - 1, 0);
		if (part == 0)
			errno = ECONNRESET;
		if (part <= 0)
			break;
		length += (size_t)part;
		line[length] = '\0';
		if (line[length - 1] == '\n')
			return line;
		if (length + 1 == size) {
			char *larger = realloc(line, size *= 2);

			if (!larger)
				break;
			line = larger;
		}
	}
	free(line);
	return NULL;
}

json_t *client_ask(const char *socket, json_t *request, int timeout_s, bool quiet)
{
	json_t *answer = NULL;
	const char *refusal;
	char *line = NULL;
	int fd = connect_to(socket);

	if (fd < 0) {
		if (!quiet)
			fprintf(stderr,
				"sekisho: %s: no control plane answers (%s); is sekisho-control "
				"running, and is this its runtime_dir?\n",
				socket, strerror(errno));
		json_decref(request);
		return NULL;
	}
	if (request && send_line(fd, request))
		line = receive_line(fd, timeout_s);
	if (line)
		answer = json_loads(line, 0, NULL);
	if (!answer && !quiet)
		fprintf(stderr, "sekisho: %s: the control plane gave no answer (%s)\n", socket,
			line ? "not JSON" : strerror(errno));
	refusal = json_string_value(json_object_get(answer, "error"));
	if (refusal) {
		if (!quiet)
			fprintf(stderr, "sekisho: %s\n", refusal);
		json_decref(answer);
		answer = NULL;
	}
	free(line);
	close(fd);
	json_decref(request);
	return answer;
}

json_t *client_request(const struct client_options *options, json_t *request)
{
	return client_ask(options->socket, request, REQUEST_TIMEOUT_S, false);
}

void client_print_json(const json_t *answer)
{
	json_dumpf(answer, stdout, JSON_INDENT(2));
	putchar('\n');
}

const char *client_text(const json_t *object, const char *member)
{
	static char slots[TEXT_SLOTS][TEXT_SIZE];
	static unsigned next;
	const char *text = json_string_value(json_object_get(object, member));
	char *slot = slots[next++ % TEXT_SLOTS];

	snprintf(slot, TEXT_SIZE, "%s", text && *text ? text : "-");
	for (char *at = slot; *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
			*at = '?';
	return slot;
}

json_int_t client_number(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}
