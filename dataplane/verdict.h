// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rule × subscriber × consent × mode → verdict.
//
// The rule's action is first cut to what may be done to this subscriber: no more than alert if it
// is exempt or has opted out (of the latter nothing should come this far), or if consent is opt-in
// and it has not consented. Being watched changes nothing. Of what is left:
//
//	      mode alert	mode shadow		     mode enforce
// alert      alert, untouched	alert, untouched	     alert, untouched
// drop	      alert, untouched	drop, counted, not applied   drop, applied
//
// Of a subscriber in the control group of a trial, enforce counts as shadow.
//
// Pure; datapath.

#include "config/action.h"
#include "config/consent.h"
#include "config/mode.h"
#include "dataplane/burst.h"

#include <stdbool.h>

struct judgement {
	enum action action;   // what the contact's record says
	enum verdict verdict; // what happens to the packet
	bool would_drop;      // enforce would discard it; the mode does not
};

// `flags`: SUBSCRIBER_FLAG_*.
struct judgement verdict_judge(
	enum action allowed, uint8_t flags, enum consent consent, enum mode mode);
