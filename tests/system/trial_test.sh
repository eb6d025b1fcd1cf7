#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A trial, of subscribers who are known by accounting and of some who are not: the cohort's listed
# packets are dropped, the control group's pass, both are counted alike; who is in which group stays
# so when everything is restarted and when everybody gets another one's address; and the report says
# what is different.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

secret=s3kisho c2=203.0.113.66 port=5000
talker=$here/talker.py
users=120 strangers=40

# Subscriber N is user<N> behind 100.64.1.N, whoever is known by no name has 100.64.2.N.
home() { echo "100.64.1.$1"; }
stranger() { echo "100.64.2.$1"; }

add_addresses() {
	local i
	for ((i = 1; i <= users; i++)); do
		echo "addr add $(home $i)/32 dev s0"
	done
	for ((i = 1; i <= strangers; i++)); do
		echo "addr add $(stranger $i)/32 dev s0"
	done
}

set_up() {
	add_addresses | lab_in sub ip -batch -
	echo $secret >"$LAB_DIR/radius.secret"
	chgrp nogroup "$LAB_DIR/radius.secret"
	chmod 640 "$LAB_DIR/radius.secret"
	printf '%s\n' "subscriber,prefix,flags" "user1,,opt-out" "user2,,exempt" >"$LAB_DIR/subscribers.csv"
	rig_list "$c2,udp,$port,4"
	rig_config af_xdp:a0 af_xdp:a1 '
		radius = { listen = ( "127.0.0.1:1813" );
			clients = ( { address = "127.0.0.1"; secret_file = "radius.secret"; } ); };
		guard = { subscribers = 0; subscriber_share = 0; share = 0; packets = 0; new_subscribers = 0; };'
	sed -i 's/^subscribers = { /&mapping = ( "subscribers.csv" ); /' "$LAB_DIR/sekisho.conf"
	dataplane_start
	control_start
	sekisho mode enforce
	move 0
	settles
	lab_spawn net receiver python3 "$talker" sources $port
	lab_wait 10 receives
}

receives() { lab_in net ss -Hlun "sport = :$port" | grep -q .; }

# move OFFSET: everybody begins a session, with the address that is so many further on.
move() {
	local offset=$1 i
	local -a starts=()
	for ((i = 1; i <= users; i++)); do
		starts+=("start:$offset-$i:user$i:$(home $(((i - 1 + offset) % users + 1)))")
	done
	lab_in box python3 "$here/radius.py" 127.0.0.1 127.0.0.1 1813 $secret "${starts[@]}" |
		sort | uniq -c >"$LAB_DIR/answers"
	matches "answers" "$(cat "$LAB_DIR/answers")" "^ *$users answered\$"
}

# Until no other generation came for two seconds: bindings are read at most once a second.
settles() {
	local before now calm=0
	now=$(status .generation.number)
	while ((calm < 20)); do
		sleep 0.1
		before=$now now=$(status .generation.number)
		((now == before)) && calm=$((calm + 1)) || calm=0
	done
	becomes "whether status is content" 0 unwell
}

all_addresses() {
	add_addresses | sed 's/addr add //; s|/32.*||'
}

# talk COUNT ADDRESS...: datagrams to the listed server, which have gone through when this ends.
talk() {
	local count=$1 before
	shift
	before=$(seen)
	: >"$LAB_DIR/receiver.log"
	lab_in sub python3 "$talker" send $c2 $port "$count" "$@"
	becomes "packets seen" $((before + count * $#)) seen
}
# Packets to the listed server, of whoever; those of who opted out are not matched.
seen() { status '.counters.matched + .counters.opted_out'; }
# Addresses of which datagrams arrived.
arrived() { sort -u "$LAB_DIR/receiver.log" | paste -sd " "; }

# The group of each, null for none.
groups() { contacts '.contacts[] | "\(.subscriber) \(.group)"' | sort; }
in_group() { sed -n "s/ $1\$//p" "$LAB_DIR/groups"; }
size_of() { in_group "$1" | wc -l; }
# Addresses of the subscribers of that group, if everybody is OFFSET away from home.
addresses_of() {
	local offset=$2 name
	in_group "$1" | while read -r name; do
		case $name in
		user*) home $(((${name#user} - 1 + offset) % users + 1)) ;;
		*) echo "$name" ;;
		esac
	done | sort
}

without_one_all_are_dropped() {
	talk 1 "${everybody[@]}"
	becomes "who got through" "$(home 1) $(home 2)" arrived
	equal "groups" "$(contacts "[.contacts[] | select(.group)] | length")" 0
}

begins() {
	sekisho trial start pilot --per-mille 500 --note "first of all" >"$LAB_DIR/output"
	matches "output" "$(cat "$LAB_DIR/output")" '^trial pilot: 500 per mille, running since'
	settles
	equal "the trial in status" "$(status .trial.name)" pilot
	equal "audit" "$(of_trials '"\(.action), \(.to), \(.detail)"')" \
		"trial start, 500 per mille, pilot: first of all"
	equal "mode of its secret" "$(stat -c %a "$LAB_DIR/state/trial.key")" 600
}

# of_trials FILTER: of entries of the audit log, the newest first.
of_trials() {
	sekisho audit --json | jq -r ".entries[] | select(.action | startswith(\"trial\")) | $1"
}

# What the test knows of groups is what the control plane says; what happens is the data plane's.
drops_the_cohorts_alone() {
	talk 5 "${everybody[@]}"
	becomes "contacts with a group" $((users + strangers - 2)) contacts "[.contacts[] | select(.group)] | length"
	groups >"$LAB_DIR/groups"
	echo "in the cohort: $(in_group cohort | paste -sd ' ')"
	# 79 on the average; that there are fewer than 40 is six standard deviations off.
	(($(size_of cohort) > 40 && $(size_of control) > 40))
	(($(in_group cohort | grep -c ^100) > 0 && $(in_group control | grep -c ^100) > 0))
	becomes "who got through" \
		"$({ addresses_of control 0 && home 1 && home 2; } | sort | paste -sd " ")" arrived
	in_no_group_are_those_who_may_not_be_touched
}
in_no_group_are_those_who_may_not_be_touched() {
	equal "group of who is exempt" "$(grep '^user2 ' "$LAB_DIR/groups")" "user2 null"
	equal "contacts of who opted out" "$(grep -c '^user1 ' "$LAB_DIR/groups" || :)" 0
}

# One datagram each was dropped before the trial.
counts_both_alike() {
	becomes "packets of each" "cohort 6 6 true drop control 6 1 false drop" eval 'contacts "
		.contacts[] | select(.group) | \"\(.group) \(.packets_out) \(.packets_dropped) \(.applied) \(.verdict)\"" |
		sort -u | paste -sd " "'
	equal "what would have been dropped" "$(counted would_drop)" $((5 * $(size_of control)))
}

groups_stay() {
	talk 1 "${everybody[@]}"
	becomes "who got through" \
		"$({ addresses_of control "$1" && home $(($1 + 1)) && home $(($1 + 2)); } | sort | paste -sd " ")" arrived
	becomes "groups" "$(cat "$LAB_DIR/groups")" groups
}

outlives_restarts() {
	lab_stop control
	dataplane_restarts
	groups_stay 0
}
dataplane_restarts() {
	lab_stop dataplane
	rm -f "$LAB_DIR/dataplane.log"
	dataplane_start
	control_start
	settles
}

outlives_moves() {
	move 7
	settles
	groups_stay 7
}

# Three packets of the control group for one of the cohort, from here on.
reports_the_effect() {
	local cohort control
	local -a of_control
	cohort=$(size_of cohort) control=$(size_of control)
	mapfile -t of_control < <(addresses_of control 7)
	talk 14 "${of_control[@]}"
	becomes "packets of the control group" $((21 * control)) \
		figure packets control '.value * .subscribers | round'
	equal "packets of the cohort" "$(figure packets cohort '.value * .subscribers | round')" $((7 * cohort))
	equal "infected in the cohort" "$(figure infected cohort .subscribers)" "$cohort"
	equal "infected in the control group" "$(figure infected control .subscribers)" "$control"
	equal "effect" "$(measure packets '"\(.effect.value * 1000 | round) \(.finding)"')" "333 less"
	equal "effect on contacts" "$(measure contacts .finding)" "none shown"
	matches "as text" "$(sekisho report effect)" "packets +7 \[[0-9. ]+\] \($cohort\) +21 "
	matches "as CSV" "$(sekisho report effect --csv)" "packets"
}
# measure NAME FILTER, over all families and levels.
measure() {
	sekisho report effect --json |
		jq -r ".strata[] | select(.all) | .measures[] | select(.measure == \"$1\") | $2"
}
# figure MEASURE GROUP FILTER
figure() {
	measure "$1" ".$2 | $3"
}

changes() {
	sekisho trial change --per-mille 0
	settles
	talk 1 "${everybody[@]}"
	becomes "who got through" "$(all_addresses | sort | paste -sd " ")" arrived
	equal "phases" "$(sekisho trial show --json | jq -c '[.trials[0].phases[].per_mille]')" "[500,0]"
}

ends() {
	sekisho trial end
	settles
	equal "the trial in status" "$(status .trial)" null
	talk 1 "${everybody[@]}"
	becomes "who got through" "$(home 8) $(home 9)" arrived
	equal "audit" "$(of_trials '"\(.action), \(.from)"' | paste -sd ';')" \
		"trial end, 0 per mille;trial change, 500 per mille;trial start, "
}

rig_up
mapfile -t everybody < <(all_addresses)
it_must "starts with subscribers known by accounting" set_up
it_must "without a trial all listed packets are dropped, but of who opted out or is exempt" \
	without_one_all_are_dropped
it_must "a trial starts" begins
it_must "the cohort's listed packets are dropped, the control group's pass" drops_the_cohorts_alone
it "both groups are counted alike" counts_both_alike
it "groups are the same after a restart of both daemons" outlives_restarts
it "groups follow subscribers to other addresses" outlives_moves
it "report effect tells how many were in each group, and what is different" reports_the_effect
it "with a share of nobody all pass" changes
it "after its end everybody is enforced upon again" ends
done_testing
