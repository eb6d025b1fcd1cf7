// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdlib.h>
#include <string.h>

#define LEVEL_MAX (CONFIG_LEVELS - 1)

// One entry of caps.
struct caps_entry {
	bool levels[CONFIG_LEVELS];
	enum action max_action;
};

bool section_levels_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	bool *levels = target;

	if (!setting_expect_list(source, setting, "a level", 1, LEVEL_MAX))
		return false;
	memset(levels, 0, CONFIG_LEVELS * sizeof(*levels));
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

bool section_action_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"alert\", \"police\", \"drop\", \"reset\" or \"sinkhole\"";
	enum action *action = target;
	const char *text = setting_text(source, setting, right);

	return text && (action_parse(text, action) ||
			       setting_wrong(source, setting, "unknown action", "%s", right));
}

bool section_policy_default(struct config_policy *policy)
{
	struct config_policy_entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return false;
	section_policy_entry_default(entry);
	for (int level = 1; level < LEVEL_MAX; level++)
		entry->levels[level] = false;
	entry->action = ACTION_DROP;
	entry->police_burst = entry->police_pps;
	*policy = (struct config_policy){
		.entries = entry,
		.entry_count = 1,
		// Lists are wrong now and then, the more often the less somebody looked.
		.caps = {ACTION_ALERT, ACTION_ALERT, ACTION_ALERT, ACTION_POLICE, ACTION_SINKHOLE},
	};
	return true;
}

static void texts_clear(struct config_texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		free(texts->all[i]);
	free(texts->all);
}

static void entries_clear(struct config_policy *policy)
{
	for (size_t i = 0; i < policy->entry_count; i++) {
		texts_clear(&policy->entries[i].families);
		texts_clear(&policy->entries[i].sources);
		texts_clear(&policy->entries[i].countries);
	}
	free(policy->entries);
	policy->entries = NULL;
	policy->entry_count = 0;
}

void section_policy_clear(struct config_policy *policy)
{
	entries_clear(policy);
}

// Reports name the entry that decided.
static bool is_named_before(const struct config_policy *policy, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (policy->entries[index].name[0] != '\0' &&
			strcmp(policy->entries[i].name, policy->entries[index].name) == 0)
			return true;
	}
	return false;
}

bool section_policy_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_policy *policy = &((struct config *)target)->policy;

	if (!setting_expect_list(
		    source, setting, "an entry { levels; action; }", 0, CONFIG_POLICY_MAX))
		return false;
	entries_clear(policy);
	policy->entries =
		calloc((size_t)config_setting_length(setting) + 1, sizeof(*policy->entries));
	if (!policy->entries)
		return setting_no_memory(source);
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *entry = config_setting_get_elem(setting, (unsigned int)i);
		const size_t index = policy->entry_count++;

		section_policy_entry_default(&policy->entries[index]);
		if (!section_policy_entry_read(source, entry, &policy->entries[index]))
			return false;
		if (is_named_before(policy, index))
			return setting_wrong(source, config_setting_get_member(entry, "name"),
				"name used twice", "give each entry its own");
	}
	return true;
}

static const struct setting_field caps_fields[] = {
	{"levels", SETTING_SECTION, .required = true, .read = section_levels_read,
		.offset = offsetof(struct caps_entry, levels)},
	{"max_action", SETTING_SECTION, .required = true, .read = section_action_read,
		.offset = offsetof(struct caps_entry, max_action)},
};

bool section_caps_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_policy *policy = &((struct config *)target)->policy;
	bool capped[CONFIG_LEVELS] = {false};

	if (!setting_expect_list(source, setting, "an entry { levels; max_action; }", 0, LEVEL_MAX))
		return false;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *group = config_setting_get_elem(setting, (unsigned int)i);
		struct caps_entry entry = {.max_action = ACTION_ALERT};

		if (!setting_read_group(source, group, caps_fields,
			    sizeof(caps_fields) / sizeof(caps_fields[0]), &entry))
			return false;
		for (int level = 1; level <= LEVEL_MAX; level++) {
			if (!entry.levels[level])
				continue;
			if (capped[level])
				return setting_wrong(source,
					config_setting_get_member(group, "levels"),
					"level capped twice", "name level %d in one entry", level);
			capped[level] = true;
			policy->caps[level] = entry.max_action;
		}
	}
	return true;
}
