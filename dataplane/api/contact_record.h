// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One contact as the data plane tells it: what one subscriber exchanged with one listed service.
//
// Counters are totals since the contact's record was made, never differences, so that a batch that
// is read twice changes nothing. A record that was given up for room and made anew has another
// `serial`; with the data plane's instance that is what the store needs to add up without counting
// anything twice.

#include "config/subscriber_key.h"

#include <stdint.h>

struct contact_record {
	struct subscriber_key subscriber;
	uint8_t address[16];    // the listed server
	uint16_t port;          // as listed, host order; 0: any
	uint16_t seen_port;     // the port of the first packet
	uint8_t transport;      // as seen: TCP or UDP
	uint8_t rule_transport; // as listed; 0: any
	uint8_t level;          // 1..4, of the last packet's rule
	uint8_t seen;           // SEEN_*: see evidence.h
	uint8_t verdict;        // enum action, of the last packet under the mode then in force
	uint8_t applied;        // 1: the verdict was carried out on that packet
	uint8_t reserved[2];
	uint64_t serial; // unique in this instance of the data plane
	uint64_t change; // grows with every change of any contact: the cursor of MESSAGE_CONTACTS
	uint64_t packets_up, packets_down;
	uint64_t bytes_up, bytes_down; // frame bytes without FCS
	uint64_t packets_dropped;      // by verdict; included in the above
	uint64_t first_ns, last_ns;    // UTC since the epoch
};
