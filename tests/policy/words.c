// SPDX-License-Identifier: BSD-3-Clause
#include "tests/policy/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char *const actions[] = {"alert", "police", "drop", "reset", "sinkhole"};
static const char *const modes[] = {"alert", "shadow", "enforce"};
static const char *const evidences[] = {"attempted", "answered", "conversed"};
static const char *const transports[] = {"tcp", "udp", "any"};
static const char *const families[] = {"mirai", "mirai.b", "emotet", "qakbot"};
static const char *const patterns[] = {"MIRAI", "mir*", "emotet", "*"};
static const char *const countries[] = {"NL", "DE", "fr"};
static const char *const sources[] = {"cert", "vendor"};
static const char *const source_patterns[] = {"feed0", "FEED1", "cert", "ven*"};
static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static unsigned below(uint64_t *state, unsigned limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (unsigned)(*state >> 33) % limit;
}

#define ONE_OF(state, words)      (words)[below(state, sizeof(words) / sizeof((words)[0]))]
#define MAYBE(state, word)        (below(state, 3) == 0 ? (word) : NULL)
#define SELDOM(state, word, none) (below(state, 6) == 0 ? (word) : (none))

static void make_entry(struct words_entry *entry, uint64_t *state)
{
	*entry = (struct words_entry){
		.levels = below(state, 3) == 0 ? 0 : 1 + below(state, 15),
		.min_confidence = SELDOM(state, (int)below(state, 101), -1),
		.min_evidence = MAYBE(state, ONE_OF(state, evidences)),
		.families[0] = SELDOM(state, ONE_OF(state, patterns), NULL),
		.sources[0] = SELDOM(state, ONE_OF(state, source_patterns), NULL),
		.countries[0] = SELDOM(state, ONE_OF(state, countries), NULL),
		.transport = SELDOM(state, ONE_OF(state, transports), NULL),
		.min_age_h = SELDOM(state, (int)(1 + below(state, 24)), 0),
		.consented = below(state, 8) == 0,
		.watch = below(state, 8) == 0,
		.from_minute = -1,
		.days = SELDOM(state, 1 + below(state, 127), 0),
		.action = ONE_OF(state, actions),
	};
	if (entry->families[0] && below(state, 2))
		entry->families[1] = ONE_OF(state, patterns);
	if (entry->sources[0] && below(state, 2))
		entry->sources[1] = ONE_OF(state, source_patterns);
	if (entry->countries[0] && below(state, 2))
		entry->countries[1] = ONE_OF(state, countries);
	if (below(state, 6) == 0)
		entry->max_age_h = entry->min_age_h + 1 + (int)below(state, 24);
	if (below(state, 4) == 0) {
		entry->from_minute = (int)below(state, 1440);
		entry->to_minute = (entry->from_minute + 1 + (int)below(state, 1438)) % 1440;
	}
	if (strcmp(entry->action, "alert") != 0)
		entry->mode = MAYBE(state, ONE_OF(state, modes));
}

static void make_row(struct words_row *row, uint64_t *state)
{
	*row = (struct words_row){
		.feed = (int)below(state, WORDS_FEEDS),
		.address = (int)below(state, 12),
		.port = below(state, 4) == 0 ? -1 : (int)(80 + below(state, 2)),
		.transport = ONE_OF(state, transports),
		.level = 1 + (int)below(state, 4),
		.confidence = (int)below(state, 101),
		.family = SELDOM(state, NULL, ONE_OF(state, families)),
		.country = MAYBE(state, ONE_OF(state, countries)),
		.source = MAYBE(state, ONE_OF(state, sources)),
		.max_action = MAYBE(state, ONE_OF(state, actions)),
		.age_minutes = below(state, 2) ? (int)below(state, 48 * 60) : -1,
	};
	// The format has no others.
	if (row->port < 0)
		row->level = 4;
}

void words_make(struct words *words, uint64_t *state)
{
	memset(words, 0, sizeof(*words));
	words->now_s = 1767571200 + (int64_t)below(state, 365 * 86400);
	words->zone_h = (int)below(state, 25) - 12;
	words->opt_in = below(state, 3) == 0;
	words->has_policy = below(state, 16) != 0;
	words->entry_count = below(state, WORDS_ENTRIES_MAX + 1);
	for (size_t i = 0; i < words->entry_count; i++)
		make_entry(&words->entries[i], state);
	for (int level = 1; level <= 4; level++)
		words->caps[level] = below(state, 2) ? ONE_OF(state, actions) : NULL;
	words->row_count = 1 + below(state, WORDS_ROWS_MAX);
	for (size_t i = 0; i < words->row_count; i++)
		make_row(&words->rows[i], state);
	if (below(state, 2)) {
		words->protected_from = 4 * (int)below(state, 3);
		words->protected_to = words->protected_from + 4; // a /30
	}
}

struct text {
	char *bytes;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text->used += (size_t)vsnprintf(
		text->bytes + text->used, WORDS_TEXT_SIZE - text->used, format, arguments);
	va_end(arguments);
}

static void add_pair(struct text *text, const char *name, const char *const pair[2])
{
	if (!pair[0])
		return;
	add(text, "%s = ( \"%s\"", name, pair[0]);
	if (pair[1])
		add(text, ", \"%s\"", pair[1]);
	add(text, " ); ");
}

static void add_bits(struct text *text, const char *name, unsigned bits, const char *const names[])
{
	const char *comma = "";

	if (bits == 0)
		return;
	add(text, "%s = ( ", name);
	for (unsigned i = 0; bits >> i; i++) {
		if (!(bits >> i & 1))
			continue;
		add(text, "%s\"%s\"", comma, names[i]);
		comma = ", ";
	}
	add(text, " ); ");
}

static void add_entry(struct text *text, const struct words_entry *entry)
{
	static const char *const flags[] = {"consented", "watch"};
	const char *comma = "";

	add(text, "{ ");
	if (entry->levels != 0) {
		add(text, "levels = [ ");
		for (int level = 1; level <= 4; level++) {
			if (!(entry->levels >> (level - 1) & 1))
				continue;
			add(text, "%s%d", comma, level);
			comma = ", ";
		}
		add(text, " ]; ");
	}
	if (entry->min_confidence >= 0)
		add(text, "min_confidence = %d; ", entry->min_confidence);
	if (entry->min_evidence)
		add(text, "min_evidence = \"%s\"; ", entry->min_evidence);
	add_pair(text, "families", entry->families);
	add_pair(text, "sources", entry->sources);
	add_pair(text, "countries", entry->countries);
	if (entry->transport)
		add(text, "transports = ( \"%s\" ); ", entry->transport);
	if (entry->min_age_h > 0)
		add(text, "min_age = \"%dh\"; ", entry->min_age_h);
	if (entry->max_age_h > 0)
		add(text, "max_age = \"%dh\"; ", entry->max_age_h);
	add_bits(text, "flags", entry->consented | (unsigned)entry->watch << 1, flags);
	add_bits(text, "days", entry->days, days);
	if (entry->from_minute >= 0)
		add(text, "hours = \"%02d:%02d-%02d:%02d\"; ", entry->from_minute / 60,
			entry->from_minute % 60, entry->to_minute / 60, entry->to_minute % 60);
	if (entry->mode)
		add(text, "mode = \"%s\"; ", entry->mode);
	add(text, "action = \"%s\"; }", entry->action);
}

void words_policy_text(const struct words *words, char bytes[WORDS_TEXT_SIZE])
{
	struct text text = {bytes, 0};
	const char *comma = "";

	add(&text, "subscribers = { consent = \"%s\"; };\n", words->opt_in ? "opt-in" : "opt-out");
	if (words->has_policy) {
		add(&text, "policy = ( ");
		for (size_t i = 0; i < words->entry_count; i++) {
			add(&text, "%s", i > 0 ? ",\n" : "");
			add_entry(&text, &words->entries[i]);
		}
		add(&text, " );\n");
	}
	add(&text, "caps = ( ");
	for (int level = 1; level <= 4; level++) {
		if (!words->caps[level])
			continue;
		add(&text, "%s{ levels = [ %d ]; max_action = \"%s\"; }", comma, level,
			words->caps[level]);
		comma = ", ";
	}
	add(&text, " );\n");
}

void words_list_text(const struct words *words, int feed, char bytes[WORDS_TEXT_SIZE])
{
	struct text text = {bytes, 0};

	add(&text, "ip,transport,port,level,confidence,family,country,source,max_action,"
		   "first_seen\n");
	for (size_t i = 0; i < words->row_count; i++) {
		const struct words_row *row = &words->rows[i];

		if (row->feed != feed)
			continue;
		add(&text, "198.51.100.%d,%s,", row->address, row->transport);
		if (row->port >= 0)
			add(&text, "%d", row->port);
		add(&text, ",%d,%d,%s,%s,%s,%s,", row->level, row->confidence,
			row->family ? row->family : "", row->country ? row->country : "",
			row->source ? row->source : "", row->max_action ? row->max_action : "");
		if (row->age_minutes >= 0) {
			const time_t first = (time_t)(words->now_s - row->age_minutes * 60);
			struct tm utc;

			gmtime_r(&first, &utc);
			text.used += strftime(bytes + text.used, WORDS_TEXT_SIZE - text.used,
				"%Y-%m-%dT%H:%M:%SZ", &utc);
		}
		add(&text, "\n");
	}
}

void words_never_block_text(const struct words *words, char bytes[WORDS_TEXT_SIZE])
{
	struct text text = {bytes, 0};

	if (words->protected_to > 0)
		add(&text, "198.51.100.%d/30\n", words->protected_from);
}

static bool is_this(const struct words_row *row, int address, int port, const char *transport)
{
	return row->address == address && row->port == port &&
	       strcmp(row->transport, transport) == 0;
}

bool words_listed(const struct words *words, int address, int port, const char *transport)
{
	if (address >= words->protected_from && address < words->protected_to)
		return false;
	for (size_t i = 0; i < words->row_count; i++) {
		if (is_this(&words->rows[i], address, port, transport))
			return true;
	}
	return false;
}

// How many of `words` come before `word`.
static int rank(const char *word, const char *const words[])
{
	int i = 0;

	while (strcmp(word, words[i]) != 0)
		i++;
	return i;
}

static int severity(const char *action)
{
	return strcmp(action, "alert") == 0 ? 0 : strcmp(action, "police") == 0 ? 1 : 2;
}

static bool is_like(const char *text, const char *pattern)
{
	const char *star = strchr(pattern, '*');

	return text && (star ? strncasecmp(text, pattern, (size_t)(star - pattern)) == 0
			     : strcasecmp(text, pattern) == 0);
}

static bool is_like_one(const char *text, const char *const pair[2])
{
	return is_like(text, pair[0]) || (pair[1] && is_like(text, pair[1]));
}

// All that the sources together say of an indicator.
struct merged {
	int level, confidence;
	const char *family, *max_action;
	int family_level, family_confidence;
	int age_minutes; // the oldest; -1: not said
};

static struct merged merge(const struct words *words, int address, int port, const char *transport)
{
	struct merged merged = {.max_action = "sinkhole", .age_minutes = -1};

	for (size_t i = 0; i < words->row_count; i++) {
		const struct words_row *row = &words->rows[i];

		if (!is_this(row, address, port, transport))
			continue;
		if (row->level > merged.level)
			merged.level = row->level;
		if (row->confidence > merged.confidence)
			merged.confidence = row->confidence;
		if (row->max_action &&
			rank(row->max_action, actions) < rank(merged.max_action, actions))
			merged.max_action = row->max_action;
		if (row->age_minutes > merged.age_minutes)
			merged.age_minutes = row->age_minutes;
		if (row->family &&
			(!merged.family || row->level > merged.family_level ||
				(row->level == merged.family_level &&
					(row->confidence > merged.family_confidence ||
						(row->confidence == merged.family_confidence &&
							strcmp(row->family, merged.family) <
								0))))) {
			merged.family = row->family;
			merged.family_level = row->level;
			merged.family_confidence = row->confidence;
		}
	}
	return merged;
}

static bool named_by(const struct words *words, const struct words_entry *entry, int address,
	int port, const char *transport)
{
	for (size_t i = 0; i < words->row_count; i++) {
		const struct words_row *row = &words->rows[i];

		if (is_this(row, address, port, transport) &&
			(is_like_one(row->feed == 0 ? "feed0" : "feed1", entry->sources) ||
				is_like_one(row->source, entry->sources)))
			return true;
	}
	return false;
}

static bool lies_in(const struct words *words, const struct words_entry *entry, int address,
	int port, const char *transport)
{
	for (size_t i = 0; i < words->row_count; i++) {
		const struct words_row *row = &words->rows[i];

		if (is_this(row, address, port, transport) &&
			is_like_one(row->country, entry->countries))
			return true;
	}
	return false;
}

static bool is_open(const struct words *words, const struct words_entry *entry)
{
	const int64_t local_s = words->now_s + words->zone_h * 3600;
	const int minute = (int)(local_s / 60 % 1440), today = (int)((local_s / 86400 + 4) % 7);
	const unsigned wanted = entry->days != 0 ? entry->days : 127;
	const bool opened_today = wanted >> today & 1;
	const bool opened_yesterday = wanted >> (today + 6) % 7 & 1;

	if (entry->from_minute < 0)
		return opened_today;
	if (entry->to_minute == 0)
		return opened_today && minute >= entry->from_minute;
	if (entry->from_minute < entry->to_minute)
		return opened_today && minute >= entry->from_minute && minute < entry->to_minute;
	return (opened_today && minute >= entry->from_minute) ||
	       (opened_yesterday && minute < entry->to_minute);
}

// Whole hours have passed at the last full hour.
static bool is_of_age(const struct words *words, const struct words_entry *entry, int age_minutes)
{
	const int64_t hour_s = words->now_s / 3600 * 3600;
	const int64_t age_s = hour_s - (words->now_s - age_minutes * 60);

	if (entry->min_age_h == 0 && entry->max_age_h == 0)
		return true;
	if (age_minutes < 0)
		return false;
	return (entry->min_age_h == 0 || age_s >= entry->min_age_h * 3600) &&
	       (entry->max_age_h == 0 || age_s <= entry->max_age_h * 3600);
}

struct words_verdict words_judge(const struct words *words, int address, int port,
	const char *transport, int evidence, bool opted_out, bool consented, bool exempt,
	bool watched)
{
	static const struct words_entry standing = {
		.levels = 8, .min_confidence = -1, .from_minute = -1, .action = "drop"};
	static const char *const caps[] = {NULL, "alert", "alert", "police", "sinkhole"};
	const struct words_verdict nothing = {"alert", "enforce"};
	const struct merged merged = merge(words, address, port, transport);
	const char *cap =
		words->caps[merged.level] ? words->caps[merged.level] : caps[merged.level];
	const struct words_entry *decides = NULL;
	const size_t count = words->has_policy ? words->entry_count : 1;
	int most = 2;

	for (size_t i = 0; i < count && !decides; i++) {
		const struct words_entry *entry =
			words->has_policy ? &words->entries[i] : &standing;

		if (entry->levels != 0 && !(entry->levels >> (merged.level - 1) & 1))
			continue;
		if (entry->min_confidence >= 0 && merged.confidence < entry->min_confidence)
			continue;
		if (entry->min_evidence && evidence < 1 + rank(entry->min_evidence, evidences))
			continue;
		if (entry->families[0] && !is_like_one(merged.family, entry->families))
			continue;
		if (entry->sources[0] && !named_by(words, entry, address, port, transport))
			continue;
		if (entry->countries[0] && !lies_in(words, entry, address, port, transport))
			continue;
		if (entry->transport && strcmp(entry->transport, transport) != 0)
			continue;
		if (!is_of_age(words, entry, merged.age_minutes) || !is_open(words, entry))
			continue;
		if ((entry->consented && !consented) || (entry->watch && !watched))
			continue;
		decides = entry;
	}
	if (!decides || opted_out || exempt || (words->opt_in && !consented))
		return nothing;
	if (port < 0 && merged.level < 4)
		return nothing;
	if (severity(cap) < most)
		most = severity(cap);
	if (severity(merged.max_action) < most)
		most = severity(merged.max_action);
	if (severity(decides->action) == 0 || most == 0)
		return nothing;
	return (struct words_verdict){
		.action = severity(decides->action) <= most ? decides->action : "police",
		.mode = decides->mode ? decides->mode : "enforce",
	};
}
