// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whose a share is, and what its contact gains by it. All for the caller's transaction.

#include "control/store/contacts.h"
#include "control/store/holders.h"
#include "control/store/shares.h"

// Asks who held the key at the share's time, and decides what of the share counts. The holder at
// its first packet is asked for as well, if that is another moment.
int attribution_find(const struct subscriber_resolver *resolver, const struct record_key *key,
	struct share *share, struct resolved *resolved);

// Finds the group that the holder was in at the share's last packet.
int attribution_member(const struct contact_observer *observer, const struct resolved *resolved,
	const struct record_key *key, struct share *share);

// Reads that subscriber's contact with the service of `record` and adds the share to it; the level
// and the verdict become those of `record` unless the contact had later packets. The subscriber and
// its key are noted; writing the contact, and the share with its row, is left to the caller.
int attribution_gain(struct store *store, const struct resolved *resolved,
	const struct record_key *key, const struct share *share,
	const struct contact_record *record, struct stored_contact *contact);

// Takes the share's counters out of a total. Flags and times are to be measured anew.
void attribution_subtract(const struct share *share, struct contact_record *total);
