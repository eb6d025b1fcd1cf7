// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Tells the world about contacts: one JSON object a line, into a file and to syslog, as the
// configuration says. config/schema/event.schema.json describes it.
//
// Told at once: a new contact, a change of its evidence, a change of its verdict or whether that
// was applied. A contact that goes on unchanged is told again, at most every event_interval; those
// of subscribers flagged "watch" with every difference. Unsolicited contacts are not told. An event
// names who was known to hold the key when it was written: whoever turns out to have held it gets
// an event of their own, and the earlier one is not called back. An event is written after the
// contact is stored, so a crash between the two loses it; the contact itself is in the store.
//
// What the over-block guard disarms is told as well: EVENT "disarmed".
//
// Main thread.

#include "config/config.h"
#include "control/store/contacts.h"
#include "dataplane/api/message.h"

enum event_kind {
	EVENT_NONE,
	EVENT_CONTACT,  // seen for the first time
	EVENT_EVIDENCE, // became stronger
	EVENT_VERDICT,  // another verdict, or it is applied now, or no longer
	EVENT_REPEAT,   // goes on
};

const char *event_kind_name(enum event_kind kind);

// What is to be told of the contact now. Pure.
enum event_kind event_judge(
	const struct stored_contact *contact, uint64_t now_ns, uint64_t interval_ns);

struct event_log;

// Opens the file (append). NULL with one line in `error`.
struct event_log *event_log_create(const struct config *config, char *error, size_t error_size);
void event_log_free(struct event_log *log); // NULL is allowed

// Opens the file's name anew: it was rotated. On failure the file in use stays.
void event_log_reopen(struct event_log *log);

void event_log_write(struct event_log *log, enum event_kind kind,
	const struct stored_contact *contact, uint64_t generation);

// All new entries together if that is what was disarmed.
void event_log_disarmed(
	struct event_log *log, const struct message_disarmed *disarmed, uint64_t generation);

// One line, "" if the last write and reopening succeeded.
const char *event_log_problem(const struct event_log *log);
uint64_t event_log_lost(const struct event_log *log); // events that could not be written
