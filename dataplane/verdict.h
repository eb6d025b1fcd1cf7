// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Rule × mode → verdict.
//
//	      mode alert	mode shadow		     mode enforce
// alert      alert, untouched	alert, untouched	     alert, untouched
// drop	      alert, untouched	drop, counted, not applied   drop, applied
//
// Pure; datapath.

#include "config/action.h"
#include "config/mode.h"
#include "dataplane/burst.h"

#include <stdbool.h>

struct judgement {
	enum action action;   // what the contact's record says
	enum verdict verdict; // what happens to the packet
	bool would_drop;      // enforce would discard it; the mode does not
};

struct judgement verdict_judge(enum action allowed, enum mode mode);
