// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a generation lies in the memfd that carries it from the control plane to the data plane.
//
//     struct generation_header
//     struct generation_address  [address_count]   strictly ascending by address
//     struct generation_service  [service_count]   grouped by address, in the addresses' order
//     struct generation_subscriber [subscriber_count]  ascending, disjoint
//
// Native byte order: both programs run on one machine. The memfd is sealed against writing,
// growing and shrinking before it is sent (fcntl(2), F_ADD_SEALS), and the data plane checks the
// seals first and every bound after, so that nothing can change under it.
//
// The services of one address are contiguous, and all service entries belong to exactly one
// address. The first service that fits a packet decides; the control plane therefore orders them by
// level, highest first, then exact port before any, then exact transport before any.

#include "config/subscriber_key.h"

#include <stdint.h>

#define GENERATION_MAGIC           "SEKIGEN"
#define GENERATION_LAYOUT_VERSION  3
#define GENERATION_RULES_MAX       1000000u // the ceiling of the configuration's rule_limit
#define GENERATION_DIGEST_SIZE     32       // SHA-256 (FIPS 180-4)
#define GENERATION_LEVELS          5        // indexed by level 1..4
#define GENERATION_SUBSCRIBERS_MAX 4000000u // ranges of subscribers with flags

struct generation_header {
	char magic[8]; // GENERATION_MAGIC, zero-padded
	uint32_t layout_version;
	uint32_t header_size; // sizeof(struct generation_header)
	uint64_t total_size;  // of the memfd
	uint64_t number;      // grows with every generation a control plane makes
	uint64_t created_ns;  // UTC since the epoch
	uint32_t address_count;
	uint32_t service_count; // the rules
	uint32_t rules_by_level[GENERATION_LEVELS];
	uint32_t subscriber_count;
	uint8_t digest[GENERATION_DIGEST_SIZE]; // of all that follows, the rules' flags apart
};

struct generation_address {
	uint8_t address[16]; // see config/address.h
	uint32_t first_service;
	uint32_t service_count; // at least 1
};

// One rule.
struct generation_service {
	uint16_t port;       // host order; 0: any, then the level must be 4 or the action alert
	uint8_t transport;   // IANA number TCP or UDP; 0: both
	uint8_t level;       // 1..4
	uint8_t action;      // enum action, already capped by policy
	uint8_t flags;       // GENERATION_RULE_*
	uint8_t reserved[2]; // zero
};

#define GENERATION_RULE_NEW   0x01u // its limits are those of new rules (dataplane/overblock.h)
#define GENERATION_RULE_FLAGS 0x01u

// Flags of all subscribers whose keys lie in [first, last]: of `kind`, and in the order of address,
// then port (0 to 65535 where the kind has no ports). Compared is the packet's own value, not the
// one masked to a key's length. Who lies in no range has no flags.
struct generation_subscriber {
	struct address first, last;
	uint16_t first_port, last_port;
	uint8_t kind;  // enum subscriber_key_kind
	uint8_t flags; // SUBSCRIBER_FLAG_*, at least one
	uint8_t reserved[2];
};

#define SUBSCRIBER_FLAG_OPT_OUT   0x01u // neither matched nor touched
#define SUBSCRIBER_FLAG_CONSENTED 0x02u // said yes, where blocking needs it
#define SUBSCRIBER_FLAG_EXEMPT    0x04u // matched and counted, never touched
#define SUBSCRIBER_FLAG_WATCH     0x08u // told of at once
#define SUBSCRIBER_FLAGS          0x0fu

_Static_assert(sizeof(struct generation_header) == 104, "layout of a generation's header");
_Static_assert(sizeof(struct generation_address) == 24, "layout of a generation's address");
_Static_assert(sizeof(struct generation_service) == 8, "layout of a generation's service");
_Static_assert(sizeof(struct generation_subscriber) == 40, "layout of a generation's subscriber");
