// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/record.h"

#include <string.h>

// The closing quote of the field whose opening quote is at `text`; NULL: none, or something other
// than a separator follows it.
static char *record_closing_quote(char *text)
{
	char *at = strchr(text + 1, '"');
	while (at && at[1] == '"')
		at = strchr(at + 2, '"');
	return at && (at[1] == ',' || at[1] == '\0') ? at : NULL;
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

int record_split(char *text, char *fields[RECORD_FIELDS_MAX])
{
	for (int count = 0; count < RECORD_FIELDS_MAX;) {
		char *rest, separator;
		fields[count++] = text;
		if (*text == '"') {
			char *closing = record_closing_quote(text);
			if (!closing)
				goto malformed;
			rest = closing + 1;
			separator = *rest;
			record_unquote(text, closing);
		} else {
			rest = text + strcspn(text, ",\"");
			if (*rest == '"')
				goto malformed;
			separator = *rest;
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
