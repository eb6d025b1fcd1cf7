#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What enters one port of a link leaves the other: everything, unchanged, in order, with or without
# a control plane.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

carries() {
	"$here/frames.py" send "$1" "$LAB-sub:s0" "$LAB-net:i0"
	"$here/frames.py" send "$1" "$LAB-net:i0" "$LAB-sub:s0"
}

pings() {
	matches "20 pings" "$(lab_in sub ping -q -c 20 -i 0.01 -W 2 100.64.0.1)" ' 0% packet loss'
	matches "5 pings of two fragments each" \
		"$(lab_in sub ping -q -c 5 -i 0.01 -W 2 -s 2500 100.64.0.1)" ' 0% packet loss'
}

finds_neighbours() {
	lab_in sub ip neigh flush dev s0 nud all
	lab_in sub ping -q -c 1 -W 2 100.64.0.1
	lab_in sub ip neigh show 100.64.0.1 dev s0 | grep -q 02:00:00:00:00:02
}

carries_ipv6() {
	local room end
	for room in sub:s0 net:i0; do
		end=${room#*:} room=${room%:*}
		lab_in "$room" sysctl -qw "net.ipv6.conf.$end.accept_dad=0" "net.ipv6.conf.$end.disable_ipv6=0"
	done
	lab_in sub ip addr add 2001:db8:64::7/64 dev s0
	lab_in net ip addr add 2001:db8:64::1/64 dev i0
	# Neighbour discovery by multicast included.
	lab_in sub ping -q -c 5 -i 0.01 -W 2 2001:db8:64::1
	for room in sub:s0 net:i0; do
		lab_in "${room%:*}" sysctl -qw "net.ipv6.conf.${room#*:}.disable_ipv6=1"
	done
}

carries_a_file() {
	head -c 20000000 /dev/urandom >"$LAB_DIR/file"
	lab_spawn net www python3 -m http.server --directory "$LAB_DIR" --bind 198.51.100.80 80
	lab_wait 5 lab_in net curl -sfo /dev/null http://198.51.100.80/sekisho.conf
	lab_in sub curl -sf -m 20 -o "$LAB_DIR/copy" http://198.51.100.80/file
	cmp "$LAB_DIR/file" "$LAB_DIR/copy"
	lab_stop www
	rm "$LAB_DIR/copy" "$LAB_DIR/file"
}

counters_balance() {
	local port lost
	lab_alive control || control_start
	for port in subscriber network; do
		lost=$(status ".ports[] | select(.name == \"edge0.$port\").counters |
			.received - .forwarded - ([to_entries[] | select(.key | startswith(\"dropped_\")).value] | add)")
		equal "packets of the $port port that are unaccounted for" "$lost" 0
		matches "packets the $port port received" "$(rig_counter $port received)" '^[0-9]{4,}$'
		equal "packets of the $port port that did not fit" "$(rig_counter $port dropped_tx_full)" 0
	done
}

still_carries() {
	lab_stop control
	pings
}

carries_a_capture() {
	local frames
	rig_fresh
	"$here/frames.py" write all "$LAB_DIR/in.pcap"
	"$here/frames.py" write none "$LAB_DIR/none.pcap"
	frames=$(capinfos -Mrc "$LAB_DIR/in.pcap" 2>/dev/null | grep -oE '[0-9]+$')
	rig_config "pcap:$LAB_DIR/in.pcap" "pcap:$LAB_DIR/none.pcap,$LAB_DIR/out.pcap"
	dataplane_start
	control_start
	becomes "frames forwarded" "$frames" rig_counter subscriber forwarded
	lab_stop control
	lab_stop dataplane
	"$here/frames.py" same "$LAB_DIR/in.pcap" "$LAB_DIR/out.pcap"
}

rig_up
it "af_xdp: starts without a control plane" dataplane_start
it "af_xdp: carries every kind of frame unchanged and in order, both ways" carries all
it "af_xdp: carries pings and fragments" pings
it "af_xdp: carries ARP" finds_neighbours
it "af_xdp: carries IPv6 and its neighbour discovery" carries_ipv6
it "af_xdp: carries 20 MB of HTTP" carries_a_file
it "af_xdp: received = forwarded + dropped, on both ports" counters_balance
it "af_xdp: goes on when the control plane ends" still_carries
rig_fresh

rig_config af_packet:a0 af_packet:a1
it "af_packet: starts" dataplane_start
it "af_packet: carries frames unchanged and in order, both ways" carries plain,random
it "af_packet: carries 20 MB of HTTP" carries_a_file
it "af_packet: received = forwarded + dropped, on both ports" counters_balance

it "pcap: what comes out is what went in" carries_a_capture

rig_fresh
rig_up 3000
it "af_xdp, MTU 3000: starts" dataplane_start
it "af_xdp, MTU 3000: carries jumbo frames unchanged" carries plain,jumbo
done_testing
