// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"
#include "config/transport.h"
#include "dataplane/api/evidence.h"
#include "dataplane/api/generation_layout.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX  128
#define PPS_MAX   1000000
#define AGE_MAX_S (3650u * 86400u)
#define DAY_S     86400u

// What may stand in a list of words, and the bit that it sets.
struct word {
	const char *name;
	uint8_t bit;
};

static const struct word transports[] = {
	{"tcp", CONFIG_POLICY_TCP},
	{"udp", CONFIG_POLICY_UDP},
	{"any", CONFIG_POLICY_ANY},
	{NULL, 0},
};

static const struct word flags[] = {
	{"consented", SUBSCRIBER_FLAG_CONSENTED},
	{"watch", SUBSCRIBER_FLAG_WATCH},
	{NULL, 0},
};

void section_policy_entry_default(struct config_policy_entry *entry)
{
	*entry = (struct config_policy_entry){
		.levels = {false, true, true, true, true},
		.transports = CONFIG_POLICY_TRANSPORTS,
		.mode = MODE_ENFORCE,
		.police_pps = CONFIG_POLICE_PPS_DEFAULT,
		.sinkhole_else = ACTION_ALERT,
	};
}

// Each word of the list sets its bit.
static bool words_read(const struct setting_source *source, const config_setting_t *setting,
	const struct word words[], const char *what, const char *right, uint8_t *bits)
{
	if (!setting_expect_list(source, setting, what, 1, 16))
		return false;
	*bits = 0;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned int)i);
		const char *text = setting_text(source, element, right);
		const struct word *word = words;

		if (!text)
			return false;
		while (word->name && strcmp(word->name, text) != 0)
			word++;
		if (!word->name)
			return setting_wrong(source, element, "unknown word", "%s", right);
		if (*bits & word->bit)
			return setting_wrong(source, element, "named twice", "name it once");
		*bits |= word->bit;
	}
	return true;
}

static bool transports_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	return words_read(source, setting, transports, "a transport",
		"write \"tcp\", \"udp\" or, for entries that name none, \"any\"", target);
}

static bool flags_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	return words_read(source, setting, flags, "a flag",
		"write \"consented\" or \"watch\": who opted out or is exempt is never touched",
		target);
}

static bool evidence_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	static const char *const names[EVIDENCE_COUNT] = {
		"unsolicited", "attempted", "answered", "conversed"};
	const char *right = "write \"attempted\", \"answered\" or \"conversed\"";
	const char *text = setting_text(source, setting, right);
	uint8_t *evidence = target;

	if (!text)
		return false;
	for (uint8_t i = EVIDENCE_ATTEMPTED; i < EVIDENCE_COUNT; i++) {
		if (strcmp(text, names[i]) == 0) {
			*evidence = i;
			return true;
		}
	}
	return setting_wrong(source, setting, "unknown evidence", "%s", right);
}

// A list of texts; `check` looks at each.
static bool texts_read(const struct setting_source *source, const config_setting_t *setting,
	const char *what, bool (*check)(const struct setting_source *, const config_setting_t *),
	struct config_texts *texts)
{
	size_t count = 0;

	if (!setting_expect_list(source, setting, what, 1, CONFIG_POLICY_TEXTS_MAX))
		return false;
	count = (size_t)config_setting_length(setting);
	texts->all = calloc(count, sizeof(*texts->all));
	if (!texts->all)
		return setting_no_memory(source);
	for (; texts->count < count; texts->count++) {
		const config_setting_t *element =
			config_setting_get_elem(setting, (unsigned int)texts->count);

		if (!setting_string(source, element, 1, TEXT_MAX, &texts->all[texts->count]))
			return false;
		if (!check(source, element)) {
			texts->count++;
			return false;
		}
	}
	return true;
}

static bool glob_check(const struct setting_source *source, const config_setting_t *setting)
{
	const char *star = strchr(config_setting_get_string(setting), '*');

	return !star || star[1] == '\0' ||
	       setting_wrong(source, setting, "a * that is not at the end",
		       "write the whole name, or its beginning and *");
}

static bool country_check(const struct setting_source *source, const config_setting_t *setting)
{
	const char *text = config_setting_get_string(setting);

	return (strlen(text) == 2 && isalpha((unsigned char)text[0]) &&
		       isalpha((unsigned char)text[1])) ||
	       setting_wrong(source, setting, "no country", "write two letters of ISO 3166");
}

static bool families_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	return texts_read(source, setting, "a family", glob_check, target);
}

static bool sources_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	return texts_read(source, setting, "a feed or a list's source", glob_check, target);
}

static bool countries_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	return texts_read(source, setting, "a country", country_check, target);
}

// "12h", "30d", "4w"
static bool age_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write a number and h, d or w, \"1h\" to \"3650d\"";
	const char *text = setting_text(source, setting, right);
	uint32_t *age_s = target;
	unsigned long number;
	char *unit;

	if (!text)
		return false;
	number = isdigit((unsigned char)text[0]) ? strtoul(text, &unit, 10) : 0;
	if (number == 0 || number > AGE_MAX_S || strlen(unit) != 1 || !strchr("hdw", *unit))
		return setting_wrong(source, setting, "no age", "%s", right);
	number *= *unit == 'h' ? 3600u : *unit == 'd' ? DAY_S : 7 * DAY_S;
	if (number > AGE_MAX_S)
		return setting_wrong(source, setting, "too old", "%s", right);
	*age_s = (uint32_t)number;
	return true;
}

// Hours without days are those of every day, and days without hours are whole.
static bool hours_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"HH:MM-HH:MM\" in local time, or leave it out for all day";
	const char *text = setting_text(source, setting, right);
	struct day_window *window = target;

	if (!text)
		return false;
	if (!day_window_parse_hours(text, window))
		return setting_wrong(source, setting, "no hours of the day", "%s", right);
	if (window->days == 0)
		window->days = DAY_WINDOW_ALL;
	return true;
}

static bool days_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	static const struct word days[] = {{"sun", 1}, {"mon", 2}, {"tue", 4}, {"wed", 8},
		{"thu", 16}, {"fri", 32}, {"sat", 64}, {NULL, 0}};
	struct day_window *window = target;

	if (window->to_minute == 0)
		window->to_minute = MINUTES_PER_DAY;
	return words_read(source, setting, days, "a day",
		"write \"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\" or \"sun\"",
		&window->days);
}

static bool mode_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"alert\", \"shadow\" or \"enforce\"";
	const char *text = setting_text(source, setting, right);

	return text && (mode_parse(text, target) ||
			       setting_wrong(source, setting, "unknown mode", "%s", right));
}

static bool udp_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"drop\" or \"refuse\"";
	const char *text = setting_text(source, setting, right);
	bool *refuse = target;

	if (!text)
		return false;
	*refuse = strcmp(text, "refuse") == 0;
	return *refuse || strcmp(text, "drop") == 0 ||
	       setting_wrong(source, setting, "unknown answer to UDP", "%s", right);
}

static bool sinkhole_else_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"alert\" or \"drop\"";
	const char *text = setting_text(source, setting, right);
	enum action *action = target;

	if (!text)
		return false;
	return (action_parse(text, action) &&
		       (*action == ACTION_ALERT || *action == ACTION_DROP)) ||
	       setting_wrong(source, setting, "nothing to do instead", "%s", right);
}

#define MEMBER(member) .offset = offsetof(struct config_policy_entry, member)

static const struct setting_field fields[] = {
	{"name", SETTING_NAME, .maximum = CONFIG_POLICY_NAME_SIZE - 1, MEMBER(name)},
	{"levels", SETTING_SECTION, .read = section_levels_read, MEMBER(levels)},
	{"min_confidence", SETTING_U8, .maximum = 100, MEMBER(min_confidence)},
	{"min_evidence", SETTING_SECTION, .read = evidence_read, MEMBER(min_evidence)},
	{"families", SETTING_SECTION, .read = families_read, MEMBER(families)},
	{"sources", SETTING_SECTION, .read = sources_read, MEMBER(sources)},
	{"transports", SETTING_SECTION, .read = transports_read, MEMBER(transports)},
	{"countries", SETTING_SECTION, .read = countries_read, MEMBER(countries)},
	{"min_age", SETTING_SECTION, .read = age_read, MEMBER(min_age_s)},
	{"max_age", SETTING_SECTION, .read = age_read, MEMBER(max_age_s)},
	{"flags", SETTING_SECTION, .read = flags_read, MEMBER(flags)},
	{"hours", SETTING_SECTION, .read = hours_read, MEMBER(window)},
	{"days", SETTING_SECTION, .read = days_read, MEMBER(window)},
	{"action", SETTING_SECTION, .required = true, .read = section_action_read, MEMBER(action)},
	{"mode", SETTING_SECTION, .read = mode_read, MEMBER(mode)},
	{"rate", SETTING_U32, .minimum = 1, .maximum = PPS_MAX, MEMBER(police_pps)},
	{"burst", SETTING_U32, .minimum = 1, .maximum = PPS_MAX, MEMBER(police_burst)},
	{"udp", SETTING_SECTION, .read = udp_read, MEMBER(refuse_udp)},
	{"sinkhole_else", SETTING_SECTION, .read = sinkhole_else_read, MEMBER(sinkhole_else)},
};

// A setting that nothing would come of is a mistake.
static bool is_idle(const struct setting_source *source, const config_setting_t *setting,
	const char *name, bool used, const char *right)
{
	const config_setting_t *member = config_setting_get_member(setting, name);

	return member && !used &&
	       !setting_wrong(source, member, "nothing comes of it", "%s", right);
}

bool section_policy_entry_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_policy_entry *entry = target;

	if (!setting_read_group(source, setting, fields, sizeof(fields) / sizeof(fields[0]), entry))
		return false;
	if (entry->max_age_s != 0 && entry->min_age_s > entry->max_age_s)
		return setting_wrong(source, config_setting_get_member(setting, "min_age"),
			"more than max_age", "write one that is not");
	// A more severe action may be capped to police.
	if (is_idle(source, setting, "mode", entry->action != ACTION_ALERT,
		    "mode is for an action that touches packets") ||
		is_idle(source, setting, "rate", entry->action != ACTION_ALERT,
			"rate is for an action that touches packets") ||
		is_idle(source, setting, "burst", entry->action != ACTION_ALERT,
			"burst is for an action that touches packets") ||
		is_idle(source, setting, "udp", entry->action == ACTION_RESET,
			"udp is for action = \"reset\"") ||
		is_idle(source, setting, "sinkhole_else", entry->action == ACTION_SINKHOLE,
			"sinkhole_else is for action = \"sinkhole\""))
		return false;
	if (entry->police_burst == 0)
		entry->police_burst = entry->police_pps;
	return true;
}
