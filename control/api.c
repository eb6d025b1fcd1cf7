// SPDX-License-Identifier: BSD-3-Clause
#include "control/api.h"

#include "config/config.h"
#include "control/loader.h"
#include "control/report/error.h"
#include "control/report/list.h"
#include "control/request.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <jansson.h>

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_MODE 0660
// Nobody who watches is silent for so long.
#define IDLE_TIMEOUT_S 600
// Someone who does not take the answer is not waiting for it.
#define WRITE_TIMEOUT_S 30

struct client {
	TAILQ_ENTRY(client) entry;
	struct api *api;
	struct bufferevent *stream;
	char actor[ACTOR_SIZE];
	uint64_t ticket; // of the request the loader works on; 0: none
	bool finished;   // it will ask nothing more
	bool closing;    // once all is written
};

struct api {
	const struct control *control;
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *answers;
	TAILQ_HEAD(, client) clients;
	size_t client_count;
	uint64_t last_ticket;
	struct sockaddr_un address;
	bool bound;
};

static void client_free(struct client *client)
{
	TAILQ_REMOVE(&client->api->clients, client, entry);
	client->api->client_count--;
	bufferevent_free(client->stream);
	free(client);
}

static void send_answer(struct client *client, json_t *answer)
{
	char *text = answer == NULL ? NULL : json_dumps(answer, JSON_COMPACT);

	json_decref(answer);
	bufferevent_write(client->stream, text != NULL ? text : "{\"error\":\"no memory\"}",
		text != NULL ? strlen(text) : strlen("{\"error\":\"no memory\"}"));
	bufferevent_write(client->stream, "\n", 1);
	free(text);
}

static void serve_line(struct client *client, const char *line, size_t length)
{
	struct api *api = client->api;
	json_error_t error;
	json_t *request = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	json_t *answer;

	if (request == NULL) {
		send_answer(client, error_json("not JSON: %s", error.text));
		return;
	}
	TAILQ_REMOVE(&api->clients, client, entry);
	TAILQ_INSERT_TAIL(&api->clients, client, entry);
	client->ticket = ++api->last_ticket;
	answer = request_answer(api->control, request, client->actor, client->ticket);
	json_decref(request);
	if (answer == NULL)
		return;
	client->ticket = 0;
	send_answer(client, answer);
}

// Serves what has arrived, one request at a time: the next one waits until the loader answered.
// May free the client.
static void serve(struct client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->stream);
	size_t length;
	char *line;

	while (client->ticket == 0 && !client->closing &&
		(line = evbuffer_readln(input, &length, EVBUFFER_EOL_LF)) != NULL) {
		serve_line(client, line, length);
		free(line);
	}
	if (client->ticket != 0)
		return;
	// The high watermark stops reading just there.
	if (!client->closing && evbuffer_get_length(input) >= API_REQUEST_MAX) {
		send_answer(client,
			error_json("a request is one line of at most %d bytes", API_REQUEST_MAX));
		bufferevent_disable(client->stream, EV_READ);
		client->closing = true;
	}
	if (client->finished)
		client->closing = true;
	if (client->closing && evbuffer_get_length(bufferevent_get_output(client->stream)) == 0)
		client_free(client);
}

static void on_read(struct bufferevent *stream, void *context)
{
	(void)stream;
	serve(context);
}

static void on_written(struct bufferevent *stream, void *context)
{
	struct client *client = context;

	(void)stream;
	if (client->closing)
		client_free(client);
}

static void on_stream_event(struct bufferevent *stream, short what, void *context)
{
	struct client *client = context;

	if ((what & BEV_EVENT_TIMEOUT) && (what & BEV_EVENT_READING) && client->ticket != 0) {
		// Who waits for the loader is silent for good reason.
		bufferevent_enable(stream, EV_READ);
	} else if ((what & BEV_EVENT_EOF) && (what & BEV_EVENT_READING)) {
		// It may have closed only its own direction: what it asked is still answered.
		client->finished = true;
		serve(client);
	} else {
		client_free(client);
	}
}

static void name_actor(int fd, char actor[ACTOR_SIZE])
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	const struct passwd *user;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) {
		snprintf(actor, ACTOR_SIZE, "unknown");
		return;
	}
	user = getpwuid(peer.uid);
	if (user != NULL)
		snprintf(actor, ACTOR_SIZE, "%.30s (uid %u, pid %d)", user->pw_name, peer.uid,
			peer.pid);
	else
		snprintf(actor, ACTOR_SIZE, "uid %u, pid %d", peer.uid, peer.pid);
}

// Clients are in the order of their last request. One that is silent must not keep others out.
static bool make_room(struct api *api)
{
	struct client *client;

	if (api->client_count < API_CLIENTS_MAX)
		return true;
	TAILQ_FOREACH (client, &api->clients, entry)
		if (client->ticket == 0)
			break;
	if (client == NULL)
		return false;
	client_free(client);
	return true;
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address,
	int length, void *context)
{
	const struct timeval idle = {.tv_sec = IDLE_TIMEOUT_S};
	const struct timeval stalled = {.tv_sec = WRITE_TIMEOUT_S};
	struct api *api = context;
	struct client *client = NULL;

	(void)listener;
	(void)address;
	(void)length;
	if (make_room(api))
		client = calloc(1, sizeof(*client));
	if (client != NULL)
		client->stream = bufferevent_socket_new(api->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (client == NULL || client->stream == NULL) {
		free(client);
		close(fd);
		return;
	}
	client->api = api;
	name_actor(fd, client->actor);
	TAILQ_INSERT_TAIL(&api->clients, client, entry);
	api->client_count++;
	bufferevent_setcb(client->stream, on_read, on_written, on_stream_event, client);
	bufferevent_setwatermark(client->stream, EV_READ, 0, API_REQUEST_MAX);
	bufferevent_set_timeouts(client->stream, &idle, &stalled);
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
}

static void deliver_answer(struct api *api, const struct loader_answer *answer)
{
	struct client *client;

	TAILQ_FOREACH (client, &api->clients, entry)
		if (client->ticket == answer->ticket)
			break;
	if (client == NULL)
		return; // gone meanwhile
	client->ticket = 0;
	send_answer(client, list_answer_json(answer, api->control->config));
	serve(client);
}

static void on_answers(evutil_socket_t fd, short what, void *context)
{
	struct api *api = context;
	struct loader_answer *answer;

	(void)fd;
	(void)what;
	while ((answer = loader_collect(api->control->loader)) != NULL) {
		deliver_answer(api, answer);
		loader_answer_free(answer);
	}
}

// Whether somebody serves that socket.
static bool is_served(const struct sockaddr_un *address)
{
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const bool served =
		fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;

	if (fd >= 0)
		close(fd);
	return served;
}

static int open_socket(struct api *api, char *error, size_t error_size)
{
	const struct sockaddr *address = (const struct sockaddr *)&api->address;
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (is_served(&api->address)) {
		snprintf(error, error_size, "%s: another sekisho-control serves it",
			api->address.sun_path);
		goto fail;
	}
	unlink(api->address.sun_path);
	if (fd < 0 || bind(fd, address, sizeof(api->address)) < 0 ||
		chmod(api->address.sun_path, SOCKET_MODE) < 0) {
		snprintf(error, error_size, "%s: %s; runtime_dir must be writable",
			api->address.sun_path, strerror(errno));
		goto fail;
	}
	api->bound = true;
	return fd;
fail:
	if (fd >= 0)
		close(fd);
	return -1;
}

struct api *api_create(
	struct event_base *base, const struct control *control, char *error, size_t error_size)
{
	struct api *api = calloc(1, sizeof(*api));
	int length, fd;

	if (api == NULL) {
		snprintf(error, error_size, "no memory for the control socket");
		return NULL;
	}
	api->control = control;
	api->base = base;
	TAILQ_INIT(&api->clients);
	api->address.sun_family = AF_UNIX;
	length = snprintf(api->address.sun_path, sizeof(api->address.sun_path), "%s/" API_SOCKET,
		control->config->runtime_dir);
	if (length >= (int)sizeof(api->address.sun_path)) {
		snprintf(error, error_size, "runtime_dir: \"%s\" is too long for a socket's name",
			control->config->runtime_dir);
		goto fail;
	}
	fd = open_socket(api, error, error_size);
	if (fd < 0)
		goto fail;
	api->listener = evconnlistener_new(
		base, on_accept, api, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, SOMAXCONN, fd);
	api->answers =
		event_new(base, loader_fd(control->loader), EV_READ | EV_PERSIST, on_answers, api);
	if (api->listener == NULL)
		close(fd);
	if (api->listener == NULL || api->answers == NULL || event_add(api->answers, NULL) < 0) {
		snprintf(error, error_size, "%s: %s", api->address.sun_path, strerror(errno));
		goto fail;
	}
	return api;
fail:
	api_free(api);
	return NULL;
}

void api_free(struct api *api)
{
	struct client *client;

	if (api == NULL)
		return;
	while ((client = TAILQ_FIRST(&api->clients)) != NULL)
		client_free(client);
	if (api->answers != NULL)
		event_free(api->answers);
	if (api->listener != NULL)
		evconnlistener_free(api->listener);
	if (api->bound)
		unlink(api->address.sun_path);
	free(api);
}
