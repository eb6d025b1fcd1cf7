// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The part of the configuration that says what may be done: entries in their order, of which the
// first that fits decides, and caps that no entry gets past.
//
// An entry fits if everything fits that it says; what it leaves out fits always. control/policy.h
// says how that is applied.

#include "config/action.h"
#include "config/day_window.h"
#include "config/mode.h"

#include <stddef.h>
#include <stdint.h>

#define CONFIG_LEVELS           5 // index by level 1..4
#define CONFIG_POLICY_MAX       64
#define CONFIG_POLICY_NAME_SIZE 32
#define CONFIG_POLICY_TEXTS_MAX 64 // families, sources or countries of an entry
// Enough for a person who waits for a page, little for a flood.
#define CONFIG_POLICE_PPS_DEFAULT 10u

#define CONFIG_POLICY_TCP        0x1u
#define CONFIG_POLICY_UDP        0x2u
#define CONFIG_POLICY_ANY        0x4u // named by its list without a transport
#define CONFIG_POLICY_TRANSPORTS 0x7u

struct config_texts {
	char **all;
	size_t count;
};

struct config_policy_entry {
	char name[CONFIG_POLICY_NAME_SIZE]; // "": none

	// What it is about.
	bool levels[CONFIG_LEVELS];
	uint8_t min_confidence;
	uint8_t min_evidence;          // enum evidence
	uint8_t transports;            // CONFIG_POLICY_*
	uint8_t flags;                 // SUBSCRIBER_FLAG_* that are all set
	struct config_texts families;  // case does not matter; '*' at the end: whatever begins so
	struct config_texts sources;   // a feed, or what a row says, likewise
	struct config_texts countries; // two letters
	uint32_t min_age_s, max_age_s; // since first seen, as lists say; 0: not asked for
	struct day_window window;

	// What may be done.
	enum action action;
	enum mode mode; // at most
	uint32_t police_pps, police_burst;
	bool refuse_udp;           // reset
	enum action sinkhole_else; // alert or drop
};

struct config_policy {
	struct config_policy_entry *entries;
	size_t entry_count;              // at most CONFIG_POLICY_MAX
	enum action caps[CONFIG_LEVELS]; // by level; [0] unused
};
