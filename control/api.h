// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the control plane answers to the command: RUNTIME_DIR/control.sock, a Unix stream socket,
// mode 0660. One JSON object on one line asks, one JSON object on one line answers; several may
// follow on a connection. A request that cannot be read or carried out is answered with
// {"error": "one line"}; a connection that sends more than API_REQUEST_MAX bytes without a newline
// is closed. Times are RFC 3339 UTC, rates per second over the last second, `null` where nothing is
// known. The other side is tools/sekisho/client.h.
//
// {"command": "status"} →
//   {"version", "time", "healthy": bool, "problems": ["one sentence", ...],
//    "mode": {"current", "configured", "set_by": text|null, "set_at": time|null},
//    "dataplane": {"connected": bool, "started": time|null, "pool_size", "pool_free",
//                  "workers": [{"core", "heartbeat_age_ms", "busy_percent"}]},
//    "generation": null | {"number", "digest", "created", "since", "age_s", "rules", "addresses",
//                          "levels": {"1": N, "2": N, "3": N, "4": N}},
//    "ports": [{"name", "device", "link_up": bool, "received_pps", "received_bps",
//               "forwarded_pps", "forwarded_bps", "dropped_pps", "matched_pps",
//               "driver_missed", "driver_errors", "no_mbuf",
//               "counters": {NAME: N for every counter}}],
//    "counters": {NAME: N, added up over ports},
//    "infected_subscribers": N, "families": [{"family": text|null, "subscribers": N}],
//    "contacts": {"stored", "unsolicited", "live", "limit", "evicted", "refused"},
//    "feeds": [{"name", "path", "format": text|null, "healthy": bool, "problem": text|null,
//               "accepted", "rejected", "quarantined", "loaded": time|null,
//               "checked": time|null}]}
// {"command": "contacts", "subscriber": text?, "limit": N?} →
//   {"contacts": [{"subscriber", "address", "port", "any_port": bool, "transport", "level",
//                  "family": text|null, "packets_out", "packets_in", "bytes_out", "bytes_in",
//                  "packets_dropped", "first_seen", "last_seen", "evidence", "verdict",
//                  "applied": bool}]}            the most recent first
// {"command": "subscribers", "limit": N?} →
//   {"infected_subscribers": N, "subscribers": [{"subscriber", "families": [text], "contacts",
//     "evidence", "level", "packets_out", "packets_in", "bytes_out", "bytes_in",
//     "packets_dropped", "first_seen", "last_seen"}]}
// {"command": "mode", "mode": text?} → {"mode", "previous", "configured", "set_by", "set_at"}
// {"command": "list-load", "feeds": [name]?, "force": bool?} →
//   {"feeds": [as in status], "generation": as in status, "changed": bool}
// {"command": "list-diff"} →
//   {"added": N, "removed": N, "changed": N,
//    "rows": [{"change": "added|removed|changed", "address", "port": N|null, "transport",
//              "level_before": N|null, "level_after", "action_before": text|null,
//              "action_after"}], "more": bool, "feeds": [as in status]}
// {"command": "list-show", "address": text?, "port": N?, "limit": N?} →
//   {"total": N, "indicators": [{"address"|"domain", "port": N|null, "transport", "level",
//     "confidence", "family", "max_action", "action", "valid_until",
//     "sources": [{"feed", "line", "level", "confidence", "family", "source", "reference",
//                  "first_seen", "last_seen", "valid_until"}]}]}
// {"command": "list-rollback"} → {"generation": as in status}
