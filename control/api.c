// SPDX-License-Identifier: BSD-3-Clause
#include "control/api.h"

#include "config/config.h"
#include "control/loader.h"
#include "control/report/error.h"
#include "control/report/list.h"
#include "control/report/overblock.h"
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
	struct event *answers; // from the loader
	struct event *reaper;
	struct client *clients[API_CLIENTS_MAX]; // in the order of their last request
	size_t client_count;
	uint64_t last_ticket;
	struct sockaddr_un address;
	bool bound;
};

// Takes the client off the list, and closes the gap.
static void client_withdraw(struct client *client)
{
	struct api *api = client->api;
	size_t place = 0;

	while (api->clients[place] != client)
		place++;
	api->client_count--;
	for (; place < api->client_count; place++)
		api->clients[place] = api->clients[place + 1];
}

static void client_free(struct client *client)
{
	client_withdraw(client);
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
	client_withdraw(client);
	api->clients[api->client_count++] = client;
	client->ticket = ++api->last_ticket;
	answer = request_answer(api->control, request, client->actor, client->ticket);
	json_decref(request);
	if (answer == NULL)
		return;
	client->ticket = 0;
	send_answer(client, answer);
}

// Serves what has arrived, one request at a time: the next one waits until the loader answered.
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
	// There may be nothing to write any more.
	if (client->closing)
		event_active(client->api->reaper, 0, 0);
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
		event_active(client->api->reaper, 0, 0);
}

// Ends the clients that have got all they will get. On its own, so that nobody holds a client that
// goes away meanwhile.
static void on_reap(evutil_socket_t fd, short what, void *context)
{
	struct api *api = context;

	(void)fd;
	(void)what;
	// From the end, because a gap is closed from there.
	for (size_t i = api->client_count; i > 0; i--) {
		struct client *client = api->clients[i - 1];

		if (client->closing &&
			evbuffer_get_length(bufferevent_get_output(client->stream)) == 0)
			client_free(client);
	}
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

// Someone who is silent must not keep others out.
static bool make_room(struct api *api)
{
	size_t i = 0;

	if (api->client_count < API_CLIENTS_MAX)
		return true;
	while (i < api->client_count && api->clients[i]->ticket != 0)
		i++;
	if (i == api->client_count)
		return false;
	client_free(api->clients[i]);
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
	api->clients[api->client_count++] = client;
	bufferevent_setcb(client->stream, on_read, on_written, on_stream_event, client);
	bufferevent_setwatermark(client->stream, EV_READ, 0, API_REQUEST_MAX);
	bufferevent_set_timeouts(client->stream, &idle, &stalled);
	bufferevent_enable(client->stream, EV_READ | EV_WRITE);
}

static void deliver_answer(struct api *api, const struct loader_answer *answer)
{
	for (size_t i = 0; i < api->client_count; i++) {
		struct client *client = api->clients[i];

		if (client->ticket == answer->ticket) {
			client->ticket = 0;
			send_answer(
				client, answer->task == LOADER_ARM
						? guard_answer_json(answer)
						: list_answer_json(answer, api->control->config));
			serve(client);
			return;
		}
	}
	// Who asked is gone.
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
	api->reaper = event_new(base, -1, 0, on_reap, api);
	if (api->listener == NULL || api->answers == NULL || api->reaper == NULL ||
		event_add(api->answers, NULL) < 0) {
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
	if (api == NULL)
		return;
	while (api->client_count > 0)
		client_free(api->clients[api->client_count - 1]);
	if (api->reaper != NULL)
		event_free(api->reaper);
	if (api->answers != NULL)
		event_free(api->answers);
	if (api->listener != NULL)
		evconnlistener_free(api->listener);
	if (api->bound)
		unlink(api->address.sun_path);
	free(api);
}
