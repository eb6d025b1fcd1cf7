// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All that the control plane and the data plane say to each other.
//
// A Unix SOCK_SEQPACKET socket, RUNTIME_DIR/dataplane.sock: the data plane listens, serves up to
// MESSAGE_CLIENTS_MAX peers, and only those running as root or as its own user (SO_PEERCRED). One
// datagram is one message; every message begins with struct message_header. The peer asks, the data
// plane answers each request with exactly one message, in order: either the answer of the same type
// or MESSAGE_ERROR. Anything malformed is answered with MESSAGE_ERROR and the connection closed;
// nothing else is disturbed.
//
// The first request on a connection is MESSAGE_HELLO; unequal versions end it with an error that
// names both. Native byte order.

#include "dataplane/api/contact_record.h"
#include "dataplane/api/counter.h"
#include "dataplane/api/generation_layout.h"
#include "dataplane/api/limit.h"

#include <stdint.h>

#define MESSAGE_VERSION     4
#define MESSAGE_SOCKET      "dataplane.sock" // in the runtime directory
#define MESSAGE_CLIENTS_MAX 8
#define MESSAGE_SIZE_MAX    131072 // bytes; below the default socket buffer
#define MESSAGE_TEXT_SIZE   256
// Records in one answer: so many are stored while a command waits.
#define MESSAGE_CONTACTS_MAX 128
#define MESSAGE_PORTS_MAX    48
#define MESSAGE_WORKERS_MAX  64
#define MESSAGE_DISARMED_MAX 64 // told at once
#define INSTANCE_SIZE        16 // random, made anew at every start of the data plane

enum message_type {
	MESSAGE_ERROR = 1,
	MESSAGE_HELLO,
	MESSAGE_STATUS,
	MESSAGE_MODE,
	MESSAGE_GENERATION,
	MESSAGE_CONTACTS,
};

struct message_header {
	uint32_t type;
	uint32_t size; // of the whole message
};

struct message_error {
	struct message_header header;
	char text[MESSAGE_TEXT_SIZE]; // one line, zero-terminated
};

// Request and answer.
struct message_hello {
	struct message_header header;
	uint32_t version;
	uint32_t reserved;
	uint8_t instance[INSTANCE_SIZE]; // the data plane's; zero in the request
};

// Request: the header alone.
struct message_status_request {
	struct message_header header;
};

struct message_port {
	char name[32];   // "edge0.subscriber"
	char device[64]; // as configured: "af_xdp:eth1"
	uint64_t counters[COUNTER_COUNT];
	uint64_t driver_missed; // packets the driver says it lost before we saw them
	uint64_t driver_errors;
	uint64_t no_mbuf; // receive attempts that found the packet pool empty
	uint32_t link_up; // 1: the interface has carrier
	uint32_t silent;  // 1: a sinkhole that does not answer
};

struct message_worker {
	uint32_t core; // CPU number
	uint32_t reserved;
	uint64_t heartbeat_ns; // CLOCK_MONOTONIC of its last loop
	uint64_t polls, empty_polls;
	uint64_t contact_entries; // in the ledger drained last
};

// What the over-block guard disarmed and no generation has accounted for yet; the oldest first.
struct message_disarmed {
	uint8_t address[16];
	uint16_t port;     // as listed; 0: any
	uint8_t transport; // as listed; 0: both
	uint8_t limit;     // enum limit; LIMIT_NEW_SUBSCRIBERS: all new rules, the above is zero
	uint32_t reserved;
	uint64_t figure;   // what was counted when it passed
	uint64_t allowed;  // the limit
	uint64_t since_ns; // UTC; no two are the same
};

struct message_status {
	struct message_header header;
	uint8_t instance[INSTANCE_SIZE];
	uint64_t started_ns; // UTC
	uint32_t mode;       // enum mode
	uint32_t port_count, worker_count;
	uint32_t generation_building;        // 1: a newer one is being built
	struct generation_header generation; // all zero: none yet
	uint64_t generation_since_ns;        // UTC of the swap
	uint64_t contacts, contact_limit;
	uint64_t contacts_evicted; // given up for room, oldest first, after they were acknowledged
	uint64_t contacts_refused; // no room: not even an acknowledged one to give up
	uint64_t pool_size, pool_free; // packet buffers
	uint32_t disarmed_count;       // told here
	uint32_t disarmed_total;
	uint64_t disarmed_untold;  // disarmed with nowhere to remember it beyond this generation
	uint64_t affected_evicted; // pairs that the guard forgot for room: its figures are too low
	struct message_disarmed disarmed[MESSAGE_DISARMED_MAX];
	struct message_port ports[MESSAGE_PORTS_MAX];
	struct message_worker workers[MESSAGE_WORKERS_MAX];
};

// Request and answer: the mode to set, and the mode set. Effective with the workers' next burst.
struct message_mode {
	struct message_header header;
	uint32_t mode;
	uint32_t reserved;
};

// Request, with the sealed memfd as SCM_RIGHTS. The answer comes once the workers use the new
// generation (MESSAGE_GENERATION, the same number), or with the reason why they do not
// (MESSAGE_ERROR; the old one stays). Other connections are served meanwhile.
struct message_generation {
	struct message_header header;
	uint64_t number;
	// The generation accounts for what was disarmed up to this moment (message_disarmed's
	// since_ns): it has that as alert, or a person has armed it again.
	uint64_t accounted_ns;
};

// Contacts that changed after `after`, in the order of their change. `acknowledged` says that all
// up to that change are safely stored; only such contacts may be given up for room.
struct message_contacts_request {
	struct message_header header;
	uint64_t after;
	uint64_t acknowledged;
};

struct message_contacts {
	struct message_header header;
	uint64_t next;  // use as `after` of the next request
	uint32_t count; // of records
	uint32_t more;  // 1: ask again at once
	struct contact_record records[];
};

_Static_assert(sizeof(struct message_status) <= MESSAGE_SIZE_MAX, "status fits a message");
_Static_assert(
	sizeof(struct message_contacts) + MESSAGE_CONTACTS_MAX * sizeof(struct contact_record) <=
		MESSAGE_SIZE_MAX,
	"a batch of contacts fits a message");
