// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/client.h"

#include "config/log.h"
#include "dataplane/request.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// A worker reports within microseconds; one that is silent this long is stuck.
#define MODE_LIMIT_MS  1000u
#define WORK_PERIOD_MS 1
#define MS_PER_SECOND  1000u
#define NS_PER_MS      1000000u

enum client_state {
	CLIENT_FREE,
	CLIENT_READY,
	CLIENT_MODE,       // waits for the workers to see the mode
	CLIENT_QUEUED,     // waits for its generation's turn
	CLIENT_INSTALLING, // its generation is on its way
};

struct client {
	enum client_state state;
	int fd;
	bool greeted;
	enum mode mode;
	regime_token token;
	uint64_t deadline_ms;
	int memfd;
	uint64_t number;
	uint64_t accounted_ns;
	uint64_t turn;
};

struct clients {
	struct clients_request about;
	struct client clients[MESSAGE_CLIENTS_MAX];
	uint64_t last_turn;
	// One answer at a time is made here.
	union {
		struct message_status status;
		struct message_contacts contacts;
		uint8_t bytes[MESSAGE_SIZE_MAX];
	} answer;
};

static uint64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * MS_PER_SECOND + (uint64_t)now.tv_nsec / NS_PER_MS;
}

struct clients *clients_create(const struct clients_request *request)
{
	struct clients *clients = calloc(1, sizeof(*clients));

	if (clients)
		clients->about = *request;
	return clients;
}

static void drop_memfd(struct client *client)
{
	if (client->memfd >= 0)
		close(client->memfd);
	client->memfd = -1;
}

static void disconnect(struct clients *clients, struct client *client)
{
	if (client->state == CLIENT_INSTALLING)
		installation_cancel(clients->about.installation);
	drop_memfd(client);
	close(client->fd);
	client->state = CLIENT_FREE;
}

void clients_free(struct clients *clients)
{
	if (!clients)
		return;
	for (size_t i = 0; i < MESSAGE_CLIENTS_MAX; i++) {
		if (clients->clients[i].state != CLIENT_FREE)
			disconnect(clients, &clients->clients[i]);
	}
	free(clients);
}

// False: the peer is gone or does not read; the caller disconnects.
static bool send_message(int fd, void *message, uint32_t type, size_t size)
{
	struct message_header *header = message;

	header->type = type;
	header->size = (uint32_t)size;
	return send(fd, message, size, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)size;
}

static bool send_error(int fd, const char *text)
{
	struct message_error error = {0};

	snprintf(error.text, sizeof(error.text), "%s", text);
	return send_message(fd, &error, MESSAGE_ERROR, sizeof(error));
}

// Ends a request: the client is read again.
static void finish(struct clients *clients, struct client *client, bool sent)
{
	client->state = CLIENT_READY;
	if (!sent)
		disconnect(clients, client);
}

bool clients_add(struct clients *clients, int fd)
{
	for (size_t i = 0; i < MESSAGE_CLIENTS_MAX; i++) {
		struct client *client = &clients->clients[i];

		if (client->state != CLIENT_FREE)
			continue;
		*client = (struct client){.state = CLIENT_READY, .fd = fd, .memfd = -1};
		return true;
	}
	send_error(fd, "too many connections to the data plane");
	close(fd);
	return false;
}

static void accept_peer(struct clients *clients)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int fd = accept4(clients->about.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
		(peer.uid != 0 && peer.uid != geteuid())) {
		log_warning(
			"a process of user %u (pid %d) is not allowed to speak to the data plane",
			peer.uid, peer.pid);
		send_error(fd, "only root and the data plane's own user may connect");
		close(fd);
		return;
	}
	clients_add(clients, fd);
}

static void answer_hello(
	struct clients *clients, struct client *client, const struct request *request)
{
	struct message_hello hello = {.version = MESSAGE_VERSION};
	char error[MESSAGE_TEXT_SIZE];

	if (request->version != MESSAGE_VERSION) {
		snprintf(error, sizeof(error),
			"the data plane speaks version %u of its protocol, the peer %u; install "
			"both "
			"programs from one release",
			MESSAGE_VERSION, request->version);
		log_warning("%s", error);
		send_error(client->fd, error);
		disconnect(clients, client);
		return;
	}
	client->greeted = true;
	memcpy(hello.instance, clients->about.instance, INSTANCE_SIZE);
	finish(clients, client, send_message(client->fd, &hello, MESSAGE_HELLO, sizeof(hello)));
}

static void answer_status(struct clients *clients, struct client *client)
{
	struct message_status *status = &clients->answer.status;

	memset(status, 0, sizeof(*status));
	memcpy(status->instance, clients->about.instance, INSTANCE_SIZE);
	clients->about.status(clients->about.context, status);
	finish(clients, client, send_message(client->fd, status, MESSAGE_STATUS, sizeof(*status)));
}

static void answer_contacts(
	struct clients *clients, struct client *client, const struct request *request)
{
	struct message_contacts *batch = &clients->answer.contacts;
	bool more;
	size_t size;

	memset(batch, 0, sizeof(*batch));
	contacts_acknowledge(clients->about.contacts, request->acknowledged);
	batch->count = contacts_read(clients->about.contacts, request->after, batch->records,
		MESSAGE_CONTACTS_MAX, &more);
	batch->more = more;
	batch->next = batch->count > 0 ? batch->records[batch->count - 1].change : request->after;
	size = sizeof(*batch) + batch->count * sizeof(batch->records[0]);
	finish(clients, client, send_message(client->fd, batch, MESSAGE_CONTACTS, size));
}

static void begin_mode(
	struct clients *clients, struct client *client, const struct request *request)
{
	if (request->mode != regime_mode(clients->about.regime))
		log_info("mode %s", mode_name(request->mode));
	client->mode = request->mode;
	client->token = regime_set_mode(clients->about.regime, request->mode);
	client->deadline_ms = monotonic_ms() + MODE_LIMIT_MS;
	client->state = CLIENT_MODE;
}

static void queue_generation(
	struct clients *clients, struct client *client, const struct request *request)
{
	client->memfd = request->memfd;
	client->number = request->number;
	client->accounted_ns = request->accounted_ns;
	client->turn = ++clients->last_turn;
	client->state = CLIENT_QUEUED;
}

static void serve(struct clients *clients, struct client *client)
{
	struct request request;
	char error[MESSAGE_TEXT_SIZE];

	switch (request_receive(client->fd, &request, error, sizeof(error))) {
	case REQUEST_NONE:
		return;
	case REQUEST_CLOSED:
		disconnect(clients, client);
		return;
	case REQUEST_MALFORMED:
		goto refuse;
	case REQUEST_COMPLETE:
		break;
	}
	if (!client->greeted && request.type != MESSAGE_HELLO) {
		if (request.memfd >= 0)
			close(request.memfd);
		snprintf(error, sizeof(error), "message type %u came before the hello",
			request.type);
		goto refuse;
	}
	switch (request.type) {
	case MESSAGE_HELLO:
		answer_hello(clients, client, &request);
		return;
	case MESSAGE_STATUS:
		answer_status(clients, client);
		return;
	case MESSAGE_CONTACTS:
		answer_contacts(clients, client, &request);
		return;
	case MESSAGE_MODE:
		begin_mode(clients, client, &request);
		return;
	case MESSAGE_GENERATION:
		queue_generation(clients, client, &request);
		return;
	case MESSAGE_ERROR:
		break;
	}
	return;
refuse:
	log_warning("a peer of the control socket is disconnected: %s", error);
	send_error(client->fd, error);
	disconnect(clients, client);
}

size_t clients_poll(const struct clients *clients, struct pollfd fds[CLIENTS_POLL_MAX])
{
	size_t count = 0;

	if (clients->about.listener >= 0)
		fds[count++] = (struct pollfd){.fd = clients->about.listener, .events = POLLIN};
	for (size_t i = 0; i < MESSAGE_CLIENTS_MAX; i++) {
		const struct client *client = &clients->clients[i];

		// Who waits for an answer is not read, but is heard hanging up.
		if (client->state != CLIENT_FREE)
			fds[count++] = (struct pollfd){
				.fd = client->fd,
				.events = client->state == CLIENT_READY ? POLLIN : 0,
			};
	}
	return count;
}

static struct client *find(struct clients *clients, int fd)
{
	for (size_t i = 0; i < MESSAGE_CLIENTS_MAX; i++) {
		struct client *client = &clients->clients[i];

		if (client->state != CLIENT_FREE && client->fd == fd)
			return client;
	}
	return NULL;
}

void clients_serve(struct clients *clients, const struct pollfd fds[], size_t count)
{
	bool knock = false;

	for (size_t i = 0; i < count; i++) {
		struct client *client;

		if (fds[i].revents == 0)
			continue;
		if (fds[i].fd == clients->about.listener) {
			knock = true;
			continue;
		}
		client = find(clients, fds[i].fd);
		if (!client)
			continue;
		if (client->state == CLIENT_READY && (fds[i].revents & POLLIN))
			serve(clients, client);
		else
			disconnect(clients, client);
	}
	// Last, because a new connection may get a number that was in `fds` for another.
	if (knock)
		accept_peer(clients);
}

static void advance_mode(struct clients *clients, struct client *client)
{
	struct message_mode mode = {.mode = client->mode};

	if (regime_settled(clients->about.regime, client->token)) {
		finish(clients, client,
			send_message(client->fd, &mode, MESSAGE_MODE, sizeof(mode)));
	} else if (monotonic_ms() >= client->deadline_ms) {
		log_error("mode %s is set, but a worker has not taken it up for %u ms",
			mode_name(client->mode), MODE_LIMIT_MS);
		finish(clients, client,
			send_error(client->fd, "the mode is set, but a worker has not taken it up "
					       "within a second"));
	}
}

static struct client *in_state(struct clients *clients, enum client_state state)
{
	struct client *first = NULL;

	for (size_t i = 0; i < MESSAGE_CLIENTS_MAX; i++) {
		struct client *client = &clients->clients[i];

		if (client->state == state && (!first || client->turn < first->turn))
			first = client;
	}
	return first;
}

static void refuse_generation(struct clients *clients, struct client *client, const char *error)
{
	log_error("generation %" PRIu64 " is refused: %s", client->number, error);
	finish(clients, client, send_error(client->fd, error));
}

static void begin_next(struct clients *clients)
{
	struct client *client = in_state(clients, CLIENT_QUEUED);

	if (!client)
		return;
	installation_begin(
		clients->about.installation, client->memfd, client->number, client->accounted_ns);
	client->memfd = -1;
	client->state = CLIENT_INSTALLING;
}

static void advance_installation(struct clients *clients)
{
	struct installation *installation = clients->about.installation;
	// NULL: who sent what is under way has hung up, or is answered already.
	struct client *client = in_state(clients, CLIENT_INSTALLING);
	const struct generation_header *header;
	struct message_generation answer = {.number = installation->number};

	switch (installation_advance(installation)) {
	case INSTALLATION_GOES_ON:
		break;
	case INSTALLATION_DONE:
		header = generation_header(clients->about.regime->current);
		log_info("generation %" PRIu64 ": %u rules for %u addresses", header->number,
			header->service_count, header->address_count);
		if (client)
			finish(clients, client,
				send_message(
					client->fd, &answer, MESSAGE_GENERATION, sizeof(answer)));
		break;
	case INSTALLATION_FAILED:
		if (client)
			refuse_generation(clients, client, installation->error);
		break;
	}
}

int clients_advance(struct clients *clients)
{
	struct installation *installation = clients->about.installation;

	for (size_t i = 0; i < MESSAGE_CLIENTS_MAX; i++) {
		if (clients->clients[i].state == CLIENT_MODE)
			advance_mode(clients, &clients->clients[i]);
	}
	if (installation->state == INSTALLATION_IDLE)
		begin_next(clients);
	else
		advance_installation(clients);
	if (installation->state != INSTALLATION_IDLE || in_state(clients, CLIENT_MODE))
		return WORK_PERIOD_MS;
	return in_state(clients, CLIENT_QUEUED) ? 0 : -1;
}
