// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All stages with their tables, but no port: frames in, verdicts and records out.
//
// Subscribers are 100.64.0.0/10 and 2001:db8::/32, IPv4 by address, IPv6 by /56, ports by 1024.
// Frames lie in
// memory of exactly their size, so that AddressSanitizer sees a byte read too far.

#include "dataplane/pipeline.h"
#include "tests/burst/frame.h"
#include "tests/burst/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHECKPOINT_FRAGMENTS     1024
#define CHECKPOINT_TIMEOUT_TICKS 1000
// Ticks of a second, for what contacts are remembered by.
#define CHECKPOINT_HZ       1000
#define CHECKPOINT_CONTACTS 64

struct checkpoint {
	struct counters counters;
	struct pipeline pipeline;
	struct burst burst;
};

// What of a checkpoint is not as above.
struct checkpoint_options {
	struct generation *generation; // taken over; NULL: made of the rules
	const struct rule *rules;      // NULL: no generation at all
	size_t rule_count;
	const struct rule_subscriber *flags;
	size_t flag_count;
	enum mode mode;
	uint32_t ledger_limit;
	struct config_link link; // its key and ranges; of both links
};

// Two links; the burst is of the first.
void checkpoint_open_with(struct checkpoint *checkpoint, const struct checkpoint_options *options);

// count 0 and rules NULL: no generation at all.
void checkpoint_open(struct checkpoint *checkpoint, const struct rule *rules, size_t count,
	enum mode mode, uint32_t ledger_limit);
void checkpoint_close(struct checkpoint *checkpoint);

// Adds a frame to the next burst; ticks count up by one a frame. false: the burst is full.
bool checkpoint_add(struct checkpoint *checkpoint, const struct frame *frame);
// The same in buffers of `segment` bytes each.
bool checkpoint_add_chained(
	struct checkpoint *checkpoint, const struct frame *frame, size_t segment);

// Runs the stages over what was added, checks what must hold for every burst, and releases the
// frames; packets and verdicts remain to be looked at.
void checkpoint_run(struct checkpoint *checkpoint, enum direction direction);

// One frame alone. Returns its verdict.
enum verdict checkpoint_pass(
	struct checkpoint *checkpoint, enum direction direction, const struct frame *frame);

uint64_t checkpoint_counter(const struct checkpoint *checkpoint, enum counter counter);

// The ledger's entry for these, or NULL. The subscriber's key is told by its address alone.
const struct ledger_entry *checkpoint_entry(
	const struct checkpoint *checkpoint, const char *subscriber, const char *address);

// The key of the ledger's only entry as text, the links' names being "link0" and "link1"; "" if
// there is none.
const char *checkpoint_key_text(const struct checkpoint *checkpoint);
