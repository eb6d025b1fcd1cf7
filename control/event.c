// SPDX-License-Identifier: BSD-3-Clause
#include "control/event.h"

#include "config/transport.h"
#include "config/utc.h"
#include "control/report/contact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define FILE_MODE 0640

struct event_log {
	const struct config *config;
	int fd; // -1: no file wanted
	uint64_t lost;
	char problem[384];
};

const char *event_kind_name(enum event_kind kind)
{
	static const char *const names[] = {"none", "contact", "evidence", "verdict", "repeat"};

	return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "?";
}

enum event_kind event_judge(
	const struct stored_contact *contact, uint64_t now_ns, uint64_t interval_ns)
{
	if (contact->evidence < EVIDENCE_ATTEMPTED)
		return EVENT_NONE;
	if (contact->told_ns == 0)
		return EVENT_CONTACT;
	if (contact->evidence != contact->told_evidence)
		return EVENT_EVIDENCE;
	if (contact->total.verdict != contact->told_verdict ||
		contact->total.applied != contact->told_applied)
		return EVENT_VERDICT;
	if (contact->flags & SUBSCRIBER_FLAG_WATCH)
		return EVENT_REPEAT;
	if (now_ns >= contact->told_ns && now_ns - contact->told_ns >= interval_ns)
		return EVENT_REPEAT;
	return EVENT_NONE;
}

static int open_file(struct event_log *log)
{
	const int fd = open(log->config->event_path,
		O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, FILE_MODE);

	if (fd < 0)
		snprintf(log->problem, sizeof(log->problem), "%s: %s", log->config->event_path,
			strerror(errno));
	return fd;
}

struct event_log *event_log_create(const struct config *config, char *error, size_t error_size)
{
	struct event_log *log = calloc(1, sizeof(*log));

	if (log == NULL) {
		snprintf(error, error_size, "no memory for events");
		return NULL;
	}
	log->config = config;
	log->fd = -1;
	if (config->event_path[0] != '\0') {
		log->fd = open_file(log);
		if (log->fd < 0) {
			snprintf(error, error_size, "event_file: %s", log->problem);
			free(log);
			return NULL;
		}
	}
	if (config->event_syslog)
		openlog("sekisho", LOG_PID, LOG_DAEMON);
	return log;
}

void event_log_free(struct event_log *log)
{
	if (log == NULL)
		return;
	if (log->config->event_syslog)
		closelog();
	if (log->fd >= 0)
		close(log->fd);
	free(log);
}

void event_log_reopen(struct event_log *log)
{
	int fd;

	if (log->fd < 0)
		return;
	fd = open_file(log);
	if (fd < 0)
		return;
	close(log->fd);
	log->fd = fd;
	log->problem[0] = '\0';
}

// `line` ends in a newline. A line is written whole or counts as lost.
static void write_line(struct event_log *log, const char *line, size_t length)
{
	const ssize_t written = write(log->fd, line, length);

	if (written == (ssize_t)length) {
		log->problem[0] = '\0';
		return;
	}
	snprintf(log->problem, sizeof(log->problem), "%s: %s", log->config->event_path,
		written < 0 ? strerror(errno) : "no room for a whole line");
	log->lost++;
	// What was written of it would run into the next line.
	if (written > 0)
		(void)!write(log->fd, "\n", 1);
}

// Takes the event over; NULL: no memory.
static void write_event(struct event_log *log, json_t *event)
{
	char *text = event == NULL ? NULL : json_dumps(event, JSON_COMPACT);

	json_decref(event);
	if (text == NULL) {
		log->lost++;
		return;
	}
	if (log->config->event_syslog)
		syslog(LOG_NOTICE, "%s", text);
	if (log->fd >= 0) {
		const size_t length = strlen(text);

		text[length] = '\n'; // in place of the terminating zero
		write_line(log, text, length + 1);
	}
	free(text);
}

static bool is_wanted(const struct event_log *log)
{
	return log->fd >= 0 || log->config->event_syslog;
}

void event_log_write(struct event_log *log, enum event_kind kind,
	const struct stored_contact *contact, uint64_t generation)
{
	json_t *event;

	if (!is_wanted(log))
		return;
	event = json_pack("{s:o, s:s, s:I}", "timestamp", time_json(utc_now_ns()), "event",
		event_kind_name(kind), "generation", (json_int_t)generation);
	if (event != NULL)
		event = contact_json(event, contact);
	write_event(log, event);
}

void event_log_disarmed(
	struct event_log *log, const struct message_disarmed *disarmed, uint64_t generation)
{
	const bool one = disarmed->limit != LIMIT_NEW_SUBSCRIBERS;
	char text[ADDRESS_TEXT_SIZE], protocol[4];
	struct address address;

	if (!is_wanted(log))
		return;
	memcpy(address.bytes, disarmed->address, sizeof(address.bytes));
	address_format(&address, text);
	write_event(log,
		json_pack("{s:o, s:s, s:I, s:s?, s:o, s:s?, s:s, s:I, s:I, s:o}", "timestamp",
			time_json(utc_now_ns()), "event", "disarmed", "generation",
			(json_int_t)generation, "address", one ? text : NULL, "port",
			disarmed->port != 0 ? json_integer(disarmed->port) : json_null(),
			"transport", one ? transport_name(disarmed->transport, protocol) : NULL,
			"limit", limit_name(disarmed->limit), "figure",
			(json_int_t)disarmed->figure, "allowed", (json_int_t)disarmed->allowed,
			"since", time_json(disarmed->since_ns)));
}

const char *event_log_problem(const struct event_log *log)
{
	return log->problem;
}

uint64_t event_log_lost(const struct event_log *log)
{
	return log->lost;
}
