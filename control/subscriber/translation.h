// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// From a key as it is seen outside, a shared IPv4 address and ports, to the one inside that is one
// subscriber's: by the pools of deterministic CGNs (cgn_file.h) and by MAP-E rules (map_e.h).
//
// Where both know an address, the CGN file decides: it is the later word. Immutable; any thread. A
// look-up is O(log n).

#include "config/subscriber_key.h"
#include "control/subscriber/cgn_file.h"
#include "control/subscriber/range_table.h"

enum translation_result {
	TRANSLATION_NONE,    // no outside address
	TRANSLATION_DONE,    // the inside key is right
	TRANSLATION_UNKNOWN, // an outside address, but these ports are nobody's or several people's
};

struct translation;

// Takes `count` files, up to CONFIG_CGN_MAX, which it holds; NULLs among them are files that are
// not there. Of pools of different files that overlap, the first file's decides. The rules are
// copied from `config`. NULL only when memory is out.
struct translation *translation_create(
	struct cgn_file *const files[], size_t count, const struct config_subscribers *config);
void translation_free(struct translation *translation); // NULL is allowed

// What `key` stands for inside. Without ports it can only be translated where an address is not
// shared. A block of ports has to be one subscriber's as a whole. On TRANSLATION_UNKNOWN `error`,
// which may be NULL, says why in one line.
enum translation_result translation_inside(const struct translation *translation,
	const struct subscriber_key *key, struct subscriber_key *inside, char *error,
	size_t error_size);

// Calls `emit` for each range of outside points that belongs to an address in `inside`, a range of
// addresses: of PORTS where addresses are shared, else also of ADDRESS. Stops when it says false,
// and says so.
bool translation_outside(const struct translation *translation, const struct range *inside,
	bool (*emit)(void *context, const struct range *outside), void *context);
