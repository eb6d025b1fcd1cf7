// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A policy and lists made by chance, as words: what somebody could have written into sekisho.conf
// and into lists, and what the manual says comes of it.
//
// The reference reads only the words below and nothing of the programs; slow, and meant to be read
// against sekisho.conf(5).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_ENTRIES_MAX 6
#define WORDS_ROWS_MAX    24
#define WORDS_FEEDS       2
#define WORDS_TEXT_SIZE   8192

// One entry of the policy. NULL, -1 and 0 bits: the setting is left out.
struct words_entry {
	unsigned levels; // bit of each
	int min_confidence;
	const char *min_evidence;
	const char *families[2], *sources[2], *countries[2];
	const char *transport;
	int min_age_h, max_age_h;
	bool consented, watch;
	int from_minute, to_minute;
	unsigned days; // bit of each, Sunday first
	const char *action, *mode;
};

struct words_row {
	int feed;
	int address; // the last byte
	int port;    // -1: none
	const char *transport;
	int level, confidence;
	const char *family, *country, *source, *max_action; // NULL: not said
	int age_minutes;                                    // of first_seen; -1: not said
};

struct words {
	int64_t now_s;
	int zone_h; // hours east of Greenwich
	bool opt_in;
	bool has_policy;
	struct words_entry entries[WORDS_ENTRIES_MAX];
	size_t entry_count;
	const char *caps[5]; // by level
	struct words_row rows[WORDS_ROWS_MAX];
	size_t row_count;
	int protected_from, protected_to; // addresses, the latter exclusive; a whole prefix
};

// What `state` (xorshift) makes.
void words_make(struct words *words, uint64_t *state);

// As files.
void words_policy_text(const struct words *words, char bytes[WORDS_TEXT_SIZE]);
void words_list_text(const struct words *words, int feed, char bytes[WORDS_TEXT_SIZE]);
void words_never_block_text(const struct words *words, char bytes[WORDS_TEXT_SIZE]);

// What is allowed, as the manual has it.
struct words_verdict {
	const char *action, *mode;
};

bool words_listed(const struct words *words, int address, int port, const char *transport);
// The evidence by its number, 0 unsolicited to 3 conversed.
struct words_verdict words_judge(const struct words *words, int address, int port,
	const char *transport, int evidence, bool opted_out, bool consented, bool exempt,
	bool watched);
