#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A port that cannot do what is asked stops the start with one line, which names the port, the limit
# and what to set.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

# refuses SUBSCRIBER-PORT NETWORK-PORT LINES REGEX...: does not start, says one error line that
# matches every REGEX.
refuses() {
	local errors pattern status=0
	rig_config "$1" "$2" "$3"
	shift 3
	lab_in box timeout 20 "$build/dataplane/sekisho-dataplane" --config "$LAB_DIR/sekisho.conf" \
		>"$LAB_DIR/refusal.log" 2>&1 || status=$?
	matches "exit status" "$status" '^[12]$'
	errors=$(grep '^error' "$LAB_DIR/refusal.log") || {
		cat "$LAB_DIR/refusal.log"
		return 1
	}
	equal "error lines ($errors)" "$(wc -l <<<"$errors")" 1
	for pattern; do
		matches "the error" "$errors" "$pattern"
	done
}

too_many_workers() {
	refuses "$1:a0" "$1:a1" 'workers = 2;' "$1:a0" 'workers' '1'
}

starts() {
	rig_config
	dataplane_start
	lab_in sub ping -q -c 3 -i 0.01 -W 2 100.64.0.1
}

second_instance() {
	lab_in box timeout 20 "$build/dataplane/sekisho-dataplane" --config "$LAB_DIR/sekisho.conf" \
		>"$LAB_DIR/second.log" 2>&1 && return 1
	matches "what the second one says" "$(grep '^error' "$LAB_DIR/second.log")" 'dataplane.sock'
	lab_in sub ping -q -c 3 -i 0.01 -W 2 100.64.0.1
}

after_a_kill() {
	lab_stop dataplane KILL
	dataplane_start
	lab_in sub ping -q -c 3 -i 0.01 -W 2 100.64.0.1
}

rig_up
"$here/frames.py" write plain "$LAB_DIR/in.pcap"
it "an interface that does not exist" refuses af_xdp:nosuch0 af_xdp:a1 '' 'af_xdp:nosuch0'
it "an interface that does not exist, AF_PACKET" refuses af_packet:a0 af_packet:nosuch0 '' 'af_packet:nosuch0'
it "more workers than the interface has queues" too_many_workers af_xdp
it "an MTU above what AF_XDP carries" refuses af_xdp:a0 af_xdp:a1 'mtu = 9000;' 'af_xdp:a0' 'mtu' '3[0-9]{3}'
it "a capture that does not exist" refuses "pcap:$LAB_DIR/nosuch.pcap" af_xdp:a1 '' 'nosuch.pcap'
it "more workers than a capture has queues" refuses "pcap:$LAB_DIR/in.pcap" vdev:net_null0 'workers = 2;' 'in.pcap' 'workers'
it "a driver that does not exist" refuses vdev:net_nosuch0 af_xdp:a1 '' 'net_nosuch0'
it "a PCI device that does not exist" refuses 0000:ff:1f.7 af_xdp:a1 '' '0000:ff:1f.7'
it "after all these refusals it starts" starts
it "a second data plane refuses to start; the first is not disturbed" second_instance
it "starts again on the same ports after being killed" after_a_kill
done_testing
