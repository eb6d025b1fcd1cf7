// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Fragments without reassembly: a bounded memory of first fragments, so that later ones, which have
// neither ports nor a tunnel's inside, take over what was found about their first.
//
// The rules (datagram.c carries them out). For the listed address:
// - A first fragment is judged by its own ports, like a whole packet, always. No receiver can put a
//   datagram together without its first fragment (RFC 791 section 3.2, RFC 8200 section 4.5): where
//   that one is dropped, the others may pass and nothing arrives.
// - A later one whose first is known shares its finding: the same contact, the same other port. The
//   mode is that of the later one's own time.
// - A later one whose first is not known (it came first, was lost, went to another worker, or its
//   memory had to give way) is judged by a rule for any port if one fits, else forwarded and
//   counted: fragment_early.
// - A first one too short for its ports is judged by the strictest rule of the address that fits
//   the transport, and those that follow it as well; counted as fragment_short, no contact.
// - A later one that begins within what its first was judged by (RFC 1858, RFC 3128, RFC 5722)
// could
//   rewrite that in a careless receiver: judged by the strictest rule of the address, counted as
//   fragment_overlap, no contact. The same goes for a first that reaches beyond the beginning of a
//   later one seen before it. Of several firsts with one key each is judged by itself; the newest
//   is remembered, with the longest head and the earliest beginning of them all.
// For tunnels:
// - A first that carries a tunnel is remembered whatever is inside, and judged by that; its later
//   ones share the finding. So does an inner fragment within it: the outermost and the innermost
//   fragmented packet are told apart and both remembered.
// - A later one of a tunnel whose first is not known, or was not understood, or whose head it
//   overlaps with nothing listed inside, is forwarded as undecoded_fragment.
//
// Remembered is by the key of the reassembly: source, destination, identification, and in IPv4 the
// protocol (in IPv6 later fragments may name another, RFC 8200 section 4.5). For `timeout` from the
// first on; identifications are used again. A memory is of one generation: what a list that was
// replaced said does not outlive it. Unfragmented packets do not come here.
//
// Sets of FRAGMENT_WAYS entries behind a seeded hash: one set is looked at, whatever is in the
// table; where it is full its oldest entry gives way. One worker, one thread; no allocation after
// creation. About 170 bytes per entry.

#include "dataplane/finding.h"

#include <stdbool.h>
#include <stdint.h>

#define FRAGMENT_WAYS 8

struct fragments;

// What is remembered of a datagram.
struct fragment_memory {
	struct finding finding;   // of the first
	struct finding strictest; // of what overlaps; BENIGN: nothing listed that could be hidden
	uint16_t head;            // bytes of the firsts that decided; 0: no first seen yet
	uint16_t beginning;       // lowest offset of the later ones; UINT16_MAX: none seen
	bool understood;          // the first was decoded to its innermost packet
};

// Room for `limit` (at least 1) entries, rounded up to whole sets. NULL only when memory or
// randomness is out.
struct fragments *fragments_create(uint32_t limit, uint64_t timeout_ticks);
void fragments_free(struct fragments *fragments); // NULL is allowed

// What is remembered of the datagram that `part` is of, or NULL. To be altered in place, until the
// next fragments_add. Ticks before those of the entry (captures out of order) are as good as its
// own.
struct fragment_memory *fragments_find(struct fragments *fragments,
	const struct fragment_part *part, uint64_t generation, uint64_t ticks);

// A new entry for the caller to fill in, in place of one with the same key if there is. `*evicted`
// is set if another one gave way before its time, else left alone.
struct fragment_memory *fragments_add(struct fragments *fragments, const struct fragment_part *part,
	uint64_t generation, uint64_t ticks, bool *evicted);

// Forgets an entry that fragments_find gave.
void fragments_forget(struct fragments *fragments, struct fragment_memory *memory);
