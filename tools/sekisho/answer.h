// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Members of an answer of the control plane (control/api.h), and how a person reads them.
//
// Every call takes NULL, a missing member and one of another type as "not known", so that a daemon
// of another version costs a dash and not a crash. Strings belong to the answer and are as they
// came; tools/sekisho/shown_text.h makes them fit to be shown.

#include <jansson.h>

#include <stdbool.h>
#include <stdint.h>

const char *answer_text(const json_t *object, const char *name);      // NULL: not known
const char *answer_text_or(const json_t *object, const char *name, const char *otherwise);
uint64_t answer_count(const json_t *object, const char *name);        // 0: not known
double answer_number(const json_t *object, const char *name);         // 0: not known
bool answer_true(const json_t *object, const char *name);
bool answer_known(const json_t *object, const char *name);            // there, and not null

// Seconds of UTC since the epoch; 0: not known.
int64_t answer_time(const json_t *object, const char *name);

#define ANSWER_CELL_SIZE 272 // a domain has up to 253 characters

// "2026-11-22 06:30:00": what a person needs of RFC 3339; "-" where it is not known.
void answer_time_cell(const json_t *object, const char *name, char cell[ANSWER_CELL_SIZE]);

// How long before `now_s` that was, "3 min 20 s"; "-" where it is not known.
void answer_age_cell(
	const json_t *object, const char *name, int64_t now_s, char cell[ANSWER_CELL_SIZE]);

// "198.51.100.9:6667/tcp", "[2001:db8::1]:443/udp", "192.0.2.1:*/any" of a list's entry for any
// port, "198.51.100.9:23/tcp (any)" of a contact with such an entry, or a domain.
void answer_endpoint_cell(const json_t *object, char cell[ANSWER_CELL_SIZE]);

// The counts with thousands separators; "-" where it is not known.
void answer_count_cell(const json_t *object, const char *name, char cell[ANSWER_CELL_SIZE]);

// "drop"; "would drop" where the mode kept it from being carried out.
void answer_verdict_cell(const json_t *contact, char cell[ANSWER_CELL_SIZE]);
