// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdlib.h>
#include <string.h>

#define COLUMN_NAME_MAX 128
#define TIME_FORMAT_MAX 64

#define COLUMN(column, text) \
	{ \
		text, SETTING_STRING, .minimum = 1, .maximum = COLUMN_NAME_MAX, \
				      .offset = offsetof(struct list_table, columns[column]) \
	}

static const struct setting_field columns[] = {
	COLUMN(LIST_IP, "ip"),
	COLUMN(LIST_TRANSPORT, "transport"),
	COLUMN(LIST_PORT, "port"),
	COLUMN(LIST_LEVEL, "level"),
	COLUMN(LIST_CONFIDENCE, "confidence"),
	COLUMN(LIST_FIRST_SEEN, "first_seen"),
	COLUMN(LIST_LAST_SEEN, "last_seen"),
	COLUMN(LIST_VALID_UNTIL, "valid_until"),
	COLUMN(LIST_FAMILY, "family"),
	COLUMN(LIST_DOMAIN, "domain"),
	COLUMN(LIST_ASN, "asn"),
	COLUMN(LIST_COUNTRY, "country"),
	COLUMN(LIST_SOURCE, "source"),
	COLUMN(LIST_REFERENCE, "reference"),
	COLUMN(LIST_MAX_ACTION, "max_action"),
};

_Static_assert(sizeof(columns) / sizeof(columns[0]) == LIST_COLUMN_COUNT, "a field a column");

bool section_table_columns_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct list_table *table = target;

	if (!setting_read_group(
		    source, setting, columns, sizeof(columns) / sizeof(columns[0]), table))
		return false;
	if (table->columns[LIST_IP] == NULL && table->columns[LIST_DOMAIN] == NULL)
		return setting_wrong(
			source, setting, "incomplete", "add ip = ...; or domain = ...;");
	return true;
}

bool section_table_separator_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	static const char allowed[] = "\t ,;:|";
	const char *right = "write one of \",\", \";\", \":\", \"|\", \" \" and \"\\t\"";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	if (strlen(text) != 1 || !strchr(allowed, text[0]))
		return setting_wrong(source, setting, "no separator", "%s", right);
	*(char *)target = text[0];
	return true;
}

bool section_table_time_format_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write it with YYYY, MM and DD, and hh, mm, ss if it has them, such as "
			    "\"YYYY/MM/DD hh:mm\"";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	if (!strstr(text, "YYYY") || !strstr(text, "MM") || !strstr(text, "DD"))
		return setting_wrong(source, setting, "no form of a time", "%s", right);
	return setting_string(source, setting, 1, TIME_FORMAT_MAX, target);
}

// Without a header, columns have numbers.
static bool check_numbers(const struct setting_source *source, const config_setting_t *setting)
{
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *column = config_setting_get_elem(setting, (unsigned int)i);
		const char *text = config_setting_get_string(column);
		const size_t digits = strspn(text, "0123456789");
		const long number = strtol(text, NULL, 10);

		if (text[0] == '0' || digits == 0 || digits > 2 || text[digits] != '\0' ||
			number > LIST_TABLE_COLUMNS_MAX)
			return setting_wrong(source, column, "no column",
				"without a header, write its number, \"1\" to \"%d\"",
				LIST_TABLE_COLUMNS_MAX);
	}
	return true;
}

bool section_table_check(const struct setting_source *source, const config_setting_t *setting,
	const struct config_feed *feed)
{
	static const char *const members[] = {"columns", "header", "separator", "time_format"};
	const config_setting_t *member = config_setting_get_member(setting, members[0]);

	if (feed->format && strcmp(feed->format, "delimited") == 0) {
		if (!member)
			return setting_wrong(source, setting, "incomplete",
				"add columns = { ip = \"...\"; port = \"...\"; };");
		return feed->table.header || check_numbers(source, member);
	}
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		member = config_setting_get_member(setting, members[i]);
		if (member)
			return setting_wrong(source, member, "no setting of this format",
				"add format = \"delimited\"; or leave it out");
	}
	return true;
}

void section_table_clear(struct list_table *table)
{
	for (size_t i = 0; i < LIST_COLUMN_COUNT; i++)
		free(table->columns[i]);
	free(table->time_format);
}
