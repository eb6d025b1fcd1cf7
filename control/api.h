// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the control plane answers to the command: RUNTIME_DIR/control.sock, a Unix stream socket,
// mode 0660. One JSON object on one line asks, one JSON object on one line answers; several may
// follow on a connection. A request that cannot be read or carried out is answered with
// {"error": "one line"}; a connection that sends more than API_REQUEST_MAX bytes without a newline
// is closed. Requests of one connection are answered in order, one at a time. Times are RFC 3339
// UTC, rates per second over the last second, `null` where nothing is known. The other side is
// tools/sekisho/client.h.
//
// {"command": "status"} →
//   {"version", "time", "started", "healthy": bool, "problems": ["one sentence", ...],
//    "rolled_back": bool, "events_lost": N,
//    "mode": {"current", "configured", "set_by": text|null, "set_at": time|null},
//    "dataplane": {"connected": bool, "started": time|null, "pool_size", "pool_free",
//                  "workers": [{"core", "heartbeat_age_ms", "busy_percent"}]},
//    "generation": null | {"number", "digest", "created", "since", "age_s", "rules", "addresses",
//                          "levels": {"1": N, "2": N, "3": N, "4": N}},
//    "ports": [{"name", "device", "link_up": bool, "silent": bool (a sinkhole), "received_pps",
//    "received_bps",
//               "forwarded_pps", "forwarded_bps", "dropped_pps", "matched_pps",
//               "driver_missed", "driver_errors", "no_mbuf",
//               "counters": {NAME: N for every counter}}],
//    "counters": {NAME: N, added up over ports},
//    "trial": null | as in trials, without phases,
//    "infected_subscribers": N, "families": [{"family": text|null, "subscribers": N}],
//    "contacts": {"stored", "unsolicited", "live", "limit", "evicted", "refused",
//                 "settled_early": N since the start},
//    "radius": null | {"listening": [text], "accepted": {"start", "stop", "interim_update",
//                      "accounting_on", "accounting_off", "other"}, "duplicates", "refused":
//                      {REASON: N, reasons as in control/radius/reason.c}, "lost",
//                      "bindings_open", "bindings", "sessions", "bindings_evicted"},
//    "feeds": [{"name", "path", "format": text|null, "healthy": bool, "problem": text|null,
//               "problem_since": time|null, "indicators": N in force, "accepted", "rejected",
//               "quarantined", "reasons": {CODE: N}, "loaded": time|null,
//               "checked": time|null}],
//    "subscribers": {"mapping": [{"path", "accepted", "rejected", "problem": text|null,
//                                 "loaded": time|null}],
//                    "cgn": likewise, "mapped": N keys of a named subscriber,
//                    "flagged": N subscribers with flags}}
//   settled_early: differences for which there was no room to wait for late accounting
// {"command": "contacts", "subscriber": text?, "since": time?, "until": time?, "family": text?,
//  "evidence": text?, "limit": N?} →
//   {"total": N, "unsolicited": N,
//    "contacts": [{"subscriber", "key", "flags": [text]?, "address", "port", "any_port": bool,
//                  "transport", "level", "family": text|null, "packets_out", "packets_in",
//                  "bytes_out", "bytes_in", "packets_dropped", "first_seen", "last_seen",
//                  "evidence", "verdict", "applied": bool,
//                  "group": "cohort|control"?}]}                        the most recent first
//   subscriber: a name, or the text of a key; of an address or prefix whoever was seen with an
//   address inside, between since and until if these are said; a prefix with bits behind its
//   length is refused. since, until: whole seconds, both included; contacts of which first_seen is
//   not later than until, and last_seen not earlier than since. Counters are those of the whole
//   contact. family: case does not matter. evidence: at least; default attempted. limit: 1..100000,
//   default 1000. A member that is not among these is refused.
//   In the answer, subscriber is who held the key, its name, or where nobody knows better the key's
//   text; key is the last one; flags are there if any is set; group if a trial ran at its last
//   packet; total and unsolicited count all.
// {"command": "subscribers", as contacts} →
//   {"infected_subscribers": N, "subscribers": [{"subscriber", "known": bool, "flags": [text]?,
//     "keys": [text], "key_count", "families": [text], "contacts", "evidence", "level",
//     "packets_out", "packets_in", "bytes_out", "bytes_in", "packets_dropped", "first_seen",
//     "last_seen"}]}                                                    the most recent first
//   Of the contacts that such a request would show; evidence "unsolicited" is refused. known: not
//   merely a key's text. keys: the 16 most recent ones of key_count. infected_subscribers counts
//   all, by who they are, not by keys.
// {"command": "bindings", "address": text?, "at": time?, "subscriber": text?, "limit": N?} →
//   {"at": time|null,
//    "bindings": [{"prefix", "subscriber": text|null, "start", "end": time|null, "last_heard",
//                  "nas", "session", "calling_station": text|null, "nas_port": text|null}]}
//   who held the address at that time, if anybody; without "at" all that ever held it, the longest
//   prefix first, then the latest; of "subscriber" what that one holds now; else all that is held
// {"command": "mode", "mode": text?} → {"mode", "previous", "configured", "set_by", "set_at",
//   "problem": text|null}   problem: it is stored, but not in force yet, and why
// {"command": "guard", "limit": N?} →
//   {"total": N, "untold": N, "uncounted": N,
//    "disarmed": [{"address", "port": N|null, "transport", "limit": text, "figure": N,
//                  "allowed": N, "unit": text, "since", "feeds": [name]}]}
//   what the over-block guard disarmed and nobody has acknowledged; limit: the name of the setting
//   that was passed, or 1..10000, default 1000, in the request. untold: rules disarmed that will
//   not be remembered, uncounted: (subscriber, rule) pairs forgotten for room, both by the data
//   plane since its start. feeds: those that list it now.
// {"command": "guard-ack", "address": text | "all": true, "port": N?, "note": text?} →
//   {"armed": N entries, "delivered": bool, "problem": text|null}       as list-load
// {"command": "list-load", "feeds": [name]?, "force": bool?} →
//   {"feeds": [as in status], "generation": as in status, "changed": bool,
//    "difference": as the answer to list-diff, "delivered": bool, "problem": text|null}
//   delivered: the data plane uses it; problem: why not
// {"command": "list-diff"} →
//   {"added": N, "removed": N, "changed": N, "newly_enforced": N,
//    "rows": [{"change": "added|removed|changed", "address", "port": N|null, "transport",
//              "level_before": N|null, "level_after", "action_before": text|null,
//              "action_after", "newly_enforced": bool}], "more": bool, "feeds": [as in status]}
//   action: what policy orders for a conversation of somebody without flags; newly_enforced: more
//   than alert in mode enforce, as far as policy goes, and was not so before
// {"command": "list-show", "address": text?, "port": N?, "limit": N?, "offset": N?} →
//   {"total": N, "indicators": [{"address"|"domain", "port": N|null, "transport", "level",
//     "confidence", "family", "sinkhole": "FILE:LINE PREFIX|DOMAIN"|null, "max_action",
//     "action", "valid_until",
//     "disarmed": null | {"limit", "figure", "allowed", "since"},  by the over-block guard
//     "sources": [{"feed", "line", "level", "confidence", "family", "source", "reference",
//                  "first_seen", "last_seen", "valid_until"}]}]}
// {"command": "list-show", "quarantined": true, "address": text?, "limit": N?, "offset": N?} →
//   {"total": N, "left_off": N, "quarantined": [{"feed", "line", "value", "reason",
//     "protected_by": "PREFIX" | "FILE:LINE PREFIX|DOMAIN" | "FILE:LINE ... (warninglist)"}]}
//   address may be a domain; left_off: rows beyond those that are kept, counted only
// {"command": "list-rollback"} → as list-load
// {"command": "policy-explain", "address": text, "port": N?, "transport": "tcp|udp"?,
//  "subscriber": text?} →
//   {"address", "port": N|null, "transport": text|null, "mode", "trial": name|null,
//    "other_ports": bool,
//    "subscriber": null | {"subscriber", "flags": [text]?, "group": "cohort|control"?},
//    "quarantined": [as list-show], "quarantined_left_off": N,
//    "indicators": [as list-show, and "decides": ["tcp"?, "udp"?],
//      "cases": [{"evidence", "entry": N|null, "name": text|null, "wanted", "cap": text|null,
//                 "action", "mode", "verdict": text|null, "applied": bool}]]}
//   Indicators of the address in the data plane's order, with "port" those that fit it; then
//   "decides" says for which transports it is the first. other_ports: there are some, but of other
//   ports or transports alone. entry: of the policy, from 1 on; null: none fits. wanted: its
//   action; cap: what lessened that, "opt-out", "exempt", "consent", "any-port", "level" or
//   "max_action"; action, mode: what is left, and how far it goes at most. verdict: what a
//   contact's record would say now, "alert" where "disarmed" is not null, null where the subscriber
//   opted out and nothing is matched; applied: it would happen to the packet. subscriber: a name or
//   an address, whoever holds it now; left out: somebody without flags, and in the cohort where a
//   trial runs
// {"command": "trial-start", "name": text, "per_mille": N, "note": text?} →
//   {"trial": {"name", "number", "note", "running": bool, "started", "ended": time|null,
//              "per_mille", "phases": [{"per_mille", "from", "until": time|null, "by"}]},
//    "problem": text|null}
//   per_mille: 0..1000; of the last phase. problem: it is stored, but nothing is enforced, and why
// {"command": "trial-change", "per_mille": N}, {"command": "trial-end"} → as trial-start
// {"command": "trials", "name": text?, "limit": N?} →
//   {"trials": [as in trial-start], "problem": text|null}               the newest first
// {"command": "report-effect", "trial": text?, "before": days?, "after": days?,
//  "quiet_days": N?} →
//   {"groups": [first, second], first: {"from", "until"}, second: {"from", "until"},
//    "trial": as in trials, without phases | null, "quiet_days": N, "share": of the first group,
//    "subscribers_min", "expected_min", "left_out": N subscribers who were in both groups,
//    "other_rows": N contacts of families and levels for which there was no room,
//    "strata": [{"all": bool, "family": text|null, "level": N|null,
//                "measures": [{"measure", first: figure, second: figure,
//                              "effect_is": "ratio|difference", "effect": interval|null,
//                              "finding": "too few|none shown|less|more", "method"}]}]}
//   first and second: "cohort" and "control" of a trial, by default the one that runs, since the
//   last change of its share; or "after" and "before", days as 2026-11-01..2026-11-07, as many in
//   both. interval: {"value", "low", "high"}, 95 %; a figure has "subscribers" too, how many are
//   behind it; null where nothing is known or has no bound. control/statistics/effect.h says what
//   the measures are
// {"command": "audit", "limit": N?} →
//   {"entries": [{"id", "time", "actor", "action", "from", "to", "detail", "hash"}]}
//                                                newest first; from, to: "" where there is none
// {"command": "audit-verify"} →
//   {"unbroken": bool, "entries": N that fit, "since": time|null, "cut": N older ones,
//    "head": hash, "broken_entry": id|null, "problem": text|null}
//
// Main thread. The peer's user and process go into the audit; who may connect may do all of this.

#include "control/control.h"

#include <stddef.h>

#define API_SOCKET      "control.sock" // in the runtime directory
#define API_REQUEST_MAX 65536          // bytes of one line
#define API_CLIENTS_MAX 32             // one more takes the place of the one silent longest

struct api;
struct event_base;

// Listens. A socket file that nobody answers on any more is replaced. NULL with one line in
// `error`. All must outlive it, the loader excepted: answers that are still to come are dropped.
struct api *api_create(
	struct event_base *base, const struct control *control, char *error, size_t error_size);
void api_free(struct api *api); // NULL is allowed
