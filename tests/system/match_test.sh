#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What is listed is matched and counted, to the packet; what may be done about it depends on mode,
# level, the entry's own cap, and nothing else is touched.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

bot=100.64.0.7 other=100.64.0.8 foreigner=172.30.0.9
c2=203.0.113.66 mild=198.51.100.81 capped=198.51.100.82 any=198.51.100.83 protected=198.51.100.80

set_up() {
	local address
	for address in $mild $capped $any; do
		lab_in net ip addr add "$address/32" dev lo
	done
	lab_spawn net server socat TCP-LISTEN:6667,fork,reuseaddr SYSTEM:'echo hello'
	lab_spawn net shop socat TCP-LISTEN:8080,fork,reuseaddr SYSTEM:'echo hello'
	echo "$protected/32 # the ISP's own portal" >"$LAB_DIR/never-block.txt"
	rig_list "$c2,tcp,6667,4" "$c2,udp,5000,4" "$mild,tcp,6667,3" "$protected,tcp,6667,4" "$any,any,,4"
	# The same with a cap of its own.
	printf '%s\n' "ip,transport,port,level,max_action" "$capped,tcp,6667,4,alert" >"$LAB_DIR/capped.csv"
	rig_config af_xdp:a0 af_xdp:a1 'never_block = ( "never-block.txt" );'
	sed -i 's/^feeds = ( /&{ name = "capped"; path = "capped.csv"; format = "csv"; }, /' \
		"$LAB_DIR/sekisho.conf"
	dataplane_start
	control_start
}

counts_exactly() {
	datagrams $bot $c2 5000 100
	becomes "packets of the contact" 100 contact_of $bot $c2 5000 packets_out
	equal "bytes" "$(contact_of $bot $c2 5000 bytes_out)" 6200
	equal "transport" "$(contact_of $bot $c2 5000 transport)" udp
	equal "level" "$(contact_of $bot $c2 5000 level)" 4
	equal "evidence" "$(contact_of $bot $c2 5000 evidence)" attempted
	equal "verdict" "$(contact_of $bot $c2 5000 verdict)" alert
	equal "matched packets" "$(counted matched)" 100
	equal "matched bytes" "$(counted matched_bytes)" 6200
}

tells_evidence() {
	connects $other $c2 6667
	becomes "evidence of an answered connection" answered contact_of $other $c2 6667 evidence
	echo hello | lab_in sub socat -t 2 - "TCP:$c2:6667,bind=$other"
	becomes "evidence once both have spoken" conversed contact_of $other $c2 6667 evidence
	equal "infected subscribers" "$(status .infected_subscribers)" 2
}

notices_other_ports() {
	local before matched
	before=$(counted other_port) matched=$(counted matched)
	connects $bot $c2 8080
	becomes "whether packets to another port were noticed" true \
		status ".counters.other_port > $before"
	equal "matched packets" "$(counted matched)" "$matched"
	equal "contacts with port 8080" "$(contacts '[.contacts[] | select(.port == 8080)] | length')" 0
}

keeps_foreigners_out() {
	connects $foreigner $c2 6667
	becomes "whether foreign packets were noticed" true status '.counters.foreign > 0'
	equal "contacts of a foreign address" \
		"$(contacts "[.contacts[] | select(.subscriber == \"$foreigner\")] | length")" 0
}

shadows() {
	sekisho mode shadow
	equal "mode" "$(status .mode.current)" shadow
	datagrams $bot $c2 5000 10
	becomes "packets that enforce would have dropped" 10 counted would_drop
	connects $bot $c2 6667
	becomes "verdict" drop contact_of $bot $c2 6667 verdict
	equal "applied" "$(contact_of $bot $c2 6667 applied)" false
	equal "dropped packets" "$(counted dropped_verdict)" 0
}

enforces() {
	sekisho mode enforce
	datagrams $bot $c2 5000 10
	becomes "dropped packets" 10 counted dropped_verdict
	fails connects $bot $c2 6667
	becomes "verdict" drop contact_of $bot $c2 6667 verdict
	becomes "applied" true contact_of $bot $c2 6667 applied
	becomes "packets of the contact" 120 contact_of $bot $c2 5000 packets_out
}

enforces_any_port() {
	fails connects $bot $any 6667
	fails connects $bot $any 8080
	becomes "verdict" drop contact_of $bot $any 6667 verdict
}

foreigners_pass_enforcement() {
	connects $foreigner $c2 6667
}

switches_quickly() {
	local start end
	sekisho mode alert
	start=$(date +%s%N)
	sekisho mode enforce
	fails connects $bot $c2 6667
	sekisho mode alert
	connects $bot $c2 6667
	sekisho mode shadow
	start=$(date +%s%N)
	sekisho mode alert
	end=$(date +%s%N)
	echo "a switch took $(((end - start) / 1000000)) ms, the command included"
	connects $bot $c2 6667
}

refuses_unknown_mode() {
	local status=0
	sekisho mode block 2>"$LAB_DIR/error" || status=$?
	equal "exit status" $status 2
	matches "the error" "$(cat "$LAB_DIR/error")" 'block.*alert.*shadow.*enforce'
	equal "lines" "$(wc -l <"$LAB_DIR/error")" 1
	equal "mode" "$(status .mode.current)" alert
}

rig_up
it_must "starts with a list in force" set_up
it "alert: counts packets and bytes of a contact exactly" counts_exactly
it "alert: tells attempted, answered and conversed apart" tells_evidence
it "alert: notices a listed host on another port, and makes no contact of it" notices_other_ports
it "alert: addresses outside the subscriber prefixes are no subscribers" keeps_foreigners_out
it "shadow: counts what enforce would drop, and drops nothing" shadows
it "enforce: drops what is listed at a level the policy drops" enforces
it "enforce: drops any port of a level 4 entry without port" enforces_any_port
it "enforce: the listed host's other ports work" connects $bot $c2 8080
it "enforce: an entry at a level the policy only alerts works" connects $bot $mild 6667
it "enforce: an entry capped by max_action works" connects $bot $capped 6667
it "enforce: an entry inside a never-block prefix works" connects $bot $protected 6667
it "enforce: addresses outside the subscriber prefixes are not touched" foreigners_pass_enforcement
it "the mode is switched in a running system, to and fro" switches_quickly
it "an unknown mode is refused with one line" refuses_unknown_mode
done_testing
