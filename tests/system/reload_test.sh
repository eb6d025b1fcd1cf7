#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Lists are replaced under load: 50 times 100,000 rules while 100,000 packets a second pass, every
# one of them to a service that all the lists hold. A packet that is not matched was judged by a
# table that was not whole; a packet that does not come out was lost.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

reloads=${RELOADS:-50} rules=100000 packets_per_second=100000
rig_nice=-20

# Two lists that share the watched service and half of the rest.
set_up() {
	local half=$((rules / 2)) watched=203.0.113.66,udp,9,4,watched
	"$build/tests/system/traffic" list $((rules + half)) >"$LAB_DIR/rows"
	{
		head -n $rules "$LAB_DIR/rows" # its header among them
		echo "$watched"
	} >"$LAB_DIR/one.csv"
	{
		head -n 1 "$LAB_DIR/rows"
		echo "$watched"
		tail -n $((rules - 1)) "$LAB_DIR/rows"
	} >"$LAB_DIR/other.csv"
	cp "$LAB_DIR/one.csv" "$LAB_DIR/lab.csv"
	"$build/tests/system/traffic" watched 9 >"$LAB_DIR/watched.pcap"
	rig_config af_xdp:a0 af_xdp:a1 'rx_descriptors = 4096; tx_descriptors = 4096;'
	dataplane_start
	control_start
}

generations() {
	status .generation.number
}
# What the kernel's own counters say of an interface: interface_packets ROOM INTERFACE rx|tx
interface_packets() {
	lab_in "$1" ip -j -s link show "$2" | jq ".[0].stats64.$3.packets"
}

# One run of all reloads. What happens inside the appliance must be right each time; 77 if packets
# were lost in front of it, where the machine may have been busy with something else.
run_reloads() {
	local i before list sent arrived received matched
	sent=$(interface_packets sub s0 tx) arrived=$(interface_packets net i0 rx)
	received=$(rig_counter subscriber received) matched=$(rig_counter subscriber matched)
	lab_spawn sub load tcpreplay -q -i s0 --pps=$packets_per_second --timer=nano --loop=0 \
		--preload-pcap "$LAB_DIR/watched.pcap"
	lab_wait 10 flows "$received"
	for ((i = 1; i <= reloads; i++)); do
		list=one
		((i % 2 == 0)) || list=other
		before=$(generations)
		cp "$LAB_DIR/$list.csv" "$LAB_DIR/lab.csv.new"
		mv "$LAB_DIR/lab.csv.new" "$LAB_DIR/lab.csv"
		sekisho list load >/dev/null
		becomes "whether a generation after $before is in force" true \
			status ".generation.number > $before"
	done
	lab_stop load INT
	sleep 0.5
	grep '^Rated' "$LAB_DIR/load.log" | tail -n 1
	sent=$(($(interface_packets sub s0 tx) - sent)) arrived=$(($(interface_packets net i0 rx) - arrived))
	received=$(settled received "$received") matched=$(settled matched "$matched")
	echo "$sent sent, $received received, $matched matched, $arrived arrived"
	((sent > reloads * packets_per_second / 10)) # or this is not the load it says it is
	equal "packets that were matched" "$matched" "$received"
	equal "packets that arrived, of those the appliance received" "$arrived" "$received"
	equal "packets that did not fit the other port" "$(counted dropped_tx_full)" 0
	((received == sent)) || return 77
}

reloads_under_load() {
	local attempt status
	for attempt in 1 2 3; do
		set +e # so that it counts inside, which it would not on the left of ||
		(
			set -e
			run_reloads
		)
		status=$?
		set -e
		((status == 77)) || break
		echo "attempt $attempt: packets were lost in front of the appliance: $(lab_in box \
			ethtool -S a0 | grep -w rx_queue_0_drops)"
	done
	((status == 0))
	becomes "packets of all contacts" "$(rig_counter subscriber matched)" \
		contacts '[.contacts[].packets_out] | add'
	equal "contacts" "$(status .contacts.stored)" 1000
	equal "packets judged before any list" "$(rig_counter subscriber no_generation)" 0
}

# settled NAME BEFORE: what a counter grew by, once it grows no more.
settled() {
	local last=-1 now
	while now=$(rig_counter subscriber "$1") && [[ $now != "$last" ]]; do
		last=$now
		sleep 1
	done
	echo $((now - $2))
}
flows() {
	(($(rig_counter subscriber received) > $1 + 1000))
}

rig_up
it_must "two lists of $rules rules" set_up
it "$reloads reloads under $packets_per_second packets/s: none lost, none judged by half a list" \
	reloads_under_load
done_testing
