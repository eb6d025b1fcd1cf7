// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What may not be true: addresses and domains that no list may name, whatever it says.
//
// Special-use addresses are built in, with one deliberate gap: documentation and benchmark prefixes
// (RFC 5737, RFC 3849, RFC 2544) serve nobody on a real network and are what drills and manuals
// use, so they may be listed. To these come the ISP's own prefixes (its subscribers) and the files
// of `never_block` (never_block.h). Immutable after creation; any thread.
//
// Known sinkholes are another matter: a C&C server's address that researchers took over may be
// listed, and who talks to it is infected, but to block it would take the evidence away from those
// who gather it. So they are not withheld, but told, and the catalogue caps them to alert.

#include "config/config.h"
#include "control/feed/feed.h"

#define GUARD_TEXT_SIZE   512
#define GUARD_DIGEST_SIZE 32

struct guard;

// Reads the files of never_block and of sinkholes. NULL with one line (file, line, value, what
// would be right) in `error`.
struct guard *guard_create(const struct config *config, char *error, size_t error_size);
void guard_free(struct guard *guard); // NULL is allowed

// false: quarantined; `*reason` and, if not NULL, what protects the address: a prefix, of a
// never-block file "FILE:LINE PREFIX" and in brackets the name of a warninglist.
bool guard_allows(const struct guard *guard, const struct address *address,
	enum feed_reason *reason, char protected_by[GUARD_TEXT_SIZE]);

// The same for a domain indicator, `domain` as domain_parse writes it. Where a domain points to is
// not known here, so only never-block files protect it.
bool guard_allows_domain(const struct guard *guard, const char *domain, enum feed_reason *reason,
	char protected_by[GUARD_TEXT_SIZE]);

// true: a known sinkhole; "FILE:LINE ..." as above, in `told_by`.
bool guard_knows_sinkhole(
	const struct guard *guard, const struct address *address, char told_by[GUARD_TEXT_SIZE]);
bool guard_knows_sinkhole_domain(
	const struct guard *guard, const char *domain, char told_by[GUARD_TEXT_SIZE]);

// Of what all these files say, for telling whether they changed.
void guard_digest(const struct guard *guard, uint8_t digest[GUARD_DIGEST_SIZE]);

struct guard_summary {
	size_t files, prefixes, domains;
};

void guard_summarize(const struct guard *guard, struct guard_summary *summary);
