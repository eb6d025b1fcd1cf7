// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is wrong with a setting, in one line:
//
//     FILE:LINE: SETTING: what is wrong ("value"); what would be right
//
// SETTING is its path, "links[0].subscriber", elements counted from 0. The value is cut to a
// length that people read, and control characters in it become question marks.

#include <libconfig.h>

#include <stdbool.h>
#include <stddef.h>

// Where the settings come from and where an error goes.
struct setting_source {
	const char *path;
	char *error;
	size_t error_size;
};

// Writes the line: what is wrong with the value of `setting`, and what would be right. Always
// false.
bool setting_wrong(const struct setting_source *source, const config_setting_t *setting,
	const char *wrong, const char *right, ...) __attribute__((format(printf, 4, 5)));

bool setting_no_memory(const struct setting_source *source); // likewise; always false
