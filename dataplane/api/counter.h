// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdbool.h>

// Every counter of the data plane, declared once: name, kind and meaning. The list makes the enum,
// the arrays the workers write, `sekisho status --json` and the manual's table.
//
// Counters are kept per worker and per port of arrival. One worker writes, anyone may read; a value
// only grows until the data plane restarts. For each port, at any moment:
//     received = forwarded + sinkholed + the sum of every `dropped_*` + packets in flight.
// Frames made here (`injected`) were never received and are in no balance.
//
// Kinds: FLOW  the balance above
//        DROP  a named reason for which a packet did not leave
//        NOTE  something noticed about a packet that is also in the balance
//        UNDECODED  why a frame was not understood to its innermost packet; it was forwarded
//        CONTROL    as UNDECODED, of what no subscriber's packet is in
#define COUNTER_LIST(X) \
	X(RECEIVED, received, FLOW, "packets received") \
	X(RECEIVED_BYTES, received_bytes, NOTE, "bytes received, without FCS") \
	X(FORWARDED, forwarded, FLOW, "packets sent out of the other port of the link") \
	X(FORWARDED_BYTES, forwarded_bytes, NOTE, "bytes sent out of the other port") \
	X(SINKHOLED, sinkholed, FLOW, "packets handed over to the link's sinkhole port") \
	X(DROPPED_VERDICT, dropped_verdict, DROP, "packets discarded because a rule said so") \
	X(DROPPED_POLICED, dropped_policed, DROP, \
		"packets above the rate that a rule lets through") \
	X(DROPPED_SINKHOLE_UNKNOWN, dropped_sinkhole_unknown, DROP, \
		"packets of the sinkhole that answer nothing it was sent") \
	X(DROPPED_SINKHOLE_MTU, dropped_sinkhole_mtu, DROP, \
		"answers of the sinkhole that are too large with the headers around them") \
	X(DROPPED_TX_FULL, dropped_tx_full, DROP, "packets the other port did not take in time") \
	X(MATCHED, matched, NOTE, "packets of a subscriber to or from a listed service") \
	X(MATCHED_BYTES, matched_bytes, NOTE, "bytes of those packets") \
	X(WOULD_DROP, would_drop, NOTE, \
		"packets that enforce mode would have held back: dropped, reset, policed, " \
		"sinkholed") \
	X(DISARMED, disarmed, NOTE, \
		"packets that a rule which the over-block guard disarmed would have touched") \
	X(INJECTED, injected, NOTE, "resets and refusals sent in answer to packets of this port") \
	X(INJECTED_LOST, injected_lost, NOTE, \
		"resets and refusals not sent: no buffer, or the port did not take them") \
	X(ANSWER_LIMITED, answer_limited, NOTE, \
		"packets dropped without an answer, of a contact that got enough of them") \
	X(ANSWER_IMPOSSIBLE, answer_impossible, NOTE, \
		"packets dropped without an answer, for which none can be made") \
	X(SINKHOLE_ELSE, sinkhole_else, NOTE, \
		"packets meant for a sinkhole that is not there, is silent, or knows no way back") \
	X(STATE_FULL, state_full, NOTE, \
		"matched packets of contacts that found no room to be remembered: only alerted") \
	X(STATE_EVICTED, state_evicted, NOTE, "contacts forgotten before their time, for room") \
	X(OTHER_PORT, other_port, NOTE, "packets to or from a listed address, on another port") \
	X(FOREIGN, foreign, NOTE, \
		"packets to or from a listed service, of nobody who is a subscriber") \
	X(SPOOFED, spoofed, NOTE, \
		"packets to a listed service that came up from outside the subscriber prefixes") \
	X(NO_PORT, no_port, NOTE, \
		"packets of a listed service whose subscriber only a port would tell") \
	X(OPTED_OUT, opted_out, NOTE, \
		"packets to or from a listed service, of a subscriber who opted out") \
	X(FRAGMENT_EARLY, fragment_early, NOTE, \
		"later fragments to or from a listed address, whose first was not seen before") \
	X(FRAGMENT_SHORT, fragment_short, NOTE, \
		"first fragments to or from a listed address that are too short for their ports, " \
		"and what follows them: judged by the address's strictest rule") \
	X(FRAGMENT_OVERLAP, fragment_overlap, NOTE, \
		"fragments to or from a listed address that could rewrite what their first was " \
		"judged by: judged by the address's strictest rule") \
	X(HEADERS_HIDDEN, headers_hidden, NOTE, \
		"whole packets to or from a listed address whose ports cannot be read, and later " \
		"fragments of one: judged by the address's strictest rule") \
	X(FRAGMENT_EVICTED, fragment_evicted, NOTE, \
		"first fragments forgotten before their time, for room") \
	X(CONTACT_TABLE_FULL, contact_table_full, NOTE, \
		"matched packets that found no room in the contact table; totals include them") \
	X(NO_GENERATION, no_generation, NOTE, "packets forwarded before any list was loaded") \
	X(UNDECODED_TRUNCATED, undecoded_truncated, UNDECODED, \
		"the frame ends before its headers do") \
	X(UNDECODED_ETHERTYPE, undecoded_ethertype, UNDECODED, \
		"an EtherType that is not looked into (MACsec, 802.1ah ...)") \
	X(UNDECODED_LLC, undecoded_llc, CONTROL, "IEEE 802.3 length field (STP, LLC, SNAP)") \
	X(UNDECODED_CONTROL, undecoded_control, CONTROL, \
		"what runs the network itself (ARP, LLDP, PPP and tunnel control ...)") \
	X(UNDECODED_VLAN_DEPTH, undecoded_vlan_depth, UNDECODED, "more than four VLAN tags") \
	X(UNDECODED_DEPTH, undecoded_depth, UNDECODED, "more encapsulations than are looked into") \
	X(UNDECODED_PPPOE, undecoded_pppoe, UNDECODED, \
		"malformed PPPoE header, or a PPP protocol that is not looked into") \
	X(UNDECODED_MPLS, undecoded_mpls, UNDECODED, \
		"more than eight labels, or something else than IP and Ethernet behind them") \
	X(UNDECODED_IPV4, undecoded_ipv4, UNDECODED, "malformed IPv4 header") \
	X(UNDECODED_IPV6, undecoded_ipv6, UNDECODED, "malformed IPv6 header") \
	X(UNDECODED_EXTENSION, undecoded_extension, UNDECODED, \
		"IPv6 extension headers too many or unknown") \
	X(UNDECODED_TUNNEL, undecoded_tunnel, UNDECODED, \
		"a tunnel that is not looked into; matched by its own addresses") \
	X(UNDECODED_FRAGMENT, undecoded_fragment, UNDECODED, \
		"later fragments whose first was not understood, or of a tunnel and not seen") \
	X(UNDECODED_MAPPED, undecoded_mapped, UNDECODED, \
		"IPv6 with an IPv4-mapped address, which no network may carry") \
	X(UNDECODED_LINK, undecoded_link, UNDECODED, "a capture's link layer that is not known")

enum counter {
#define COUNTER_ENUM(id, name, kind, help) COUNTER_##id,
	COUNTER_LIST(COUNTER_ENUM)
#undef COUNTER_ENUM
		COUNTER_COUNT
};

enum counter_kind {
	COUNTER_FLOW,
	COUNTER_DROP,
	COUNTER_NOTE,
	COUNTER_UNDECODED,
	COUNTER_CONTROL,
};

struct counter_info {
	const char *name; // as in JSON: "dropped_verdict"
	enum counter_kind kind;
	const char *help;
};

// COUNTER_COUNT entries, indexed by enum counter.
extern const struct counter_info counter_infos[];

// Whether it is a reason why a frame was not understood: struct packet's `undecoded`.
static inline bool counter_is_reason(enum counter counter)
{
	const enum counter_kind kind = counter_infos[counter].kind;

	return kind == COUNTER_UNDECODED || kind == COUNTER_CONTROL;
}

// The name of a reason for being undecoded, without what all of them begin with: "ethertype".
const char *counter_reason_name(enum counter counter);
