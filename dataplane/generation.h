// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The rules in force and the flags of subscribers: immutable tables, built from a memfd.
//
// Building takes about 0.3 µs per rule, so it goes in steps, between which the service thread
// stays answerable. Readers (workers) hold a generation only between two quiescent reports; who
// replaces one waits for the QSBR grace period before generation_free.
//
// Needs an initialised EAL (rte_hash). Memory: about 80 bytes per address from EAL's heap, 8 per
// rule, 144 per decision and 40 per range of subscribers from the system's; while it is being
// built, 24 more per address.

#include "config/address.h"
#include "dataplane/api/generation_layout.h"

#include <stdbool.h>
#include <stdint.h>

struct generation;
struct generation_builder;

// One address that is listed, with its rules.
struct listed {
	const struct generation_service *services;
	uint32_t service_count;
};

// Checks seals, header and bounds of `memfd` and takes a private copy; the descriptor stays the
// caller's. `rule_limit` is the configuration's. NULL with one line in `error` if anything is off.
struct generation_builder *generation_builder_create(
	int memfd, uint32_t rule_limit, char *error, size_t error_size);

// Adds up to `count` decisions, then addresses, then ranges of subscribers. 1: complete, 0: call
// again, -1: failed, with one line in `error`.
int generation_builder_step(
	struct generation_builder *builder, uint32_t count, char *error, size_t error_size);

// Hands the complete generation over and frees the builder.
struct generation *generation_builder_finish(struct generation_builder *builder);
void generation_builder_free(struct generation_builder *builder); // gives up; NULL is allowed

void generation_free(struct generation *generation); // NULL is allowed

const struct generation_header *generation_header(const struct generation *generation);

// Looks up `count` (1..64) addresses. Returns a mask of those that are listed and fills `listed`
// for them. Datapath; any number of readers.
uint64_t generation_lookup(const struct generation *generation,
	const struct address *const addresses[], uint32_t count, struct listed listed[]);

// The first rule that fits, or NULL: the address is listed, this port or transport is not.
const struct generation_service *listed_match(
	const struct listed *listed, uint8_t transport, uint16_t port);

// What a rule of this generation names. Datapath; any number of readers.
const struct generation_decision *generation_decision(
	const struct generation *generation, uint16_t number);

// How severe a decision is about the attempt of a subscriber without flags; see action_severity.
int generation_severity(const struct generation *generation, uint16_t number);

// The rule that fits, whatever its port, and whose decision is the most severe; of several the
// first. `transport` TRANSPORT_ANY: either. NULL: none fits.
const struct generation_service *listed_strictest(
	const struct generation *generation, const struct listed *listed, uint8_t transport);

// SUBSCRIBER_FLAG_* of a subscriber, 0 if nothing was said of it. `address` and `port` are the
// packet's own, unmasked, or the key's ids; see subscriber_flags.h. Datapath; any number of
// readers.
uint8_t generation_subscriber_flags(const struct generation *generation,
	enum subscriber_key_kind kind, const struct address *address, uint16_t port);

// Rules by number, as they lie in the generation.
#define GENERATION_NO_RULE UINT32_MAX

uint32_t generation_rule(
	const struct generation *generation, const struct generation_service *service);

// Whether the over-block guard has taken its hand off this rule. Datapath: one load, for matched
// packets only.
bool generation_is_disarmed(const struct generation *generation, uint32_t rule);

// Service thread from here on; workers may be reading meanwhile, and see it with their next look.

// The rule of just this listed service, or GENERATION_NO_RULE.
uint32_t generation_find(const struct generation *generation, const struct address *address,
	uint8_t transport, uint16_t port);
bool generation_is_new(const struct generation *generation, uint32_t rule);

// For good: what arms again is the next generation. false: it was disarmed already.
bool generation_disarm(struct generation *generation, uint32_t rule);
uint32_t generation_disarm_new(struct generation *generation); // all new ones; how many were armed
