// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A trial: what is enforced is enforced for a cohort of subscribers, and for the rest, the control
// group, only counted (mode shadow).
//
// Who is in the cohort is drawn by a keyed hash, SipHash-2-4 (Aumasson, Bernstein: SipHash: a fast
// short-input PRF, 2012), so that it is the same after a restart and with another address, that
// nobody can choose it who does not know the key, and that a larger cohort includes a smaller one
// of the same trial. Hashed are
//
//     of a subscriber with a name   the bytes of the name, without the terminating zero: by the
//                                   control plane, which tells the data plane by flags
//     of any other                  the 20 bytes of its key, of which the link's number is 0,
//                                   because numbers change with the configuration
//
// In neither group is whoever may not be touched anyway; that is for the caller to know, see
// control/subscriber/group.h.
//
// Pure functions without allocation; datapath, asked only about packets to or from a listed
// service. A hash takes some 30 ns.

#include "config/subscriber_key.h"

#include <stddef.h>
#include <stdint.h>

#define COHORT_KEY_SIZE  16
#define COHORT_PER_MILLE 1000

// As it lies in a generation's header.
struct cohort {
	uint32_t trial;     // its number; 0: no trial runs, and all below is 0
	uint16_t per_mille; // of the subscribers; 0: nobody, 1000: everybody
	uint16_t reserved;  // zero
	uint8_t key[COHORT_KEY_SIZE];
};

_Static_assert(sizeof(struct cohort) == 24, "layout of a trial");

enum cohort_group {
	COHORT_NEITHER,
	COHORT_TREATED,
	COHORT_CONTROL,
};

// Where in 0..999 these bytes fall; those below per_mille are in the cohort.
uint16_t cohort_place(const uint8_t key[COHORT_KEY_SIZE], const void *bytes, size_t size);

// Of a subscriber with that name, or of one who is known by nothing but `key`. NEITHER if no trial
// runs.
enum cohort_group cohort_of_name(const struct cohort *cohort, const char *name);
enum cohort_group cohort_of_key(const struct cohort *cohort, const struct subscriber_key *key);

// SUBSCRIBER_FLAG_COHORT, SUBSCRIBER_FLAG_CONTROL or 0.
uint8_t cohort_flag(enum cohort_group group);

// The group of a packet's subscriber, for the data plane: what the flags that came with the
// generation say, else the key's hash. Both flags at once (several subscribers behind one outside
// address) make the control group. Whoever may not be touched is drawn as well: it changes nothing,
// for no decision touches them.
enum cohort_group cohort_of_packet(
	const struct cohort *cohort, const struct subscriber_key *key, uint8_t flags);

const char *cohort_group_name(enum cohort_group group); // "cohort", "control"; "" for NEITHER
