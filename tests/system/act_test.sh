#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What is carried out: connections are reset at both ends, datagrams refused, contacts policed, and
# bots meet the sinkhole in the place of their servers.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

bot=100.64.0.7 other=100.64.0.8
c2=203.0.113.66 policed=198.51.100.81 sinkholed=198.51.100.82
talker=$here/talker.py wrapped=$here/wrapped.py

# Level 4 is reset, 3 policed, 2 sinkholed.
set_up() {
	local address
	for address in $policed $sinkholed; do
		lab_in net ip addr add "$address/32" dev lo
	done
	lab_cable sink k0 02:00:00:00:00:03 k1 1500
	# A host that takes every address for its own but those of subscribers, and asks nobody.
	lab_in sink ip addr add 192.0.2.1/30 dev k0
	lab_in sink ip route add local 0.0.0.0/0 dev lo table main
	lab_in sink ip route add 100.64.0.0/10 via 192.0.2.2 dev k0
	lab_in sink ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:04 dev k0
	lab_spawn net server python3 "$talker" serve 6667
	lab_spawn net counter python3 "$talker" count 5000
	lab_spawn sink sinkhole python3 "$talker" serve 6667
	rig_list "$c2,tcp,6667,4" "$c2,udp,5001,4" "$policed,udp,5000,3" "$sinkholed,tcp,6667,2"
	rig_config
	sed -i -e 's/^links = .*/links = ( { name = "edge0"; subscriber = "af_xdp:a0"; network = "af_xdp:a1";\
		sinkhole = "af_xdp:k1"; sinkhole_mac = "02:00:00:00:00:03"; sinkhole_timeout = 2; } );/' \
		-e '/^policy = /,$d' "$LAB_DIR/sekisho.conf"
	cat >>"$LAB_DIR/sekisho.conf" <<-END
		policy = ( { levels = [ 4 ]; action = "reset"; udp = "refuse"; },
			{ levels = [ 3 ]; action = "police"; rate = 1; burst = 20; },
			{ levels = [ 2 ]; action = "sinkhole"; sinkhole_else = "drop"; },
			{ levels = [ 1 ]; action = "alert"; } );
		caps = ( { levels = [ 2 ]; max_action = "sinkhole"; } );
	END
	dataplane_start
	control_start
	lab_wait 5 grep -q serving "$LAB_DIR/sinkhole.log"
	lab_wait 5 grep -q serving "$LAB_DIR/server.log"
}

says() {
	lab_in sub python3 "$talker" "$@"
}
told() {
	tail -n 1 "$LAB_DIR/$1.log"
}

alert_touches_nothing() {
	equal "what the server says" "$(says ask $bot $c2 6667)" "$c2 6667"
	equal "what the sinkholed server says" "$(says ask $bot $sinkholed 6667)" "$sinkholed 6667"
	equal "answers" "$(counted injected)" 0
}

closes_a_connection_at_both_ends() {
	lab_spawn sub long python3 "$talker" talk $bot $c2 6667
	lab_wait 5 grep -q connected "$LAB_DIR/long.log"
	sekisho mode shadow
	becomes "whether it would be held back" true status '.counters.would_drop > 0'
	equal "what the client saw in shadow mode" "$(told long)" connected
	sekisho mode enforce
	becomes "what the client saw" reset told long
	becomes "what the server saw" reset told server
	becomes "applied" true contact_of $bot $c2 6667 applied
	becomes "verdict" reset contact_of $bot $c2 6667 verdict
}

refuses_a_connection() {
	local result=0
	lab_in sub curl -sS --interface $bot --max-time 5 "http://$c2:6667/" 2>"$LAB_DIR/error" || result=$?
	equal "curl's exit status" $result 7
	matches "curl's error" "$(cat "$LAB_DIR/error")" 'refused|[Cc]ould( not|n.t) connect'
}

refuses_a_datagram() {
	equal "what the sender hears" "$(says datagram $bot $c2 5001)" EHOSTUNREACH
}

polices() {
	local before passed
	before=$(counted dropped_policed)
	datagrams $bot $policed 5000 100
	becomes "packets of the contact" 100 contact_of $bot $policed 5000 packets_out
	becomes "whether all is accounted for" true status \
		".counters.dropped_policed - $before + $(told counter) == 100"
	passed=$(told counter)
	echo "$passed of 100 passed"
	((passed >= 20 && passed < 60))
	equal "what was held back" "$(($(counted dropped_policed) - before))" $((100 - passed))
	becomes "verdict" police contact_of $bot $policed 5000 verdict
}

sinkholes() {
	local before
	before=$(wc -l <"$LAB_DIR/server.log")
	lab_stop server
	equal "what the sinkhole says" "$(says ask $bot $sinkholed 6667)" "$sinkholed 6667"
	becomes "verdict" sinkhole contact_of $bot $sinkholed 6667 verdict
	equal "evidence of packets handed over" "$(status '.counters.sinkholed > 0')" true
	lab_spawn net server python3 "$talker" serve 6667
	lab_wait 5 eval "((\$(wc -l <'$LAB_DIR/server.log') > $before))"
}

# In headers that were made by hand: the answer has the same, and nothing in it is wrong.
in_headers() {
	local kind=$1 file=$LAB_DIR/$1.pcap
	# The kernel would answer what is not its own.
	lab_in sub ip addr del $other/10 dev s0 2>/dev/null || :
	equal "a SYN to a reset service" \
		"$("$wrapped" "$kind" "$LAB-sub:s0" $other $c2 6667 "$file")" refused
	proves "$file"
	equal "what the sinkhole says" \
		"$("$wrapped" "$kind" "$LAB-sub:s0" $other $sinkholed 6667 "$file")" "$sinkholed 6667"
	proves "$file"
}
proves() {
	local wrong
	wrong=$(tshark -r "$1" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE \
		-Y '_ws.malformed || ip.checksum.status == "Bad" || tcp.checksum.status == "Bad"' 2>/dev/null)
	[[ -z $wrong ]] || {
		echo "tshark: $wrong"
		return 1
	}
	[[ $(tshark -r "$1" -Y tcp 2>/dev/null | wc -l) -gt 0 ]]
}

notices_silence() {
	lab_stop sinkhole KILL || :
	lab_in sink ip route del 100.64.0.0/10
	fails says ask $bot $sinkholed 6667
	sleep 3
	fails says ask $bot $sinkholed 6667
	becomes "whether something else was done" true status '.counters.sinkhole_else > 0'
	matches "problems" "$(status '.problems | join(" ")')" 'sinkhole.*does not answer'
	lab_in sink ip route add 100.64.0.0/10 via 192.0.2.2 dev k0
	lab_spawn sink sinkhole python3 "$talker" serve 6667
	lab_wait 15 eval "[[ \$(nsenter --net=/run/netns/$LAB-sub -- python3 $talker ask $bot $sinkholed 6667) \
		== '$sinkholed 6667' ]]"
	becomes "problems of the sinkhole" false status '.problems | join(" ") | test("sinkhole")'
}

balances() {
	lab_stop dataplane
	fails grep -q 'do not balance' "$LAB_DIR/dataplane.log"
	grep -q 'port edge0.sinkhole: [1-9][0-9]* received' "$LAB_DIR/dataplane.log"
}

lab_rooms="$lab_rooms sink"
rig_up
it_must "starts with three ports and a list in force" set_up
it "alert: nothing is touched" alert_touches_nothing
it "reset: a long connection is closed at both ends when enforcement begins" \
	closes_a_connection_at_both_ends
it "reset: a new connection is refused at once" refuses_a_connection
it "reset: a datagram is refused by ICMP" refuses_a_datagram
it "police: a burst passes, and little more" polices
it "sinkhole: the bot meets the sinkhole at its server's address" sinkholes
it "answers to plain frames" in_headers plain
it "answers in two VLANs" in_headers qinq
it "answers in a PPPoE session in two VLANs" in_headers pppoe
it "sinkhole: silence is noticed, and its end" notices_silence
it "every packet is accounted for" balances
done_testing
