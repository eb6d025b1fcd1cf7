// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#define LEVEL_MAX (CONFIG_LEVELS - 1)

// One entry: what is to be done about the levels it names.
struct policy_entry {
	bool levels[CONFIG_LEVELS];
	enum action action;
};

void section_policy_default(enum action policy[CONFIG_LEVELS])
{
	for (int level = 0; level <= LEVEL_MAX; level++)
		policy[level] = ACTION_ALERT;
	policy[LEVEL_MAX] = ACTION_DROP;
}

static bool levels_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	bool *levels = target;

	if (!setting_expect_list(source, setting, "a level", 1, LEVEL_MAX))
		return false;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *level = config_setting_get_elem(setting, (unsigned int)i);
		uint32_t number = 0;

		if (!setting_number(source, level, 1, LEVEL_MAX, &number))
			return false;
		if (levels[number])
			return setting_wrong(source, level, "level named twice", "name it once");
		levels[number] = true;
	}
	return true;
}

static bool action_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"alert\" or \"drop\"";
	enum action *action = target;
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	if (!action_parse(text, action))
		return setting_wrong(source, setting, "unknown action", "%s", right);
	if (*action != ACTION_ALERT && *action != ACTION_DROP)
		return setting_wrong(
			source, setting, "this version cannot carry that out", "%s", right);
	return true;
}

static const struct setting_field entry_fields[] = {
	{"levels", SETTING_SECTION, .required = true, .read = levels_read,
		.offset = offsetof(struct policy_entry, levels)},
	{"action", SETTING_SECTION, .required = true, .read = action_read,
		.offset = offsetof(struct policy_entry, action)},
};

bool section_policy_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	bool decided[CONFIG_LEVELS] = {false};
	struct config *config = target;

	// A level may stand in each entry, so more entries than these say nothing new.
	if (!setting_expect_list(source, setting, "an entry { levels; action; }", 0, 16))
		return false;
	for (int level = 1; level <= LEVEL_MAX; level++)
		config->policy[level] = ACTION_ALERT;
	for (int i = 0; i < config_setting_length(setting); i++) {
		struct policy_entry entry = {.action = ACTION_ALERT};

		if (!setting_read_group(source, config_setting_get_elem(setting, (unsigned int)i),
			    entry_fields, sizeof(entry_fields) / sizeof(entry_fields[0]), &entry))
			return false;
		for (int level = 1; level <= LEVEL_MAX; level++) {
			if (!entry.levels[level] || decided[level])
				continue;
			config->policy[level] = entry.action;
			decided[level] = true;
		}
	}
	return true;
}
