// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A datagram → an Accounting-Request (RFC 2866, 2869, 3162, 4818, 6911), and the answer to it.
//
// Two steps, because nothing but the header may be looked at before the secret is proved:
// radius_check compares the Request Authenticator, radius_parse walks the attributes. One attribute
// that is wrong refuses the whole packet, by a named reason: a binding made from half a packet
// would be wrong for a person. Attributes unknown here are stepped over. Bytes behind the packet's
// own length are padding (RFC 2865 section 3).
//
// Pure functions: any thread, no allocation, nothing of DPDK, libevent or the store.

#include "config/address.h"
#include "control/radius/authenticator.h"
#include "control/radius/reason.h"

#define RADIUS_HEADER_SIZE   20
#define RADIUS_PACKET_MAX    4096 // RFC 2865 section 3
#define RADIUS_ADDRESSES_MAX 32   // of one request; dual stack has three

// 253 bytes, each of which may take four characters to be shown.
#define RADIUS_TEXT_SIZE (253 * 4 + 1)

// Acct-Status-Type, RFC 2866 section 5.1. Others (tunnels, failures) are kept as numbers.
enum radius_status {
	RADIUS_START = 1,
	RADIUS_STOP = 2,
	RADIUS_INTERIM_UPDATE = 3,
	RADIUS_ACCOUNTING_ON = 7,
	RADIUS_ACCOUNTING_OFF = 8,
};

// The attribute that an address came by.
enum radius_source {
	RADIUS_FRAMED_ADDRESS,      // Framed-IP-Address, RFC 2865 section 5.8
	RADIUS_FRAMED_NETWORK,      // the same with its Framed-IP-Netmask
	RADIUS_FRAMED_V6_PREFIX,    // Framed-IPv6-Prefix, RFC 3162 section 2.3
	RADIUS_DELEGATED_V6_PREFIX, // Delegated-IPv6-Prefix, RFC 4818
	RADIUS_FRAMED_V6_ADDRESS,   // Framed-IPv6-Address, RFC 6911 section 3.1
};

struct radius_address {
	struct prefix prefix;
	enum radius_source source;
};

struct radius_request {
	uint32_t status; // an enum radius_status, or another number

	// UTF-8 without control characters: any other byte is shown as \xNN. "" if absent.
	char user_name[RADIUS_TEXT_SIZE];
	char session_id[RADIUS_TEXT_SIZE];
	char calling_station_id[RADIUS_TEXT_SIZE];
	char nas_identifier[RADIUS_TEXT_SIZE];
	char nas_port_id[RADIUS_TEXT_SIZE]; // NAS-Port-Id, else the number of NAS-Port

	bool has_nas_address, has_nas_v6_address;
	struct address nas_address, nas_v6_address;

	uint32_t event_s; // Event-Timestamp, UTC since the epoch; 0: absent
	bool has_delay, has_session_time;
	uint32_t delay_s, session_time_s;

	// Those that one subscriber can hold. Left out: the words 255.255.255.255 and
	// 255.255.255.254 of RFC 2865 section 5.8, 0.0.0.0, loopback, link-local, multicast, and
	// IPv6 prefixes shorter than RADIUS_V6_SHORTEST.
	//
	// A Framed-IP-Netmask adds the network, if it is longer than any class of old: a shorter
	// mask is what a NAS fills in, or the mask of a LAN that several share, and says nothing
	// of a network routed to this line (RFC 2865 section 5.9).
	struct radius_address addresses[RADIUS_ADDRESSES_MAX];
	size_t address_count;
};

#define RADIUS_V6_SHORTEST      32
#define RADIUS_NETMASK_SHORTEST 25

// The header and the Request Authenticator. On success *length is the packet's own.
enum radius_reason radius_check(const uint8_t *datagram, size_t datagram_length,
	const struct radius_secret *secret, size_t *length);

// The attributes of a packet that radius_check let pass, the Message-Authenticator if there is one.
// `request` is complete only if there is no reason against it.
enum radius_reason radius_parse(const uint8_t *packet, size_t length,
	const struct radius_secret *secret, struct radius_request *request);

// The Accounting-Response to a packet that radius_parse let pass: every Proxy-State copied, in
// order (RFC 2866 section 4.2). Returns its length.
size_t radius_answer(const uint8_t *packet, size_t length, const struct radius_secret *secret,
	uint8_t answer[RADIUS_PACKET_MAX]);
