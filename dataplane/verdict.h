// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Decision × evidence × subscriber × mode → what is to be done.
//
// Evidence and the subscriber's flags find the decision's cell, in which consent, exemption and
// every cap are settled already. The mode is the lesser of the appliance's and the cell's:
//
//	      mode alert	mode shadow		     mode enforce
// alert      alert, untouched	alert, untouched	     alert, untouched
// drop	      alert, untouched	drop, counted, not applied   drop, applied
//
// and police, reset and sinkhole as drop. Of a subscriber in the control group of a trial, enforce
// counts as shadow. Whether it can be done is another question (deed.h).
//
// Pure; datapath: one load.

#include "config/action.h"
#include "config/mode.h"
#include "dataplane/api/generation_layout.h"
#include "dataplane/burst.h"

#include <stdbool.h>

struct judgement {
	enum action action; // what the contact's record says
	bool apply;         // false: alert, or the mode does not carry it out
};

// `evidence`: of the contact, this packet included. `flags`: SUBSCRIBER_FLAG_*.
struct judgement verdict_judge(const struct generation_decision *decision, enum evidence evidence,
	uint8_t flags, enum mode mode);
