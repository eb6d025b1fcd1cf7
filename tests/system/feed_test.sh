#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A list is loaded whole or not at all, by itself when it changes; what cannot be right leaves the
# last good one in force and is said.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

good() {
	local rows=() i
	for i in $(seq 100); do
		rows+=("203.0.113.$i,tcp,6667,4")
	done
	rig_list "${rows[@]}"
}

set_up() {
	good
	dataplane_start
	control_start
	equal "rules" "$(status .generation.rules)" 100
	becomes "whether status is content" 0 unwell
	status .generation.digest >"$LAB_DIR/digest"
}

# What is refused changes nothing in force, is named in status, and ends when the file is good again.
survives() {
	local digest
	digest=$(cat "$LAB_DIR/digest")
	"$@"
	becomes "whether status names the feed" 1 names_feed
	equal "digest of the generation in force" "$(status .generation.digest)" "$digest"
	equal "rules" "$(status .generation.rules)" 100
	good
	becomes "whether status is content again" 0 unwell
}
# In words for a person and in JSON.
names_feed() {
	[[ $(status '.feeds[] | select(.name == "lab").healthy') == false ]] || return 0
	sekisho status | grep -c 'feed lab: ' || :
}

is_garbage() { head -c 100000 /dev/urandom >"$LAB_DIR/lab.csv"; }
is_empty() { : >"$LAB_DIR/lab.csv"; }
has_header_only() { rig_list; }
shrinks() { rig_list 203.0.113.{1..9},tcp,6667,4; }
vanishes() { rm "$LAB_DIR/lab.csv"; }
lacks_columns() { printf 'address;port\n1.2.3.4;5\n' >"$LAB_DIR/lab.csv"; }

loads_changes() {
	rig_list 203.0.113.{1..80},tcp,6667,4
	becomes "rules" 80 status .generation.rules
	good
	becomes "rules" 100 status .generation.rules
}

keeps_good_rows() {
	good
	echo "203.0.113.300,tcp,6667,4" >>"$LAB_DIR/lab.csv"
	echo "198.51.100.1,tcp,0,4" >>"$LAB_DIR/lab.csv"
	echo "10.1.2.3,tcp,23,4" >>"$LAB_DIR/lab.csv"    # special use
	echo "100.64.0.9,tcp,23,4" >>"$LAB_DIR/lab.csv"  # the ISP's own
	echo "198.51.100.2,tcp,23,4" >>"$LAB_DIR/lab.csv"
	sekisho list load
	becomes "rules" 101 status .generation.rules
	good
	becomes "rules" 100 status .generation.rules
}

forces() {
	shrinks
	becomes "whether status names the feed" 1 names_feed
	sekisho list load --force
	becomes "rules" 9 status .generation.rules
	good
	becomes "rules" 100 status .generation.rules
}

survives_restart() {
	lab_stop control
	is_garbage
	lab_spawn box control "$build/control/sekisho-control" --config "$LAB_DIR/sekisho.conf"
	becomes "rules after a restart with a broken file" 100 status .generation.rules
	lab_stop dataplane
	dataplane_start
	becomes "rules after the data plane's restart, too" 100 status .generation.rules
	good
	becomes "whether status is content again" 0 unwell
}

shows() {
	matches "list show" "$(sekisho list show 203.0.113.7:6667)" '203\.0\.113\.7.*6667'
	equal "entries of an address that is not listed" \
		"$(sekisho list show 192.0.2.1 --json | jq .total)" 0
}

explains() {
	local said
	said=$(sekisho policy explain 203.0.113.7:6667/tcp)
	matches "policy explain" "$said" '203\.0\.113\.7 6667/tcp level 4.*decides for tcp'
	matches "who names it" "$said" 'named by lab:8 '
	matches "what is done" "$said" 'conversed +alert; entry 1 wants drop; mode alert'
	matches "what is said of another port" "$(sekisho policy explain 203.0.113.7:6668)" \
		'is listed, but not there'
	matches "what is said of another address" "$(sekisho policy explain 192.0.2.1/udp)" \
		'is not listed: forwarded'
	fails sekisho policy explain 203.0.113.7:6667/icmp
}

rolls_back() {
	rig_list 203.0.113.{1..90},tcp,6667,4
	becomes "rules" 90 status .generation.rules
	sekisho list rollback
	becomes "rules after the rollback" 100 status .generation.rules
	matches "list diff" "$(sekisho list diff)" '203\.0\.113\.91'
	sekisho list load
	becomes "rules after a load" 90 status .generation.rules
	good
	becomes "rules" 100 status .generation.rules
}

expires() {
	local until
	until=$(date -u -d '+8 seconds' +%Y-%m-%dT%H:%M:%SZ)
	{
		echo ip,transport,port,level,valid_until
		printf '203.0.113.%d,tcp,6667,4,\n' $(seq 100)
		echo "198.51.100.7,tcp,6667,4,$until"
	} >"$LAB_DIR/lab.csv.new"
	mv "$LAB_DIR/lab.csv.new" "$LAB_DIR/lab.csv"
	becomes "rules" 101 status .generation.rules
	becomes "rules once the entry has expired" 100 status .generation.rules
	good
}

rig_up
it_must "loads a list" set_up
it "loads a changed file by itself" loads_changes
it "keeps the good rows of a list with bad ones" keeps_good_rows
it "a feed of garbage leaves the last good one in force" survives is_garbage
it "an empty feed leaves the last good one in force" survives is_empty
it "a feed with a header only leaves the last good one in force" survives has_header_only
it "a feed that shrank by 91 % leaves the last good one in force" survives shrinks
it "a feed that vanished leaves the last good one in force" survives vanishes
it "a feed without the required columns leaves the last good one in force" survives lacks_columns
it "a refused feed is loaded with --force" forces
it "a broken feed at the control plane's start: the stored list comes into force" survives_restart
it "shows an entry" shows
it "explains what is done about it" explains
it "rolls back, tells the difference, and loads again" rolls_back
it "an entry ends at its valid_until" expires
done_testing
