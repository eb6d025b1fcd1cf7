// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/record.h"

#include <string.h>

static const char blank[] = " \t";

// The closing quote of the field whose opening quote is at `text`; NULL: none.
static char *record_closing_quote(char *text)
{
	char *at = strchr(text + 1, '"');
	while (at && at[1] == '"')
		at = strchr(at + 2, '"');
	return at;
}

// Takes the quotes off and makes "" one quote.
static void record_unquote(char *text, const char *closing)
{
	char *to = text;
	for (const char *from = text + 1; from < closing; from++) {
		*to++ = *from;
		if (*from == '"')
			from++;
	}
	*to = '\0';
}

// Where the unquoted field at `text` ends; NULL: a quote is in it.
static char *record_unquoted_end(char *text, const struct record_dialect *dialect)
{
	const char ends[] = {dialect->separator, dialect->quotes ? '"' : '\0', '\0'};
	char *end = text + strcspn(text, ends);
	return dialect->quotes && *end == '"' ? NULL : end;
}

static void record_trim(char *text, char *end)
{
	while (end > text && strchr(blank, end[-1]))
		end--;
	*end = '\0';
}

int record_split_as(
	char *text, const struct record_dialect *dialect, char *fields[RECORD_FIELDS_MAX])
{
	for (int count = 0; count < RECORD_FIELDS_MAX;) {
		char *rest, separator;
		if (dialect->blanks)
			while (*text == ' ' || (*text == '\t' && dialect->separator != '\t'))
				text++;
		fields[count++] = text;
		if (dialect->quotes && *text == '"') {
			char *closing = record_closing_quote(text);
			if (!closing)
				goto malformed;
			rest = closing + 1;
			if (dialect->blanks)
				rest += strspn(rest, blank);
			separator = *rest;
			if (separator != dialect->separator && separator != '\0')
				goto malformed;
			record_unquote(text, closing);
		} else {
			rest = record_unquoted_end(text, dialect);
			if (!rest)
				goto malformed;
			separator = *rest;
			if (dialect->blanks)
				record_trim(text, rest);
		}
		if (separator == '\0')
			return count;
		*rest = '\0';
		text = rest + 1;
	}
malformed:
	fields[0] = text;
	return -1;
}

int record_split(char *text, char *fields[RECORD_FIELDS_MAX])
{
	static const struct record_dialect commas = {.separator = ',', .quotes = true};
	return record_split_as(text, &commas, fields);
}
