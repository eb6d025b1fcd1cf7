// SPDX-License-Identifier: BSD-3-Clause
#include "control/policy_reach.h"

#include "config/transport.h"

#include <string.h>
#include <strings.h>
#include <time.h>

// A server's whole address is only acted on where somebody analysed that very server.
#define ANY_PORT_LEVEL 4
#define S_PER_HOUR     3600
#define S_PER_MINUTE   60
// A window is open once a week at least.
#define CHANGE_MINUTES_MAX (8 * MINUTES_PER_DAY)

static uint64_t open_windows(const struct config_policy *policy, int64_t now_s)
{
	const time_t now = (time_t)now_s;
	struct tm local = {0};
	uint64_t open = 0;

	localtime_r(&now, &local);
	for (size_t i = 0; i < policy->entry_count; i++)
		if (day_window_contains(&policy->entries[i].window, (unsigned)local.tm_wday,
			    (unsigned)(local.tm_hour * 60 + local.tm_min)))
			open |= 1ull << i;
	return open;
}

struct policy_moment policy_moment(const struct config *config, int64_t now_s)
{
	return (struct policy_moment){
		.now_s = now_s,
		.open = open_windows(&config->policy, now_s),
	};
}

static bool matches(const char *pattern, const char *text)
{
	const size_t length = strlen(pattern);

	if (length > 0 && pattern[length - 1] == '*')
		return strncasecmp(pattern, text, length - 1) == 0;
	return strcasecmp(pattern, text) == 0;
}

static bool matches_any(const struct config_texts *texts, const char *text)
{
	for (size_t i = 0; text != NULL && i < texts->count; i++)
		if (matches(texts->all[i], text))
			return true;
	return false;
}

static bool source_fits(const struct config *config, const struct config_texts *wanted,
	const struct indicator *indicator)
{
	for (uint32_t i = 0; i < indicator->source_count; i++) {
		const struct indicator_source *source = &indicator->sources[i];

		if (matches_any(wanted, source->source) ||
			(source->feed < config->feed_count &&
				matches_any(wanted, config->feeds[source->feed].name)))
			return true;
	}
	return false;
}

static bool country_fits(const struct config_texts *wanted, const struct indicator *indicator)
{
	for (uint32_t i = 0; i < indicator->source_count; i++)
		if (matches_any(wanted, indicator->sources[i].country))
			return true;
	return false;
}

// 0: nobody says.
static int64_t first_seen(const struct indicator *indicator)
{
	int64_t first_s = 0;

	for (uint32_t i = 0; i < indicator->source_count; i++) {
		const int64_t seen_s = indicator->sources[i].first_seen_s;

		if (seen_s != 0 && (first_s == 0 || seen_s < first_s))
			first_s = seen_s;
	}
	return first_s;
}

static bool age_fits(
	const struct config_policy_entry *entry, const struct indicator *indicator, int64_t now_s)
{
	const int64_t first_s = first_seen(indicator);
	const int64_t age_s = now_s - now_s % S_PER_HOUR - first_s;

	return first_s != 0 && (entry->min_age_s == 0 || age_s >= (int64_t)entry->min_age_s) &&
	       (entry->max_age_s == 0 || age_s <= (int64_t)entry->max_age_s);
}

static bool asks_age(const struct config_policy_entry *entry)
{
	return entry->min_age_s != 0 || entry->max_age_s != 0;
}

static uint8_t transport_bit(uint8_t transport)
{
	switch (transport) {
	case TRANSPORT_TCP:
		return CONFIG_POLICY_TCP;
	case TRANSPORT_UDP:
		return CONFIG_POLICY_UDP;
	default:
		return CONFIG_POLICY_ANY;
	}
}

// Cheap questions first.
static bool fits(const struct config *config, const struct config_policy_entry *entry,
	const struct indicator *indicator, int64_t now_s)
{
	return entry->levels[indicator->level] && indicator->confidence >= entry->min_confidence &&
	       (entry->transports & transport_bit(indicator->transport)) &&
	       (entry->families.count == 0 || matches_any(&entry->families, indicator->family)) &&
	       (!asks_age(entry) || age_fits(entry, indicator, now_s)) &&
	       (entry->countries.count == 0 || country_fits(&entry->countries, indicator)) &&
	       (entry->sources.count == 0 || source_fits(config, &entry->sources, indicator));
}

static void cap_to(struct policy_reach *reach, enum action most, enum policy_cap cap)
{
	const uint8_t severity = (uint8_t)action_severity(most);

	if (severity < reach->severity) {
		reach->severity = severity;
		reach->cap = cap;
	}
}

struct policy_reach policy_reach(const struct config *config, const struct policy_moment *moment,
	const struct indicator *indicator)
{
	struct policy_reach reach = {.severity = ACTION_SEVERITY_MAX};

	for (size_t i = 0; i < config->policy.entry_count; i++)
		if ((moment->open >> i & 1) &&
			fits(config, &config->policy.entries[i], indicator, moment->now_s))
			reach.entries |= 1ull << i;
	if (indicator->port == 0 && indicator->level < ANY_PORT_LEVEL)
		cap_to(&reach, ACTION_ALERT, POLICY_CAP_ANY_PORT);
	cap_to(&reach, config->policy.caps[indicator->level], POLICY_CAP_LEVEL);
	cap_to(&reach, indicator->max_action, POLICY_CAP_MAX_ACTION);
	return reach;
}

// Minute by minute, because clocks are set now and then.
static int64_t next_window(const struct config_policy *policy, int64_t now_s)
{
	const uint64_t open = open_windows(policy, now_s);
	int64_t at_s = now_s - now_s % S_PER_MINUTE;
	bool windows = false;

	for (size_t i = 0; i < policy->entry_count; i++)
		windows |= policy->entries[i].window.days != 0;
	for (int i = 0; windows && i < CHANGE_MINUTES_MAX; i++) {
		at_s += S_PER_MINUTE;
		if (open_windows(policy, at_s) != open)
			return at_s;
	}
	return 0;
}

static void earlier(int64_t *earliest_s, int64_t at_s, int64_t now_s)
{
	const int64_t hour_s = (at_s + S_PER_HOUR - 1) / S_PER_HOUR * S_PER_HOUR;

	if (hour_s > now_s && (*earliest_s == 0 || hour_s < *earliest_s))
		*earliest_s = hour_s;
}

// The next full hour at which some indicator becomes old enough, or too old, for an entry.
static int64_t next_birthday(
	const struct config_policy *policy, const struct catalogue *catalogue, int64_t now_s)
{
	int64_t earliest_s = 0;

	for (size_t i = 0; i < policy->entry_count; i++) {
		const struct config_policy_entry *entry = &policy->entries[i];

		for (size_t j = 0; asks_age(entry) && j < catalogue_count(catalogue); j++) {
			const int64_t first_s = first_seen(catalogue_at(catalogue, j));

			if (first_s == 0)
				continue;
			if (entry->min_age_s != 0)
				earlier(&earliest_s, first_s + entry->min_age_s, now_s);
			if (entry->max_age_s != 0)
				earlier(&earliest_s, first_s + entry->max_age_s + 1, now_s);
		}
	}
	return earliest_s;
}

int64_t policy_next_change(
	const struct config *config, const struct catalogue *catalogue, int64_t now_s)
{
	const int64_t window_s = next_window(&config->policy, now_s);
	const int64_t birthday_s = next_birthday(&config->policy, catalogue, now_s);

	if (window_s == 0 || birthday_s == 0)
		return window_s + birthday_s;
	return window_s < birthday_s ? window_s : birthday_s;
}
