#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Either daemon may end at any time, by itself or by force: nothing is counted twice, nothing that
# was stored is lost, the list and the mode come back, and traffic flows while the control plane is
# away.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

bot=100.64.0.7 c2=203.0.113.66
sent=0

# Sends some more, and waits until the contact's total is all that were ever sent.
adds_up() {
	sent=$(($(cat "$LAB_DIR/sent") + $1))
	echo $sent >"$LAB_DIR/sent"
	datagrams $bot $c2 5000 "$1"
	becomes "packets of the contact" "$sent" contact_of $bot $c2 5000 packets_out
	equal "bytes" "$(contact_of $bot $c2 5000 bytes_out)" $((sent * 62))
}

set_up() {
	echo 0 >"$LAB_DIR/sent"
	rig_list "$c2,udp,5000,4"
	dataplane_start
	control_start
	adds_up 100
}

control_again() {
	lab_stop control "$1"
	datagrams $bot $c2 5000 30
	echo $(($(cat "$LAB_DIR/sent") + 30)) >"$LAB_DIR/sent"
	control_start
	adds_up 7
}

dataplane_again() {
	lab_stop dataplane "$1"
	becomes "whether status says that the data plane is away" 1 unwell
	dataplane_start
	# Without anybody's help.
	becomes "whether a list is in force" true status '.generation.rules == 1'
	becomes "whether status is content" 0 unwell
	adds_up 11
}

both_again() {
	lab_stop control
	lab_stop dataplane
	dataplane_start
	control_start
	adds_up 13
}

mode_survives() {
	sekisho mode shadow
	lab_stop control
	control_start
	equal "mode after the control plane's restart" "$(status .mode.current)" shadow
	lab_stop dataplane
	dataplane_start
	becomes "mode after the data plane's restart" shadow status .mode.current
	sekisho mode alert
}

first_seen_stays() {
	local first
	first=$(contact_of $bot $c2 5000 first_seen)
	both_again
	equal "first seen" "$(contact_of $bot $c2 5000 first_seen)" "$first"
}

audit_tells() {
	local text
	text=$(sekisho audit)
	matches "the audit log" "$text" 'mode  alert -> shadow'
	matches "the chain" "$(sekisho audit verify)" 'unbroken since'
	sqlite3 "$LAB_DIR"/state/sekisho.db ".backup $LAB_DIR/copy.db"
	matches "the chain of a copy" "$(sekisho audit verify --file "$LAB_DIR/copy.db")" 'unbroken'
	sqlite3 "$LAB_DIR/copy.db" "DROP TRIGGER audit_update;
		UPDATE audit SET actor = 'nobody' WHERE id = 2"
	text=$(sekisho audit verify --file "$LAB_DIR/copy.db" 2>&1) && return 1
	matches "a changed entry" "$text" 'entry 2 does not fit'
}

rig_up
it_must "counts" set_up
it "the control plane ends and starts: totals include what passed meanwhile, once" control_again TERM
it "the control plane is killed and starts: the same" control_again KILL
it "the data plane ends and starts: totals go on, the list comes back" dataplane_again TERM
it "the data plane is killed and starts: the same" dataplane_again KILL
it "both end and start: totals go on" both_again
it "the operator's mode survives restarts of both" mode_survives
it "a contact's first time survives as well" first_seen_stays
it "who changed the mode is on record" audit_tells
done_testing
