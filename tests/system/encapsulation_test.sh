#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Whatever lies around their packets, infected homes are found under the key that tells them apart,
# to the packet; what is not theirs passes unchanged, in every mode; and a capture of the same
# frames says the same.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

listed=203.0.113.66
encapsulated=$here/encapsulated.py
# Of a contact, what frames decide: all but times and what depends on the mode.
members='{subscriber, address, port, transport, evidence, packets_out, packets_in, bytes_out, bytes_in}'

# link_keyed KEY [LINES]: a rig whose only link has that key, with both daemons running. The second
# link's cables lie idle.
link_keyed() {
	rig_fresh
	rig_config af_xdp:a0 af_xdp:a1 "${2-}"
	sed -i "s/^links = .*/$(links "$1")/" "$LAB_DIR/sekisho.conf"
	dataplane_start
	control_start
}
links() {
	echo "links = ( { name = \"edge0\"; subscriber = \"af_xdp:a0\"; network = \"af_xdp:a1\";" \
		"subscriber_key = \"$1\"; } );"
}

two_links_keyed() {
	rig_fresh
	rig_config
	sed -i 's/^links = .*/links = (\
		{ name = "edge0"; subscriber = "af_xdp:a0"; network = "af_xdp:a1"; subscriber_key = "vlan"; },\
		{ name = "edge1"; subscriber = "af_xdp:b0"; network = "af_xdp:b1"; subscriber_key = "vlan"; } );/' \
		"$LAB_DIR/sekisho.conf"
	dataplane_start
	control_start
}

# What the command finds in a report that it prints as JSON, one contact a line.
found() {
	jq -cS ".contacts[] | $members"
}
found_now() {
	sekisho contacts --json | found
}
expected() {
	local case
	for case; do
		"$encapsulated" contact "$case" | jq -cS .
	done
}
# The same after so many times.
expected_times() {
	local times=$1
	shift
	expected "$@" | jq -cS "(.packets_out, .packets_in, .bytes_out, .bytes_in) *= $times"
}
dropped() {
	contacts '[.contacts[].packets_dropped] | add'
}
dropping() {
	expected "$@" | jq -s 'map(.packets_out + .packets_in) | add'
}

# For whatever reason.
undecoded() {
	status '[.counters | to_entries[] | select(.key | startswith("undecoded_")).value] | add'
}

# passes CASE MODE [SUBSCRIBERS NETWORK]: its frames, through the link between these.
passes() {
	"$encapsulated" send "$1" "$2" "$LAB-sub:${3-s0}" "$LAB-net:${4-i0}"
}

# finds KEY CASE
finds() {
	local key=$1 case=$2
	link_keyed "$key"
	passes "$case" alert
	becomes "the contact" "$(expected "$case")" found_now
	equal "dropped packets" "$(counted dropped_verdict)" 0
	replays "$case"
	sekisho mode enforce
	passes "$case" enforce
	becomes "the contact, twice" "$(expected_times 2 "$case")" found_now
	becomes "dropped packets of the contact" "$(dropping "$case")" dropped
	equal "dropped packets" "$(counted dropped_verdict)" "$(dropping "$case")"
	equal "frames not understood" "$(undecoded)" 0
}

replays() {
	"$encapsulated" write "$1" "$LAB_DIR/$1.pcap"
	sekisho replay --json --config "$LAB_DIR/sekisho.conf" "$LAB_DIR/$1.pcap" >"$LAB_DIR/replay.json"
	equal "the capture's contact" "$(found <"$LAB_DIR/replay.json")" "$(expected "$1")"
	sekisho replay --json --mode enforce --write "$LAB_DIR/passed.pcap" \
		--config "$LAB_DIR/sekisho.conf" "$LAB_DIR/$1.pcap" >"$LAB_DIR/replay.json"
	equal "the capture's dropped packets" "$(jq .packets.dropped "$LAB_DIR/replay.json")" \
		"$(dropping "$1")"
}

tells_links_apart() {
	two_links_keyed
	passes first_link alert
	passes second_link alert s1 i1
	becomes "the contacts" "$(expected first_link second_link)" sorted_now
	sekisho mode enforce
	passes first_link enforce
	passes second_link enforce s1 i1
	becomes "the contacts, twice" "$(expected_times 2 first_link second_link)" sorted_now
	equal "infected subscribers" "$(status .infected_subscribers)" 2
}
sorted_now() {
	found_now | sort
}

set_up() {
	rig_list "$listed,tcp,6667,4" "$listed,udp,5000,4"
	lab_cable sub s1 02:00:00:00:00:03 b0 1500
	lab_cable net i1 02:00:00:00:00:04 b1 1500
}

rig_up
rig_hugepages=false # this is about bytes, not about speed
it_must "there are two links" set_up
it "QinQ: homes are told by both tags" finds vlan_pair qinq
it "PPPoE in QinQ: homes are told by the session" finds pppoe pppoe
it "DS-Lite: homes with the same address inside are told by their tunnels" finds outer ds_lite
it "MAP-E: all fragments of a tunnel's packet share what is inside" finds outer map_e
it "GTP-U: homes are told by the address inside" finds address gtpu
it "L2TP: homes are told by the address inside" finds address l2tp
it "MPLS: homes are told by the last label" finds mpls mpls
it "the same VLAN on two links is two homes" tells_links_apart
done_testing
