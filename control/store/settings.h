// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A few named values that outlive a restart, with who set them and when.

#include "control/store/store.h"

#define SETTING_MODE              "mode"              // the operator's last word
#define SETTING_GENERATION_NUMBER "generation_number" // the last one given out
#define SETTING_ROLLED_BACK       "rolled_back"       // "1": feeds are not read until a load
#define SETTING_GENERATION        "generation"        // as the audit log knows it
#define SETTING_GUARD             "guard"             // digest of the never-block files, likewise
#define SETTING_DISARMED          "disarmed"      // up to which moment the guard's word is stored
#define SETTING_CONFIGURATION     "configuration" // digest of its file, likewise

#define SETTING_VALUE_SIZE 72 // a SHA-256 in hexadecimal digits, and some
#define ACTOR_SIZE         64 // "uid 1000 (alice), pid 4711"

struct setting {
	char value[SETTING_VALUE_SIZE];
	char actor[ACTOR_SIZE];
	uint64_t changed_ns;
};

// 1: found, 0: never set, -1: failed.
int store_setting_get(struct store *store, const char *name, struct setting *setting);
int store_setting_set(struct store *store, const char *name, const char *value, const char *actor);
