// SPDX-License-Identifier: BSD-3-Clause
#include "config/setting_error.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUE_TEXT_SIZE 64
#define PATH_TEXT_SIZE  96 // of the deepest setting, "subscribers.prefixes[65535]", and room

// A value as it goes into a message: short, on one line, no cut UTF-8 sequence.
static void value_text_copy(const char *value, char text[VALUE_TEXT_SIZE])
{
	size_t length = strlen(value);
	bool cut = length >= VALUE_TEXT_SIZE;

	if (cut) {
		length = VALUE_TEXT_SIZE - sizeof("...");
		while (length > 0 && ((unsigned char)value[length] & 0xc0u) == 0x80u)
			length--;
	}
	for (size_t i = 0; i < length; i++)
		text[i] = iscntrl((unsigned char)value[i]) ? '?' : value[i];
	snprintf(text + length, VALUE_TEXT_SIZE - length, "%s", cut ? "..." : "");
}

static void value_text(const config_setting_t *setting, char text[VALUE_TEXT_SIZE])
{
	switch (config_setting_type(setting)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		snprintf(text, VALUE_TEXT_SIZE, "%lld", config_setting_get_int64(setting));
		break;
	case CONFIG_TYPE_FLOAT:
		snprintf(text, VALUE_TEXT_SIZE, "%g", config_setting_get_float(setting));
		break;
	case CONFIG_TYPE_BOOL:
		value_text_copy(config_setting_get_bool(setting) ? "true" : "false", text);
		break;
	case CONFIG_TYPE_STRING:
		value_text_copy(config_setting_get_string(setting), text);
		break;
	case CONFIG_TYPE_GROUP:
		value_text_copy("{ ... }", text);
		break;
	case CONFIG_TYPE_ARRAY:
		value_text_copy(config_setting_length(setting) ? "[ ... ]" : "[ ]", text);
		break;
	default:
		value_text_copy(config_setting_length(setting) ? "( ... )" : "( )", text);
		break;
	}
}

// "links[0].subscriber"
static void setting_path_text(const config_setting_t *setting, char text[PATH_TEXT_SIZE])
{
	const config_setting_t *parent = config_setting_parent(setting);
	char part[VALUE_TEXT_SIZE];
	size_t used;

	if (!parent) {
		text[0] = '\0';
		return;
	}
	setting_path_text(parent, text);
	used = strlen(text);
	if (config_setting_name(setting)) {
		value_text_copy(config_setting_name(setting), part);
		snprintf(text + used, PATH_TEXT_SIZE - used, "%s%s", used ? "." : "", part);
	} else {
		snprintf(text + used, PATH_TEXT_SIZE - used, "[%d]", config_setting_index(setting));
	}
}

// "FILE:LINE: SETTING: "; returns its length.
static size_t error_begin(const struct setting_source *source, const config_setting_t *setting)
{
	char path[PATH_TEXT_SIZE];
	int length;

	setting_path_text(setting, path);
	length = snprintf(source->error, source->error_size, "%.256s:%d: %s: ", source->path,
		config_setting_source_line(setting), path);
	return (size_t)length;
}

bool setting_wrong(const struct setting_source *source, const config_setting_t *setting,
	const char *wrong, const char *right, ...)
{
	size_t used = error_begin(source, setting);
	char value[VALUE_TEXT_SIZE];
	va_list arguments;

	value_text(setting, value);
	used += (size_t)snprintf(
		source->error + used, source->error_size - used, "%s (\"%s\"); ", wrong, value);
	if (used >= source->error_size)
		return false;
	va_start(arguments, right);
	vsnprintf(source->error + used, source->error_size - used, right, arguments);
	va_end(arguments);
	return false;
}

bool setting_no_memory(const struct setting_source *source)
{
	snprintf(source->error, source->error_size, "%.256s: out of memory", source->path);
	return false;
}
