// SPDX-License-Identifier: BSD-3-Clause
#include "config/setting.h"

#include "config/nearest_word.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool setting_expect_list(const struct setting_source *source, const config_setting_t *setting,
	const char *what, size_t minimum, size_t maximum)
{
	size_t length;

	if (!config_setting_is_list(setting) && !config_setting_is_array(setting))
		return setting_wrong(source, setting, "not a list",
			"write ( ... ) with %s as each element", what);
	length = (size_t)config_setting_length(setting);
	if (length < minimum)
		return setting_wrong(
			source, setting, "too short", "name at least %zu: %s", minimum, what);
	if (length > maximum)
		return setting_wrong(
			source, setting, "too long", "name at most %zu: %s", maximum, what);
	return true;
}

static bool number_read(const struct setting_source *source, const config_setting_t *setting,
	const struct setting_field *field, uint32_t *number)
{
	const char *or_zero = field->zero ? "0 or " : "";
	long long value;

	if (config_setting_type(setting) != CONFIG_TYPE_INT &&
		config_setting_type(setting) != CONFIG_TYPE_INT64)
		return setting_wrong(source, setting, "not a whole number", "write %s%u to %u",
			or_zero, field->minimum, field->maximum);
	value = config_setting_get_int64(setting);
	if ((value < field->minimum && !(value == 0 && field->zero)) || value > field->maximum)
		return setting_wrong(source, setting, "out of range", "write %s%u to %u", or_zero,
			field->minimum, field->maximum);
	*number = (uint32_t)value;
	return true;
}

bool setting_number(const struct setting_source *source, const config_setting_t *setting,
	uint32_t minimum, uint32_t maximum, uint32_t *number)
{
	const struct setting_field field = {.minimum = minimum, .maximum = maximum};

	return number_read(source, setting, &field, number);
}

const char *setting_text(
	const struct setting_source *source, const config_setting_t *setting, const char *right)
{
	if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
		setting_wrong(source, setting, "not a text", "%s", right);
		return NULL;
	}
	return config_setting_get_string(setting);
}

static const char *text_within(const struct setting_source *source, const config_setting_t *setting,
	uint32_t minimum, uint32_t maximum)
{
	const char *text = setting_text(source, setting, "write it in double quotes");
	size_t length = text ? strlen(text) : 0;

	if (!text)
		return NULL;
	if (length < minimum) {
		setting_wrong(source, setting, "empty", "write a text, or leave the setting out");
		return NULL;
	}
	if (length > maximum) {
		setting_wrong(source, setting, "too long", "write at most %u characters", maximum);
		return NULL;
	}
	return text;
}

bool setting_string(const struct setting_source *source, const config_setting_t *setting,
	uint32_t minimum, uint32_t maximum, char **string)
{
	const char *text = text_within(source, setting, minimum, maximum);
	char *copy;

	if (!text)
		return false;
	copy = strdup(text);
	if (!copy)
		return setting_no_memory(source);
	free(*string);
	*string = copy;
	return true;
}

char *setting_resolve(const struct setting_source *source, const char *text)
{
	const char *slash = strrchr(source->path, '/');
	char *resolved;

	if (text[0] == '/' || text[0] == '\0' || !slash)
		return strdup(text);
	if (asprintf(&resolved, "%.*s%s", (int)(slash + 1 - source->path), source->path, text) < 0)
		return NULL;
	return resolved;
}

bool setting_path(const struct setting_source *source, const config_setting_t *setting,
	uint32_t minimum, uint32_t maximum, char **path)
{
	const char *text = text_within(source, setting, minimum, maximum);
	char *resolved;

	if (!text)
		return false;
	resolved = setting_resolve(source, text);
	if (!resolved)
		return setting_no_memory(source);
	if (strlen(resolved) > maximum) {
		free(resolved);
		return setting_wrong(source, setting, "too long",
			"with its directory it may have at most %u characters", maximum);
	}
	free(*path);
	*path = resolved;
	return true;
}

// Names go into metrics, file names and log lines.
static bool name_read(const struct setting_source *source, const config_setting_t *setting,
	uint32_t maximum, char *name)
{
	const char *text = text_within(source, setting, 1, maximum);

	if (!text)
		return false;
	for (const char *c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
			return setting_wrong(source, setting, "not a name",
				"use letters, digits, '.', '_' and '-'");
	}
	memcpy(name, text, strlen(text) + 1);
	return true;
}

static bool field_read(const struct setting_source *source, const config_setting_t *setting,
	const struct setting_field *field, void *target)
{
	void *member = (char *)target + field->offset;
	uint32_t number = 0;

	switch (field->kind) {
	case SETTING_BOOL:
		if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
			return setting_wrong(
				source, setting, "neither yes nor no", "write true or false");
		*(bool *)member = config_setting_get_bool(setting);
		return true;
	case SETTING_U8:
		if (!number_read(source, setting, field, &number))
			return false;
		*(uint8_t *)member = (uint8_t)number;
		return true;
	case SETTING_U32:
		return number_read(source, setting, field, member);
	case SETTING_STRING:
		return setting_string(source, setting, field->minimum, field->maximum, member);
	case SETTING_PATH:
		return setting_path(source, setting, field->minimum, field->maximum, member);
	case SETTING_NAME:
		return name_read(source, setting, field->maximum, member);
	case SETTING_SECTION:
		return field->read(source, setting, member);
	}
	return false;
}

static const struct setting_field *field_find(
	const struct setting_field fields[], size_t field_count, const char *name)
{
	for (size_t i = 0; i < field_count; i++) {
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	}
	return NULL;
}

static bool unknown(const struct setting_source *source, const config_setting_t *setting,
	const struct setting_field fields[], size_t field_count)
{
	struct nearest_word nearest;

	nearest_word_begin(&nearest, config_setting_name(setting));
	for (size_t i = 0; i < field_count; i++)
		nearest_word_offer(&nearest, fields[i].name);
	if (nearest.word)
		return setting_wrong(
			source, setting, "unknown setting", "did you mean %s?", nearest.word);
	return setting_wrong(source, setting, "unknown setting", "see sekisho.conf(5)");
}

bool setting_read_group(const struct setting_source *source, const config_setting_t *setting,
	const struct setting_field fields[], size_t field_count, void *target)
{
	if (!config_setting_is_group(setting))
		return setting_wrong(source, setting, "not a group", "write { name = value; ... }");

	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *member = config_setting_get_elem(setting, (unsigned int)i);
		const struct setting_field *field =
			field_find(fields, field_count, config_setting_name(member));

		if (!field)
			return unknown(source, member, fields, field_count);
		if (!field_read(source, member, field, target))
			return false;
	}
	for (size_t i = 0; i < field_count; i++) {
		if (fields[i].required && !config_setting_get_member(setting, fields[i].name))
			return setting_wrong(
				source, setting, "incomplete", "add %s = ...;", fields[i].name);
	}
	return true;
}
