// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a replay found: the facts behind `sekisho replay`'s text and JSON, so that both say the
// same.
//
// A contact whose evidence is `unsolicited` (a listed server sent, the subscriber never did) is no
// infection: it is counted apart. Subscribers are those of the mapping files; who is in none is
// known by the key, after all who are named. Contacts are ordered by subscriber, address, port,
// transport; what one subscriber did by several keys is one contact.

#include "config/config.h"
#include "dataplane/api/contact_record.h"
#include "dataplane/api/evidence.h"
#include "tools/sekisho/player.h"
#include "tools/sekisho/ruleset.h"

struct tally_contact {
	struct contact_record record; // of several keys, the one that was active last
	const char *subscriber;       // the tally's; each once, so that equal ones are the same
	struct subscriber_key inside; // the key, translated
	bool known;                   // by name
	enum evidence evidence;
	const char *family; // the catalogue's; NULL: not said
};

struct tally {
	const struct counters *counters;
	const struct ruleset *ruleset;
	enum mode mode;
	const char *link;           // the name of the only link
	uint64_t first_ns, last_ns; // of all frames; 0: none
	bool complete;              // false: a capture was cut or damaged, or somebody interrupted

	struct string_pool *names;
	struct tally_contact *contacts;
	size_t contact_count;
	uint64_t contacts_refused; // merges into a full contact table
	uint64_t unsolicited_contacts, unsolicited_packets;
	uint64_t infected_subscribers; // with at least one of `contacts`
};

// Takes what the flushed player found. The player and the ruleset must outlive the tally. false:
// memory is out.
bool tally_take(struct tally *tally, const struct player *player, const struct ruleset *ruleset);
void tally_clear(struct tally *tally);

// The key that the data plane saw.
void tally_key(const struct tally *tally, const struct contact_record *record,
	char text[SUBSCRIBER_KEY_TEXT_SIZE]);

void tally_address(const struct contact_record *record, char text[ADDRESS_TEXT_SIZE]);

// Both false: memory is out or stdout does not take it.
bool tally_print_json(const struct tally *tally);
bool tally_print_text(const struct tally *tally);

// Packets that did not go on, for whatever reason but the sinkhole.
uint64_t tally_dropped(const struct tally *tally);
