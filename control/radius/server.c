// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/server.h"

#include "config/config.h"
#include "config/log.h"
#include "config/utc.h"
#include "control/monotonic.h"
#include "control/radius/answered.h"
#include "control/radius/clients.h"
#include "control/radius/datagram.h"
#include "control/radius/packet.h"
#include "control/radius/session.h"

#include <event2/event.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LOG_INTERVAL_MS 60000
#define TIDY_MS         5000
#define TIDY_MORE_MS    50 // when one turn was not enough
#define S_PER_DAY       86400

// What becomes of one datagram of a batch.
enum fate {
	REFUSED,
	APPLIED,  // answered once it is committed
	REPEATED, // answered again
};

struct job {
	enum fate fate;
	int client;
	size_t length; // of the packet
	enum radius_accepted accepted;
	struct answered_key key;
};

struct listener {
	struct radius_server *server;
	int fd;
	struct event *readable;
	uint32_t lost;
};

struct radius_server {
	const struct config *config;
	struct store *store;
	struct radius_clients *clients;
	struct answered *answered;
	struct binding_observer observer;
	struct listener listeners[CONFIG_LISTEN_MAX];
	size_t listener_count;
	struct event *tidy;
	uint64_t started_ns; // UTC
	int64_t unknown_logged_ms;
	int64_t *secret_logged_ms; // by client
	struct radius_view view;
	char store_problem[512];

	// Of the batch at hand.
	struct datagram datagrams[DATAGRAM_BATCH];
	struct job jobs[DATAGRAM_BATCH];
	struct radius_request request;
};

const char *radius_accepted_name(enum radius_accepted accepted)
{
	static const char *const names[RADIUS_ACCEPTED_COUNT] = {
		[RADIUS_ACCEPTED_START] = "start",
		[RADIUS_ACCEPTED_STOP] = "stop",
		[RADIUS_ACCEPTED_INTERIM_UPDATE] = "interim_update",
		[RADIUS_ACCEPTED_ACCOUNTING_ON] = "accounting_on",
		[RADIUS_ACCEPTED_ACCOUNTING_OFF] = "accounting_off",
		[RADIUS_ACCEPTED_OTHER] = "other",
	};

	return names[accepted];
}

static enum radius_accepted accepted_of(uint32_t status)
{
	switch (status) {
	case RADIUS_START:
		return RADIUS_ACCEPTED_START;
	case RADIUS_STOP:
		return RADIUS_ACCEPTED_STOP;
	case RADIUS_INTERIM_UPDATE:
		return RADIUS_ACCEPTED_INTERIM_UPDATE;
	case RADIUS_ACCOUNTING_ON:
		return RADIUS_ACCEPTED_ACCOUNTING_ON;
	case RADIUS_ACCOUNTING_OFF:
		return RADIUS_ACCEPTED_ACCOUNTING_OFF;
	default:
		return RADIUS_ACCEPTED_OTHER;
	}
}

// Whether something may be logged again.
static bool is_due(int64_t *logged_ms)
{
	const int64_t now_ms = monotonic_ms();

	if (*logged_ms != 0 && now_ms - *logged_ms < LOG_INTERVAL_MS)
		return false;
	*logged_ms = now_ms;
	return true;
}

static void refuse(struct radius_server *server, const struct datagram *datagram, struct job *job,
	enum radius_reason reason)
{
	struct radius_refusal *refusal = &server->view.refused[reason];
	char source[ADDRESS_TEXT_SIZE];

	job->fate = REFUSED;
	refusal->count++;
	refusal->last_ns = monotonic_ns();
	refusal->last_source = datagram->source;
	address_format(&datagram->source, source);
	if (reason == RADIUS_UNKNOWN_CLIENT && is_due(&server->unknown_logged_ms))
		log_warning("radius: %s is none of the clients; not answered", source);
	if ((reason == RADIUS_BAD_AUTHENTICATOR || reason == RADIUS_BAD_MESSAGE_AUTHENTICATOR) &&
		is_due(&server->secret_logged_ms[job->client]))
		log_warning("radius: %s has another secret than %s; not answered", source,
			server->config->radius.clients[job->client].secret_path);
}

// Everything but the store. True: server->request is to be applied.
static bool understand(
	struct radius_server *server, const struct datagram *datagram, struct job *job)
{
	const struct radius_secret *secret;
	enum radius_reason reason;

	job->client = radius_clients_find(server->clients, &datagram->source);
	if (job->client < 0) {
		refuse(server, datagram, job, RADIUS_UNKNOWN_CLIENT);
		return false;
	}
	secret = radius_clients_secret(server->clients, job->client);
	reason = radius_check(datagram->bytes, datagram->length, secret, &job->length);
	if (reason == RADIUS_NO_REASON)
		reason = radius_parse(datagram->bytes, job->length, secret, &server->request);
	if (reason != RADIUS_NO_REASON) {
		refuse(server, datagram, job, reason);
		return false;
	}
	job->accepted = accepted_of(server->request.status);
	job->key.client = datagram->source;
	job->key.identifier = datagram->bytes[1];
	memcpy(job->key.authenticator, datagram->bytes + AUTHENTICATOR_OFFSET, AUTHENTICATOR_SIZE);
	switch (answered_find(server->answered, &job->key, monotonic_ms())) {
	case ANSWERED_NEVER:
		job->fate = APPLIED;
		return true;
	case ANSWERED_REPEATED:
		job->fate = REPEATED;
		return false;
	case ANSWERED_REPLAYED:
		refuse(server, datagram, job, RADIUS_REPLAYED);
		return false;
	}
	return false;
}

static int apply(struct radius_server *server, const struct datagram *datagram)
{
	const struct session_event event = {
		.request = &server->request,
		.client = datagram->source,
		.arrival_ns = utc_now_ns(),
		.subscriber = server->config->radius.subscriber,
	};

	return session_apply(server->store, &event, &server->observer);
}

// Applies what is new of the batch. -1: nothing of it is stored.
static int store_batch(struct radius_server *server, int count)
{
	unsigned added = 0;
	bool begun = false, failed = false;

	for (int i = 0; i < count; i++) {
		if (!understand(server, &server->datagrams[i], &server->jobs[i]) || failed)
			continue;
		failed = (!begun && store_begin(server->store) < 0) ||
			 apply(server, &server->datagrams[i]) < 0;
		begun = true;
		// Known from here on: it may come twice in one batch.
		answered_add(server->answered, &server->jobs[i].key, monotonic_ms());
		added++;
	}
	if (begun && (failed || store_commit(server->store) < 0)) {
		snprintf(server->store_problem, sizeof(server->store_problem), "%s",
			store_error(server->store));
		store_rollback(server->store);
		answered_take_back(server->answered, added);
		return -1;
	}
	if (begun)
		server->store_problem[0] = '\0';
	return 0;
}

static void answer(struct radius_server *server, int fd, int i)
{
	const struct datagram *datagram = &server->datagrams[i];
	const struct job *job = &server->jobs[i];
	uint8_t bytes[RADIUS_PACKET_MAX];
	const size_t length = radius_answer(datagram->bytes, job->length,
		radius_clients_secret(server->clients, job->client), bytes);

	if (job->fate == APPLIED)
		server->view.accepted[job->accepted]++;
	else
		server->view.duplicates++;
	datagram_answer(fd, datagram, bytes, length);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct listener *listener = context;
	struct radius_server *server = listener->server;
	uint32_t lost = listener->lost;
	const int count = datagram_receive(fd, server->datagrams, &lost);
	const bool stored = store_batch(server, count) == 0;

	(void)what;
	server->view.lost += lost - listener->lost;
	listener->lost = lost;
	for (int i = 0; i < count; i++) {
		struct job *job = &server->jobs[i];

		if (job->fate == REFUSED)
			continue;
		// A repetition of what was answered before this batch is in the store.
		if (!stored && answered_find(server->answered, &job->key, monotonic_ms()) !=
				       ANSWERED_REPEATED)
			refuse(server, &server->datagrams[i], job, RADIUS_NO_STORE);
		else
			answer(server, fd, i);
	}
}

// Returns how many sessions ended; -1: failed.
static int expire(struct radius_server *server, uint64_t now_ns)
{
	const uint64_t timeout_ns = server->config->radius.session_timeout_s * UTC_NS_PER_S;
	int count;

	if (timeout_ns == 0 || now_ns < server->started_ns + timeout_ns)
		return 0;
	if (store_begin(server->store) < 0)
		return -1;
	count = session_expire(server->store, now_ns - timeout_ns, &server->observer);
	if (count < 0 || store_commit(server->store) < 0) {
		store_rollback(server->store);
		return -1;
	}
	return count;
}

static void on_tidy(evutil_socket_t fd, short what, void *context)
{
	struct radius_server *server = context;
	const uint64_t now_ns = utc_now_ns();
	const uint64_t kept_ns = server->config->radius.retention_days * S_PER_DAY * UTC_NS_PER_S;
	const struct binding_bounds bounds = {
		.keep_ns = now_ns > kept_ns ? now_ns - kept_ns : 0,
		.bindings_max = STORE_BINDINGS_MAX,
		.sessions_max = STORE_SESSIONS_MAX,
	};
	// What fails now is tried again with the next turn.
	const bool more = expire(server, now_ns) > 0 ||
			  store_bindings_tidy(server->store, &bounds, &server->view.evicted) > 0;
	const struct timeval pause = {
		.tv_sec = more ? 0 : TIDY_MS / 1000, .tv_usec = more ? TIDY_MORE_MS * 1000 : 0};

	(void)fd;
	(void)what;
	event_add(server->tidy, &pause);
}

static int listen_on(struct radius_server *server, struct event_base *base,
	const struct config_endpoint *endpoint, char *error, size_t error_size)
{
	struct listener *listener = &server->listeners[server->listener_count];

	listener->server = server;
	listener->fd = datagram_open(endpoint, error, error_size);
	if (listener->fd < 0)
		return -1;
	server->listener_count++;
	listener->readable =
		event_new(base, listener->fd, EV_READ | EV_PERSIST, on_readable, listener);
	if (listener->readable == NULL || event_add(listener->readable, NULL) < 0) {
		snprintf(error, error_size, "no memory to listen on %s", endpoint->text);
		return -1;
	}
	return 0;
}

struct radius_server *radius_server_create(struct event_base *base, const struct config *config,
	struct store *store, char *error, size_t error_size)
{
	const struct timeval pause = {.tv_sec = TIDY_MS / 1000};
	struct radius_server *server = calloc(1, sizeof(*server));

	if (server == NULL)
		goto no_memory;
	server->config = config;
	server->store = store;
	server->started_ns = utc_now_ns();
	server->secret_logged_ms =
		calloc(config->radius.client_count + 1, sizeof(*server->secret_logged_ms));
	server->answered = answered_create();
	server->tidy = evtimer_new(base, on_tidy, server);
	if (server->secret_logged_ms == NULL || server->answered == NULL || server->tidy == NULL ||
		event_add(server->tidy, &pause) < 0)
		goto no_memory;
	server->clients = radius_clients_create(&config->radius, config->user, error, error_size);
	if (server->clients == NULL)
		goto fail;
	for (size_t i = 0; i < config->radius.listen_count; i++)
		if (listen_on(server, base, &config->radius.listen[i], error, error_size) < 0)
			goto fail;
	return server;
no_memory:
	snprintf(error, error_size, "no memory for the RADIUS server");
fail:
	radius_server_free(server);
	return NULL;
}

void radius_server_free(struct radius_server *server)
{
	if (server == NULL)
		return;
	for (size_t i = 0; i < server->listener_count; i++) {
		if (server->listeners[i].readable != NULL)
			event_free(server->listeners[i].readable);
		close(server->listeners[i].fd);
	}
	radius_clients_free(server->clients);
	if (server->tidy != NULL)
		event_free(server->tidy);
	answered_free(server->answered);
	free(server->secret_logged_ms);
	free(server);
}

void radius_server_observe(struct radius_server *server, const struct binding_observer *observer)
{
	server->observer = observer != NULL ? *observer : (struct binding_observer){0};
}

void radius_server_look(const struct radius_server *server, struct radius_view *view)
{
	*view = server->view;
	view->store_problem = server->store_problem;
}
