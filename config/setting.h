// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One setting of a libconfig file → one member of a struct, checked.
//
// A group is read by a table of fields, which is at once the list of the names that are known: any
// other name in the group is an error. A setting that is absent leaves the member as it is, which
// is how defaults work. Every reader returns false after it wrote one line to the source's error.
//
// Only config.c and the sections include this. Strings are copies made with malloc(3); what a
// member held before is freed.

#include "config/setting_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_kind {
	SETTING_BOOL,    // bool
	SETTING_U8,      // uint8_t, a whole number from minimum to maximum
	SETTING_U32,     // uint32_t, likewise
	SETTING_STRING,  // char *, minimum to maximum bytes long
	SETTING_PATH,    // as STRING; a relative one becomes relative to the file's directory
	SETTING_NAME,    // char[maximum + 1]: letters, digits, '.', '_' and '-'
	SETTING_SECTION, // read by `read`
};

struct setting_field {
	const char *name;
	enum setting_kind kind;
	bool required;
	bool zero; // 0 is right as well, whatever the minimum
	uint32_t minimum, maximum;
	size_t offset; // of the member; SECTION: of what `read` is given
	bool (*read)(
		const struct setting_source *source, const config_setting_t *setting, void *target);
};

// `setting` must be a group.
bool setting_read_group(const struct setting_source *source, const config_setting_t *setting,
	const struct setting_field fields[], size_t field_count, void *target);

// Lists ( ) and arrays [ ] are taken alike. `what` names an element: "a link".
bool setting_expect_list(const struct setting_source *source, const config_setting_t *setting,
	const char *what, size_t minimum, size_t maximum);

bool setting_number(const struct setting_source *source, const config_setting_t *setting,
	uint32_t minimum, uint32_t maximum, uint32_t *number);

// The text, which stays libconfig's, or NULL after the error: `right` says what would be right,
// should it be no text.
const char *setting_text(
	const struct setting_source *source, const config_setting_t *setting, const char *right);

// As SETTING_STRING and SETTING_PATH.
bool setting_string(const struct setting_source *source, const config_setting_t *setting,
	uint32_t minimum, uint32_t maximum, char **string);
bool setting_path(const struct setting_source *source, const config_setting_t *setting,
	uint32_t minimum, uint32_t maximum, char **path);

// A copy of `text`, in front of it the directory of the source when it is relative; NULL only when
// memory is out.
char *setting_resolve(const struct setting_source *source, const char *text);
