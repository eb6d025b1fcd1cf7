// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What an accounting event does to sessions and bindings. RFC 2866 says what a NAS tells; datagrams
// are lost, late and reordered, and a Stop that never comes must not leave an address with someone
// who no longer has it. The rules:
//
// Moments.
//  1. An event's moment is its Event-Timestamp (RFC 2869 section 5.3), else its arrival less its
//     Acct-Delay-Time. A timestamp further in the future than SESSION_FUTURE_MAX_S comes from a
//     clock that is wrong, and is not used.
//  2. A session is (NAS, Acct-Session-Id). The NAS is its NAS-IP-Address, else NAS-IPv6-Address,
//     else NAS-Identifier, else who sent the request.
//
// One session.
//  3. A Start opens a binding for each address and prefix it carries.
//  4. An Interim-Update of an unknown session opens them from its moment less Acct-Session-Time.
//  5. An Interim-Update, or another Start, of an open session: what it carries and the session did
//     not have begins then; of each attribute that it carries at least once, what the session had
//     by that attribute and is no longer carried ends then. An attribute that it does not carry at
//     all says nothing. One older than the session's latest word says nothing.
//  6. A Stop ends all the session holds. What it carries, by an attribute that no word before it
//     carried, was held from the session's start on.
//  7. A Stop of an unknown session makes bindings from its moment less Acct-Session-Time to its
//     moment.
//  8. A Start that comes late, after a word that is later than it, opens nothing again: it moves
//     the start of what the session is known to have held back to its own moment, and adds, up to
//     the session's end, what it carries by attributes that no other word carried. Anything else
//     late of a session that stopped says nothing.
//  9. An identifier used again is a new session: an event of a session that ended, the start of
//     which lies behind that end. If the NAS tells no times, by more than SESSION_REUSE_S: a
//     retransmission may be as late as that.
//
// Several sessions on one address.
// 10. A session that starts with an address ends what another had of it, at its own start: that
//     one's Stop was lost.
// 11. So does one that got the address by an Interim-Update (rule 5); but one that had it before
//     and lost it by rule 10 does not get it back while the other has it.
// 12. What ended so is ended: its session's Stop may end it earlier, never later, and does not
// touch
//     the other's.
//
// All at once.
// 13. Accounting-On and Accounting-Off end all sessions of the NAS that started before.
// 14. With a session time-out: a session of which nothing arrived for so long ends at the moment of
//     its last word. An Interim-Update that comes after all opens its bindings anew from then on;
//     likewise after rule 13.
//
// An event that names no subscriber binds its addresses to "", so that nobody else holds them.
//
// Main thread; session_apply and session_expire within the caller's transaction.

#include "config/config.h"
#include "control/radius/packet.h"
#include "control/store/bindings.h"

#define SESSION_FUTURE_MAX_S 300
#define SESSION_REUSE_S      300

struct session_event {
	const struct radius_request *request;
	struct address client; // who sent it
	uint64_t arrival_ns;   // UTC
	enum config_radius_subscriber subscriber;
};

// -1: the transaction must be rolled back. `observer` may be NULL.
int session_apply(struct store *store, const struct session_event *event,
	const struct binding_observer *observer);

// Ends up to a few hundred sessions that nothing was heard of since `silent_ns` (UTC). Returns how
// many; -1: failed.
int session_expire(
	struct store *store, uint64_t silent_ns, const struct binding_observer *observer);
