// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The over-block guard: a rule that touches more than the operator's limits allow is disarmed, that
// is, judged as in mode alert, until the control plane has taken note and a person has looked.
//
// Counted is what the workers' ledgers say when they are merged, so that a packet costs nothing
// more: every contact whose last verdict is more than alert, applied or, in mode shadow, not
// applied. So a limit acts within two periods of the drain (drain.h) of being passed. Fragments
// that are judged by the strictest rule leave no contact and are not counted, but a disarmed rule
// does not touch them either.
//
// Disarmed is one byte a rule beside the generation. What was disarmed here is disarmed in every
// generation to come until one accounts for it: the control plane compiled it as alert, or a person
// has armed it again, and it says with the generation up to which moment it knows of what was
// disarmed. Counting then begins anew. A control plane that is away changes nothing.
//
// Limits, of which each may be off (0), in the order in which they are looked at; sekisho.conf(5)
// says the defaults: packets a second; per mille of the packets that the rule's links received in
// the last second, from OVERBLOCK_SHARE_PACKETS packets on, because a share of little means
// nothing; distinct subscribers in the last AFFECTED_WINDOW_MS, in numbers and as a share of all;
// and the same over all rules that are new (GENERATION_RULE_NEW), which are disarmed together.
// Passed is a limit by one more than it.
//
// Service thread.

#include "config/config.h"
#include "dataplane/api/message.h"
#include "dataplane/generation.h"
#include "dataplane/ledger.h"

#include <stdint.h>

// Below this a link is idle, and whatever a rule touches is a large share of it.
#define OVERBLOCK_SHARE_PACKETS 1000u
// (subscriber, rule) pairs that are counted.
#define OVERBLOCK_PAIRS 262144u
// What is remembered as disarmed; more is disarmed for as long as the generation is in force, and
// counted.
#define OVERBLOCK_DISARMED_MAX 4096u

struct overblock;

// `config` must outlive it. NULL only when memory is out.
struct overblock *overblock_create(const struct config *config);
void overblock_free(struct overblock *overblock); // NULL is allowed

// Begins a drain at `now_ms` (never goes back): so many packets were received on each link since
// the start.
void overblock_begin(
	struct overblock *overblock, uint64_t now_ms, const uint64_t received[CONFIG_LINKS_MAX]);

// Counts what a ledger says, and disarms what passes a limit in the generation installed last.
void overblock_merge(struct overblock *overblock, const struct ledger *ledger);

// Before `generation` comes into force: disarms in it what is disarmed, but for what was disarmed
// up to `accounted_ns`, which it accounts for. It must stay until the next one is installed.
void overblock_install(
	struct overblock *overblock, struct generation *generation, uint64_t accounted_ns);

void overblock_report(const struct overblock *overblock, struct message_status *status);
