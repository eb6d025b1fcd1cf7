#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Who subscribers are is read from files, in a running system: who opts out by a changed file is from
# then on neither matched nor touched, whatever the mode; a file that cannot be used changes
# nothing; and before the file was ever read nobody is touched.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

bot=100.64.0.7 other=100.64.0.8 c2=203.0.113.66

# rig_mapping ROW...: the mapping file, replaced in one step.
rig_mapping() {
	{
		echo "subscriber,prefix,flags"
		printf '%s\n' "$@"
	} >"$LAB_DIR/subscribers.csv.new"
	mv "$LAB_DIR/subscribers.csv.new" "$LAB_DIR/subscribers.csv"
}

set_up() {
	rig_list "$c2,udp,5000,4"
	rig_mapping "alice,$bot," "bob,$other," "carol,2001:db8:64:100::/56,watch"
	rig_config
	sed -i 's/^subscribers = { /&mapping = ( "subscribers.csv" ); /' "$LAB_DIR/sekisho.conf"
	dataplane_start
	control_start
	becomes "whether status is content" 0 unwell
	equal "rows accepted" "$(status .subscribers.mapping[0].accepted)" 3
	equal "keys mapped" "$(status .subscribers.mapped)" 3
	equal "subscribers with flags" "$(status .subscribers.flagged)" 1
	matches "status" "$(sekisho status)" 'subscribers +3 keys mapped, 1 subscribers with flags'
	sekisho mode enforce
}

is_dropped() {
	datagrams $bot $c2 5000 10
	becomes "packets of the contact" 10 contact_of alice $c2 5000 packets_out
	equal "dropped packets" "$(counted dropped_verdict)" 10
}

# Nobody asks for it: the file changes, and that is all.
opts_out() {
	local before
	before=$(status .generation.number)
	rig_mapping "alice,$bot,opt-out" "bob,$other," "carol,2001:db8:64:100::/56,watch"
	becomes "whether another generation is in force" true status ".generation.number > $before"
	equal "subscribers with flags" "$(status .subscribers.flagged)" 2
	datagrams $bot $c2 5000 10
	becomes "packets of who opted out" 10 counted opted_out
	equal "packets of the contact" "$(contact_of alice $c2 5000 packets_out)" 10
	equal "matched packets" "$(counted matched)" 10
	equal "dropped packets" "$(counted dropped_verdict)" 10
}

others_are_dropped() {
	datagrams $other $c2 5000 10
	becomes "packets of the contact" 10 contact_of bob $c2 5000 packets_out
	equal "dropped packets" "$(counted dropped_verdict)" 20
}

bad_file_changes_nothing() {
	local before
	before=$(status .generation.digest)
	rig_mapping "alice,$bot,"
	becomes "whether status says so" 1 unwell
	matches "the problem" "$(status '.problems[0]')" 'subscribers.csv: shrank from 3 to 1 rows'
	matches "what status tells" "$(status '.subscribers.mapping[0].problem')" 'shrank'
	equal "digest" "$(status .generation.digest)" "$before"
	rm "$LAB_DIR/subscribers.csv"
	becomes "the problem" true status '.problems[0] | contains("cannot be opened")'
	equal "digest" "$(status .generation.digest)" "$before"
	datagrams $bot $c2 5000 10
	becomes "packets of who opted out" 20 counted opted_out
}

# The data plane keeps what it has; it is not given a generation that knows nothing of opt-outs.
restart_without_file() {
	local before
	before=$(status .generation.digest)
	lab_stop control
	lab_spawn box control "$build/control/sekisho-control" --config "$LAB_DIR/sekisho.conf"
	becomes "whether status says so" true \
		status '.problems | map(contains("who opted out is not known")) | any'
	equal "digest" "$(status .generation.digest)" "$before"
	datagrams $bot $c2 5000 10
	becomes "packets of who opted out" 30 counted opted_out
	rig_mapping "alice,$bot,opt-out" "bob,$other," "carol,2001:db8:64:100::/56,watch"
	becomes "whether status is content" 0 unwell
	equal "digest" "$(status .generation.digest)" "$before"
}

force_takes_it() {
	rig_mapping "bob,$other,"
	becomes "whether status says so" 1 unwell
	sekisho list load --force >/dev/null
	becomes "whether status is content" 0 unwell
	equal "subscribers with flags" "$(status .subscribers.flagged)" 0
	# Who is no longer in the file is known by the key again, with what was counted lately.
	datagrams $bot $c2 5000 10
	becomes "packets of the contact" 20 contact_of $bot $c2 5000 packets_out
	equal "dropped packets" "$(counted dropped_verdict)" 30
}

checks_files() {
	local result=0
	rig_mapping "bob,$other," "eve,$other/24," "mallory,$bot,drop"
	sekisho check-config "$LAB_DIR/sekisho.conf" >"$LAB_DIR/output" 2>"$LAB_DIR/error" || result=$?
	equal "exit status" $result 1
	matches "output" "$(cat "$LAB_DIR/output")" 'subscribers.csv: 1 rows accepted, 2 rejected'
	matches "the first" "$(cat "$LAB_DIR/error")" "subscribers.csv:3: '100.64.0.8/24': not a prefix"
	matches "the second" "$(cat "$LAB_DIR/error")" "subscribers.csv:4: 'drop': flags are opt-out"
}

rig_up
it_must "starts with a list and a mapping in force" set_up
it "enforce: a mapped subscriber's listed packets are dropped" is_dropped
it "who opts out by a changed file is neither matched nor touched" opts_out
it "all others are dropped as before" others_are_dropped
it "a file that shrank or is gone changes nothing, and status says so" bad_file_changes_nothing
it "a restart without the file hands over nothing, and touches nobody who opted out" \
	restart_without_file
it "list load --force takes a file that shrank" force_takes_it
it "check-config names rows that are rejected" checks_files
done_testing
