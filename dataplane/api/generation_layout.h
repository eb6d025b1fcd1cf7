// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a generation lies in the memfd that carries it from the control plane to the data plane.
//
//     struct generation_header
//     struct generation_address  [address_count]   strictly ascending by address
//     struct generation_service  [service_count]   grouped by address, in the addresses' order
//     struct generation_decision [decision_count]  what may be done, each once
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
#include "dataplane/api/cohort.h"
#include "dataplane/api/evidence.h"

#include <stdint.h>

#define GENERATION_MAGIC           "SEKIGEN"
#define GENERATION_LAYOUT_VERSION  4
#define GENERATION_RULES_MAX       1000000u // the ceiling of the configuration's rule_limit
#define GENERATION_DIGEST_SIZE     32       // SHA-256 (FIPS 180-4)
#define GENERATION_LEVELS          5        // indexed by level 1..4
#define GENERATION_FLAG_SETS       16       // of a subscriber's flags that policy knows
#define GENERATION_DECISIONS_MAX   65535u   // a rule names one in 16 bits
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
	uint32_t decision_count;
	uint32_t subscriber_count;
	uint32_t reserved; // zero
	// Of all that follows the header, and while a trial runs of `cohort` behind it.
	uint8_t digest[GENERATION_DIGEST_SIZE];
	struct cohort cohort; // the trial that runs
};

struct generation_address {
	uint8_t address[16]; // see config/address.h
	uint32_t first_service;
	uint32_t service_count; // at least 1
};

// One rule.
struct generation_service {
	uint16_t port; // host order; 0: any, then the level must be 4 or no cell more than alert
	uint8_t transport; // IANA number TCP or UDP; 0: both
	uint8_t level;     // 1..4
	uint16_t decision; // number of its generation_decision
	uint8_t flags;     // GENERATION_RULE_*
	uint8_t reserved;  // zero
};

#define GENERATION_RULE_NEW   0x01u // its limits are those of new rules (dataplane/overblock.h)
#define GENERATION_RULE_FLAGS 0x01u

// Of a subscriber.
#define SUBSCRIBER_FLAG_OPT_OUT   0x01u // neither matched nor touched
#define SUBSCRIBER_FLAG_CONSENTED 0x02u // said yes, where blocking needs it
#define SUBSCRIBER_FLAG_EXEMPT    0x04u // matched and counted, never touched
#define SUBSCRIBER_FLAG_WATCH     0x08u // told of at once
#define SUBSCRIBER_FLAG_COHORT    0x10u // in the cohort of the trial that runs; see cohort.h
#define SUBSCRIBER_FLAG_CONTROL   0x20u // in its control group
#define SUBSCRIBER_FLAGS          0x3fu

// What may be done to a packet: at the most the action, and the action no further than the mode.
struct generation_cell {
	uint8_t action; // enum action
	uint8_t mode;   // enum mode
};

// Everything that policy says about a rule, with all that is known before a packet comes (level,
// caps, consent, the time of day) folded in. Left open are how strong the evidence of the contact
// is, the packet at hand included, and what flags the subscriber has; who opted out or is exempt
// is in no cell touched.
struct generation_decision {
	struct generation_cell cells[EVIDENCE_COUNT][GENERATION_FLAG_SETS];
	uint32_t police_pps;   // packets per second and contact; 0 unless a cell polices
	uint32_t police_burst; // packets at once; likewise
	uint8_t refuse_udp;    // 1: reset answers UDP with ICMP, administratively prohibited
	uint8_t sinkhole_else; // enum action, alert or drop: while the sinkhole does not answer
	uint8_t reserved[6];   // zero
};

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

_Static_assert(sizeof(struct generation_header) == 136, "layout of a generation's header");
_Static_assert(sizeof(struct generation_address) == 24, "layout of a generation's address");
_Static_assert(sizeof(struct generation_service) == 8, "layout of a generation's service");
_Static_assert(sizeof(struct generation_decision) == 144, "layout of a generation's decision");
_Static_assert(sizeof(struct generation_subscriber) == 40, "layout of a generation's subscriber");
