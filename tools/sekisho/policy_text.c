// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/policy_text.h"

#include "dataplane/api/evidence.h"
#include "dataplane/api/generation_layout.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define S_PER_HOUR 3600u
#define S_PER_DAY  86400u

struct text {
	char *bytes;
	size_t used;
	bool begun; // of what is separated by commas
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
	const size_t room = POLICY_TEXT_SIZE - text->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	// NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is the line above
	length = vsnprintf(text->bytes + text->used, room, format, arguments);
	va_end(arguments);
	text->used += length < (int)room ? (size_t)length : room - 1;
}

static void add_part(struct text *text, const char *label)
{
	add(text, "%s%s", text->begun ? ", " : "", label);
	text->begun = true;
}

static void add_texts(struct text *text, const char *label, const struct config_texts *texts)
{
	if (texts->count == 0)
		return;
	add_part(text, label);
	for (size_t i = 0; i < texts->count; i++)
		add(text, "%s%s", i > 0 ? " or " : " ", texts->all[i]);
}

static void add_age(struct text *text, const char *label, uint32_t age_s)
{
	if (age_s == 0)
		return;
	add_part(text, label);
	if (age_s % S_PER_DAY == 0)
		add(text, " %" PRIu32 "d", age_s / S_PER_DAY);
	else
		add(text, " %" PRIu32 "h", age_s / S_PER_HOUR);
}

static void add_levels(struct text *text, const struct config_policy_entry *entry)
{
	bool all = true, begun = false;

	for (int level = 1; level < CONFIG_LEVELS; level++)
		all &= entry->levels[level];
	add_part(text, all ? "any level" : "level");
	for (int level = 1; level < CONFIG_LEVELS && !all; level++) {
		if (!entry->levels[level])
			continue;
		add(text, "%s%d", begun ? " or " : " ", level);
		begun = true;
	}
}

static void add_transports(struct text *text, uint8_t transports)
{
	static const char *const names[] = {"tcp", "udp", "no transport"};
	bool begun = false;

	if (transports == CONFIG_POLICY_TRANSPORTS)
		return;
	add_part(text, "listed with");
	for (unsigned i = 0; i < 3; i++) {
		if (!(transports >> i & 1))
			continue;
		add(text, "%s%s", begun ? " or " : " ", names[i]);
		begun = true;
	}
}

static void add_conditions(struct text *text, const struct config_policy_entry *entry)
{
	char window[DAY_WINDOW_TEXT];

	add_levels(text, entry);
	if (entry->min_confidence > 0) {
		add_part(text, "confidence at least");
		add(text, " %u", entry->min_confidence);
	}
	if (entry->min_evidence > 0) {
		add_part(text, "evidence at least");
		add(text, " %s", evidence_name(entry->min_evidence));
	}
	add_texts(text, "family", &entry->families);
	add_texts(text, "named by", &entry->sources);
	add_transports(text, entry->transports);
	add_texts(text, "country", &entry->countries);
	add_age(text, "first seen before at least", entry->min_age_s);
	add_age(text, "first seen before at most", entry->max_age_s);
	if (entry->flags & SUBSCRIBER_FLAG_CONSENTED)
		add_part(text, "subscriber consented");
	if (entry->flags & SUBSCRIBER_FLAG_WATCH)
		add_part(text, "subscriber watched");
	day_window_format(&entry->window, window);
	if (window[0] != '\0') {
		add_part(text, window);
		add(text, " local time");
	}
}

static void add_action(
	struct text *text, const struct config_policy_entry *entry, enum action action)
{
	add(text, "%s", action_name(action));
	if (action == ACTION_POLICE)
		add(text, " to %" PRIu32 " packets/s, %" PRIu32 " at once", entry->police_pps,
			entry->police_burst);
	if (action == ACTION_RESET)
		add(text, ", udp %s", entry->refuse_udp ? "refused" : "dropped");
	if (action == ACTION_SINKHOLE)
		add(text, ", else %s", action_name(entry->sinkhole_else));
}

void policy_text_format(
	const struct config_policy *policy, size_t index, char text[POLICY_TEXT_SIZE])
{
	const struct config_policy_entry *entry = &policy->entries[index];
	struct text whole = {.bytes = text};

	text[0] = '\0';
	add(&whole, "%zu%s%s: ", index + 1, entry->name[0] != '\0' ? " " : "", entry->name);
	add_conditions(&whole, entry);
	add(&whole, ": ");
	add_action(&whole, entry, entry->action);
	if (entry->mode != MODE_ENFORCE)
		add(&whole, ", mode at most %s", mode_name(entry->mode));
	for (int level = 1; level < CONFIG_LEVELS; level++) {
		const enum action left =
			action_lessen(entry->action, action_severity(policy->caps[level]));

		if (!entry->levels[level] || left == entry->action)
			continue;
		add(&whole, "; capped at level %d: ", level);
		add_action(&whole, entry, left);
	}
}
