// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Keeps the books on contacts: batches of the data plane go into the store, each share to whom the
// resolver names, and events go out once that is committed. What was attributed before more was
// known is looked at again: the unsettled shares of all keys once mapping files have been read and
// whenever the loader publishes another identity, else of those whose holder changes. Until there
// is an identity all of that waits: nobody loses a name for a file that is not read yet.
//
// One batch, one chunk of shares or one settling at a time, each in a turn of the event loop of its
// own. Main thread.

#include "control/event.h"
#include "control/loader.h"
#include "control/store/reattribution.h"

// How often the store is tidied (control/store/tidying.h).
#define BOOKKEEPER_TIDY_MS 1000

struct event_base;
struct bookkeeper;

// All must outlive it; `resolver` is copied. NULL with one line in `error`.
struct bookkeeper *bookkeeper_create(struct event_base *base, const struct config *config,
	struct store *store, struct loader *loader, struct event_log *log,
	const struct subscriber_resolver *resolver, char *error, size_t error_size);
void bookkeeper_free(struct bookkeeper *bookkeeper); // NULL is allowed

// As store_contacts_apply; events name that generation. -1: nothing of it is stored.
int bookkeeper_store(struct bookkeeper *bookkeeper, const uint8_t instance[INSTANCE_SIZE],
	const struct message_contacts *batch, uint64_t generation);

// Has shares attributed anew, in the turns to come. When more changes wait than there is room for,
// all keys are looked at instead.
void bookkeeper_change(struct bookkeeper *bookkeeper, const struct holder_change *change);

// Why contacts cannot be stored; "" if they can.
const char *bookkeeper_problem(const struct bookkeeper *bookkeeper);

// Shares settled before their time, for room: too many contacts go on at once.
uint64_t bookkeeper_settled_early(const struct bookkeeper *bookkeeper);
