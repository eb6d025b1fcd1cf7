// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Decision × evidence × subscriber × mode → verdict.
//
// Evidence and the subscriber's flags find the decision's cell, in which consent, exemption and
// every cap are settled already. The mode is the lesser of the appliance's and the cell's:
//
//	      mode alert	mode shadow		     mode enforce
// alert      alert, untouched	alert, untouched	     alert, untouched
// drop	      alert, untouched	drop, counted, not applied   drop, applied
//
// Pure; datapath: one load.

#include "config/action.h"
#include "config/mode.h"
#include "dataplane/api/generation_layout.h"
#include "dataplane/burst.h"

#include <stdbool.h>

struct judgement {
	enum action action;   // what the contact's record says
	enum verdict verdict; // what happens to the packet
	bool would_drop;      // enforce would discard it; the mode does not
};

// `evidence`: of the contact, this packet included. `flags`: SUBSCRIBER_FLAG_*.
struct judgement verdict_judge(const struct generation_decision *decision, enum evidence evidence,
	uint8_t flags, enum mode mode);
