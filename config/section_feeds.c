// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdlib.h>
#include <string.h>

// The store numbers feeds with 16 bits; an operator has a dozen.
#define FEEDS_MAX       256
#define NEVER_BLOCK_MAX 256

static bool format_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	static const char *const formats[] = {"csv", "maltrail", "feodo", "plain"};
	const char *right =
		"write \"csv\", \"maltrail\", \"feodo\" or \"plain\", or leave it out to "
		"have it detected";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(text, formats[i]) == 0)
			return setting_string(source, setting, 1, 16, target);
	}
	return setting_wrong(source, setting, "unknown format", "%s", right);
}

static const struct setting_field feed_fields[] = {
	{"name", SETTING_NAME, .required = true, .maximum = CONFIG_NAME_SIZE - 1,
		.offset = offsetof(struct config_feed, name)},
	{"path", SETTING_PATH, .required = true, .minimum = 1, .maximum = PATH_MAX - 1,
		.offset = offsetof(struct config_feed, path)},
	{"format", SETTING_SECTION, .read = format_read,
		.offset = offsetof(struct config_feed, format)},
	{"level", SETTING_U8, .minimum = 1, .maximum = 4,
		.offset = offsetof(struct config_feed, level)},
	{"refresh", SETTING_U32, .minimum = 1, .maximum = 86400,
		.offset = offsetof(struct config_feed, refresh_s)},
	{"shrink_limit", SETTING_U8, .minimum = 0, .maximum = 100,
		.offset = offsetof(struct config_feed, shrink_percent)},
};

static bool feed_read(
	const struct setting_source *source, const config_setting_t *setting, struct config *config)
{
	struct config_feed *feed = &config->feeds[config->feed_count++];

	*feed = (struct config_feed){.level = 3, .refresh_s = 60, .shrink_percent = 50};
	if (!setting_read_group(source, setting, feed_fields,
		    sizeof(feed_fields) / sizeof(feed_fields[0]), feed))
		return false;
	for (const struct config_feed *other = config->feeds; other < feed; other++) {
		if (strcmp(other->name, feed->name) == 0)
			return setting_wrong(source, config_setting_get_member(setting, "name"),
				"name of two feeds", "give each its own");
	}
	return true;
}

bool section_feeds_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;
	int count;

	if (!setting_expect_list(source, setting, "a feed { ... }", 0, FEEDS_MAX))
		return false;
	count = config_setting_length(setting);
	config->feeds = calloc((size_t)count + 1, sizeof(*config->feeds));
	if (!config->feeds)
		return setting_no_memory(source);
	for (int i = 0; i < count; i++) {
		if (!feed_read(source, config_setting_get_elem(setting, (unsigned int)i), config))
			return false;
	}
	return true;
}

bool section_never_block_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;
	int count;

	if (!setting_expect_list(source, setting, "a file name", 0, NEVER_BLOCK_MAX))
		return false;
	count = config_setting_length(setting);
	config->never_block = calloc((size_t)count + 1, sizeof(*config->never_block));
	if (!config->never_block)
		return setting_no_memory(source);
	for (int i = 0; i < count; i++) {
		if (!setting_path(source, config_setting_get_elem(setting, (unsigned int)i), 1,
			    PATH_MAX - 1, &config->never_block[i]))
			return false;
		config->never_block_count++;
	}
	return true;
}
