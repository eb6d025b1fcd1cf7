#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What TCP gets through the appliance, beside what it gets through dpdk-testpmd on the same ports in
# the same run. A ratio, not a rate: machines differ, and are busy with other things.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

rounds_least=3 rounds_most=11 ratio_least=0.90

testpmd_start() {
	local memory=(--in-memory -m 256)
	[[ $rig_hugepages == true ]] || memory=(--no-huge -m 256)
	rm -f "$LAB_DIR/testpmd.log"
	lab_spawn box testpmd dpdk-testpmd -l 0-1 --no-pci --no-telemetry "${memory[@]}" \
		--vdev net_af_xdp0,iface=a0 --vdev net_af_xdp1,iface=a1 -- \
		--forward-mode=io --nb-cores=1 --total-num-mbufs=32768 --no-mlockall --stats-period 100
	lab_wait 15 grep -q 'NIC statistics' "$LAB_DIR/testpmd.log"
}

# Bits per second that TCP reaches in three seconds.
tcp_rate() {
	lab_wait 5 lab_in sub ping -q -c 1 -W 1 100.64.0.1
	lab_in sub iperf3 -c 100.64.0.1 -t 3 -J | jq '.end.sum_received.bits_per_second | round'
}

# The two run one after the other, so each round has a ratio of its own; a core that changes its clock
# from round to round spoils single ratios, not their median.
keeps_up() {
	local round theirs ours ratios=() median
	lab_spawn net iperf3 iperf3 -s
	for ((round = 1; round <= rounds_most; round++)); do
		testpmd_start
		theirs=$(tcp_rate)
		lab_stop testpmd
		dataplane_start
		ours=$(tcp_rate)
		lab_stop dataplane
		ratios+=("$(jq -n "$ours / $theirs * 100 | round / 100")")
		median=$(jq -n '$ARGS.positional | sort | .[(length - 1) / 2 | floor]' --jsonargs "${ratios[@]}")
		echo "round $round: testpmd $((theirs / 1000000)) Mb/s," \
			"sekisho $((ours / 1000000)) Mb/s, median ratio $median"
		if ((round >= rounds_least)) && [[ $(jq -n "$median >= $ratio_least") == true ]]; then
			return 0
		fi
	done
	return 1
}

rig_up
it "TCP gets at least $ratio_least of what testpmd io forwards on the same ports" keeps_up
done_testing
