// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The store numbers feeds with 16 bits; an operator has a dozen.
#define FEEDS_MAX       256
#define NEVER_BLOCK_MAX 256
#define CATEGORY_MAX    60 // of Suricata's IP reputation

static const char *const formats[] = {
	"csv",
	"maltrail",
	"feodo",
	"plain",
	"threatfox",
	"threatfox-json",
	"feodo-json",
	"sslbl",
	"iprep",
	"zeek-intel",
	"delimited",
};

static const char *formats_text(char *text, size_t size)
{
	size_t used = (size_t)snprintf(text, size, "write one of");

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, " %s", formats[i]);
	if (used < size)
		snprintf(text + used, size - used, ", or leave it out to have it detected");
	return text;
}

static bool format_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	char right[256];
	const char *text = setting_text(source, setting, formats_text(right, sizeof(right)));

	if (!text)
		return false;
	if (strcmp(text, "drop") == 0)
		return setting_wrong(source, setting, "no list of C&C servers",
			"leave this feed out: DROP names networks of bad repute, which show no "
			"infection");
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(text, formats[i]) == 0)
			return setting_string(source, setting, 1, 16, target);
	}
	return setting_wrong(source, setting, "unknown format", "%s", right);
}

static bool categories_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	uint64_t *categories = target;

	if (!setting_expect_list(source, setting, "a number", 1, CATEGORY_MAX))
		return false;
	for (int i = 0; i < config_setting_length(setting); i++) {
		uint32_t number;

		if (!setting_number(source, config_setting_get_elem(setting, (unsigned int)i), 1,
			    CATEGORY_MAX, &number))
			return false;
		*categories |= UINT64_C(1) << number;
	}
	return true;
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
	{"categories", SETTING_SECTION, .read = categories_read,
		.offset = offsetof(struct config_feed, categories)},
	{"columns", SETTING_SECTION, .read = section_table_columns_read,
		.offset = offsetof(struct config_feed, table)},
	{"separator", SETTING_SECTION, .read = section_table_separator_read,
		.offset = offsetof(struct config_feed, table.separator)},
	{"header", SETTING_BOOL, .offset = offsetof(struct config_feed, table.header)},
	{"time_format", SETTING_SECTION, .read = section_table_time_format_read,
		.offset = offsetof(struct config_feed, table.time_format)},
};

static bool feed_read(
	const struct setting_source *source, const config_setting_t *setting, struct config *config)
{
	struct config_feed *feed = &config->feeds[config->feed_count++];

	*feed = (struct config_feed){.level = 3,
		.refresh_s = 60,
		.shrink_percent = 50,
		.table = {.separator = ',', .header = true}};
	if (!setting_read_group(source, setting, feed_fields,
		    sizeof(feed_fields) / sizeof(feed_fields[0]), feed))
		return false;
	if (!section_table_check(source, setting, feed))
		return false;
	if (feed->categories != 0 && (!feed->format || strcmp(feed->format, "iprep") != 0))
		return setting_wrong(source, config_setting_get_member(setting, "categories"),
			"no setting of this format", "add format = \"iprep\"; or leave it out");
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

static bool files_read(const struct setting_source *source, const config_setting_t *setting,
	char ***files, size_t *file_count)
{
	int count;

	if (!setting_expect_list(source, setting, "a file name", 0, NEVER_BLOCK_MAX))
		return false;
	count = config_setting_length(setting);
	*files = calloc((size_t)count + 1, sizeof(**files));
	if (!*files)
		return setting_no_memory(source);
	for (int i = 0; i < count; i++) {
		if (!setting_path(source, config_setting_get_elem(setting, (unsigned int)i), 1,
			    PATH_MAX - 1, &(*files)[i]))
			return false;
		(*file_count)++;
	}
	return true;
}

bool section_never_block_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;

	return files_read(source, setting, &config->never_block, &config->never_block_count);
}

bool section_sinkholes_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;

	return files_read(source, setting, &config->sinkholes, &config->sinkhole_count);
}
