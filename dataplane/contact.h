// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All contacts of the data plane: the workers' ledgers merged. Owned by the service thread; replay
// and tests use it the same way.
//
// Bounded. When it is full, the contact that was quiet longest gives way, but only if a control
// plane has acknowledged it; otherwise the newcomer is refused and counted. Every change gives a
// contact a new `change` number and moves it to the end of the order in which contacts_read tells
// them.
//
// Memory: about 150 bytes per contact, taken from the system as contacts come.

#include "dataplane/api/contact_record.h"
#include "dataplane/ledger.h"

#include <stdbool.h>
#include <stdint.h>

struct contacts;

// Ticks → UTC nanoseconds, as the one who filled the ledger counted them.
struct contact_clock {
	uint64_t ticks; // at the moment `ns`
	uint64_t ns;    // UTC since the epoch
	uint64_t hz;    // ticks per second
};

struct contact_totals {
	uint64_t count, limit;
	uint64_t evicted; // acknowledged contacts given up for room
	uint64_t refused; // merges that found no room
};

struct contacts *contacts_create(uint32_t limit); // NULL only when memory is out
void contacts_free(struct contacts *contacts);    // NULL is allowed

// Adds all of `ledger`, which the caller owns meanwhile; does not clear it.
void contacts_merge(
	struct contacts *contacts, const struct ledger *ledger, const struct contact_clock *clock);

// Readers that go on where they stopped and so need no search; one per client of the data plane.
#define CONTACTS_BOOKMARKS 8

// Copies up to `limit` contacts that changed after change number `after`, in the order of their
// change. Returns how many; `*more` says whether others follow. Costs what it returns if `after` is
// 0 or the change of the last record of one of the latest CONTACTS_BOOKMARKS readings; otherwise a
// walk over the contacts changed since.
uint32_t contacts_read(struct contacts *contacts, uint64_t after, struct contact_record *records,
	uint32_t limit, bool *more);

// All changes up to `change` are stored elsewhere. A change that was never told is ignored.
void contacts_acknowledge(struct contacts *contacts, uint64_t change);

struct contact_totals contacts_totals(const struct contacts *contacts);
