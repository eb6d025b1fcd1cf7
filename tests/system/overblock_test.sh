#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A list that is suddenly wrong about a server that many use: the over-block guard disarms that one
# entry, says so everywhere, and keeps it so over restarts until somebody has looked. All else goes
# on being dropped.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

bot=100.64.0.7 suspect=203.0.113.66 sound=198.51.100.80

# Of 1000 subscribers 5 % are 50.
set_up() {
	lab_in sub ip route add local 100.64.9.0/24 dev lo
	lab_spawn net receiver socat -u UDP-RECV:5000 "OPEN:$LAB_DIR/received,creat,append"
	rig_list "$suspect,udp,5000,4" "$sound,udp,5000,4"
	rig_config af_xdp:a0 af_xdp:a1 \
		'guard = { subscribers = 0; subscriber_share = 50; share = 0; packets = 0; new_subscribers = 0; };'
	sed -i 's|^subscribers = {|& total = 1000;|; s|^mode = "alert"|mode = "enforce"|' \
		"$LAB_DIR/sekisho.conf"
	dataplane_start
	control_start
}

# datagrams_of FIRST COUNT DESTINATION: one from each of so many subscribers.
datagrams_of() {
	lab_in sub python3 - "$@" <<-'END'
		import socket, sys
		first, count, destination = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
		for number in range(first, first + count):
		    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		    out.bind((f"100.64.9.{number}", 0))
		    out.sendto(b"x" * 20, (destination, 5000))
	END
}

# Datagrams that arrived on the other side.
received() {
	echo $(($(cat "$LAB_DIR/received" 2>/dev/null | wc -c) / 20))
}

guarded() {
	# With something disarmed it exits with 1.
	{ sekisho guard --json || (($? == 1)); } | jq -r "$1"
}

drops_within_the_limit() {
	datagrams_of 1 50 $suspect
	datagrams $bot $sound 5000 5
	becomes "dropped packets" 55 counted dropped_verdict
	sleep 1 # ten drains
	equal "received" "$(received)" 0
	equal "disarmed" "$(guarded .total)" 0
	equal "health" "$(unwell)" 0
}

disarms_past_the_limit() {
	local dropped since first
	datagrams_of 51 1 $suspect
	becomes "disarmed entries" 1 guarded .total
	# What came until it was seen was dropped; from here on nothing is.
	dropped=$(counted dropped_verdict)
	datagrams_of 1 60 $suspect
	becomes "received" 60 received
	equal "dropped packets" "$(counted dropped_verdict)" "$dropped"
	# By the data plane's own clocks, from the packet that passed the limit to the disarming.
	since=$(date -d "$(guarded '.disarmed[0].since')" +%s%3N)
	first=$(date -d "$(contact_of 100.64.9.51 $suspect 5000 first_seen)" +%s%3N)
	echo "disarmed $((since - first)) ms after the packet that passed the limit"
	# One period of the guard, and as much as a busy machine adds to it.
	matches "milliseconds" $((since - first)) '^[0-9]{1,4}$'
}

names_the_entry() {
	equal "the entry" "$(guarded '.disarmed[0] | "\(.address) \(.port) \(.transport) \(.limit)
\(.figure) \(.allowed) \(.feeds[0])"' | paste -sd' ')" \
		"$suspect 5000 udp subscriber_share 51 50 lab"
	matches "the list" "$(sekisho guard || :)" "^$suspect 5000/udp 51 subscribers, limit 50 "
	equal "the entry that is sound" \
		"$(sekisho list show $sound --json | jq -r '.indicators[0].disarmed')" null
	equal "list show" \
		"$(sekisho list show $suspect --json | jq -r '.indicators[0].disarmed.figure')" 51
	matches "policy explain" "$(sekisho policy explain $suspect:5000/udp)" \
		'disarmed by the over-block guard .* 51, limit 50.*alert; entry 1 wants drop; disarmed'
	matches "policy explain of the one that is sound" \
		"$(sekisho policy explain $sound:5000/udp)" 'attempted +drop; entry 1 wants drop'
}

drops_the_others() {
	local before
	before=$(counted dropped_verdict)
	datagrams $bot $sound 5000 7
	becomes "dropped packets" $((before + 7)) counted dropped_verdict
}

is_loud() {
	becomes "health" 1 unwell
	matches "the problem" "$(status '.problems[]')" "disarmed 1 entry.*$suspect port 5000/udp: 51"
	equal "events" "$(grep -c '"event":"disarmed"' "$LAB_DIR/state/events.json")" 1
	matches "the event" "$(grep '"event":"disarmed"' "$LAB_DIR/state/events.json")" \
		"\"address\":\"$suspect\",\"port\":5000,.*\"figure\":51,\"allowed\":50"
	matches "the audit" "$(sekisho audit)" "disarm.*$suspect port 5000/udp: 51 subscribers"
}

still_passes() {
	local before dropped
	before=$(received) dropped=$(counted dropped_verdict)
	datagrams_of 1 60 $suspect
	becomes "received" $((before + 60)) received
	datagrams $bot $sound 5000 3
	becomes "dropped packets" $((dropped + 3)) counted dropped_verdict
	equal "disarmed" "$(guarded .total)" 1
}

survives_control() {
	lab_stop control
	still_passes_without_control
	control_start
	still_passes
}

still_passes_without_control() {
	local before
	before=$(received)
	datagrams_of 1 10 $suspect
	becomes "received" $((before + 10)) received
}

survives_both() {
	lab_stop control
	lab_stop dataplane
	dataplane_start
	control_start
	still_passes
	equal "health" "$(unwell)" 1
}

refuses_what_is_not_disarmed() {
	local status=0
	sekisho guard ack $sound 2>"$LAB_DIR/error" || status=$?
	equal "exit status" $status 2
	matches "the error" "$(cat "$LAB_DIR/error")" "no such entry is disarmed"
	status=0
	sekisho guard ack 2>"$LAB_DIR/error" || status=$?
	equal "exit status" $status 2
	equal "disarmed" "$(guarded .total)" 1
}

arms_again() {
	local before
	sekisho guard ack $suspect:5000 --note "asked the CERT"
	before=$(received)
	datagrams_of 1 50 $suspect
	datagrams $bot $sound 5000 1
	becomes "dropped packets" true status ".counters.dropped_verdict >= 51"
	equal "received" "$(received)" "$before"
	becomes "health" 0 unwell
	equal "disarmed" "$(guarded .total)" 0
	matches "the audit" "$(sekisho audit)" \
		"arm.*$suspect port 5000/udp: 51 subscribers, limit 50; asked the CERT"
	# And is watched as before.
	datagrams_of 51 1 $suspect
	becomes "disarmed entries" 1 guarded .total
	sekisho guard ack --all
	becomes "disarmed entries" 0 guarded .total
}

rig_up
it_must "starts with a list in force, enforcing" set_up
it_must "drops what reaches its limit" drops_within_the_limit
it_must "disarms what passes it, and that traffic passes again" disarms_past_the_limit
it "says which entry, why, and who lists it" names_the_entry
it "goes on dropping what another entry says" drops_the_others
it "says so in status, events and audit" is_loud
it "keeps it over a restart of the control plane" survives_control
it "keeps it over a restart of both" survives_both
it "refuses to arm what is not disarmed" refuses_what_is_not_disarmed
it "an acknowledgement arms it again" arms_again
done_testing
