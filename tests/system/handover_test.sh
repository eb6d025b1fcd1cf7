#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Addresses change hands as accounting tells, while their contacts go on: who had which contact, what
# a word that comes late moves, who is one subscriber, and whose flags an address has now.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

secret=s3kisho c2=203.0.113.66
shared=100.64.0.7 late=100.64.0.8 first=100.64.0.21 second=100.64.0.22 third=100.64.0.23
private=100.64.0.31 other=100.64.0.32 mapped=100.64.0.33

set_up() {
	local address
	for address in $first $second $third $private $other $mapped; do
		lab_in sub ip addr add $address/10 dev s0
		lab_in net ip neigh add $address lladdr 02:00:00:00:00:01 dev i0
	done
	echo $secret >"$LAB_DIR/radius.secret"
	chmod 640 "$LAB_DIR/radius.secret"
	chgrp nogroup "$LAB_DIR/radius.secret"
	printf '%s\n' "subscriber,prefix,flags" "olga,,opt-out" "walt,,watch" \
		"ines,$mapped," >"$LAB_DIR/subscribers.csv"
	rig_list "$c2,udp,5000,4"
	rig_config af_xdp:a0 af_xdp:a1 "
		radius = { listen = ( \"127.0.0.1:1813\" );
			clients = ( { address = \"127.0.0.1\"; secret_file = \"radius.secret\"; } ); };"
	sed -i 's/^subscribers = { /&mapping = ( "subscribers.csv" ); /' "$LAB_DIR/sekisho.conf"
	dataplane_start
	control_start
}

# account STATUS SESSION USER ADDRESS TIME: one word of accounting, answered.
account() {
	lab_in box radclient -q -r 2 -t 1 127.0.0.1:1813 acct $secret <<-END
		Acct-Status-Type = $1, Acct-Session-Id = "$2", User-Name = "$3", NAS-Identifier = "bng1",
		Framed-IP-Address = $4, Event-Timestamp = $5
	END
}
now() { date +%s; }
# Accounting tells whole seconds: what comes now is of a later one than what was.
next_second() {
	local before
	before=$(now)
	while (($(now) == before)); do sleep 0.05; done
}
out_of() {
	contact_of "$1" $c2 5000 packets_out
}
# holders: who has contacts, in order.
holders() {
	contacts '[.contacts[].subscriber] | sort | join(" ")'
}

each_has_its_contact() {
	account Start a1 alice $shared "$(now)"
	datagrams $shared $c2 5000 10
	becomes "packets of alice" 10 out_of alice
	next_second
	account Stop a1 alice $shared "$(now)"
	account Start b1 bob $shared "$(now)"
	datagrams $shared $c2 5000 4
	becomes "packets of bob" 4 out_of bob
	equal "packets of alice" "$(out_of alice)" 10
	equal "who has contacts" "$(holders)" "alice bob"
	equal "infected" "$(status .infected_subscribers)" 2
	equal "their key" "$(sekisho subscribers --json | jq -c '[.subscribers[].keys[]] | unique')" \
		"[\"$shared\"]"
	matches "what a person reads" "$(sekisho subscribers)" "alice.*$shared"
	equal "who events name" "$(jq -r .subscriber "$LAB_DIR/state/events.json" | paste -sd ' ')" \
		"alice bob"
}

late_word() {
	local before
	before=$(now)
	next_second
	datagrams $late $c2 5000 6
	becomes "packets of the address" 6 out_of $late
	account Start c1 carol $late "$before"
	becomes "who has contacts" "alice bob carol" holders
	equal "packets of carol" "$(out_of carol)" 6
	matches "events" "$(jq -r .subscriber "$LAB_DIR/state/events.json" | paste -sd ' ')" 'carol$'
}

three_addresses() {
	local address session=0 time
	for address in $first $second $third; do
		time=$(now)
		((session == 0)) || account Stop d$session dave "$before" "$time"
		session=$((session + 1))
		account Start d$session dave $address "$time"
		datagrams $address $c2 5000 5
		becomes "packets of dave" $((5 * session)) out_of dave
		before=$address
		next_second
	done
	equal "who has contacts" "$(holders)" "alice bob carol dave"
	equal "infected" "$(status .infected_subscribers)" 4
	equal "keys of dave" "$(sekisho subscribers --json |
		jq -r '.subscribers[] | select(.subscriber == "dave").keys | sort | join(" ")')" \
		"$first $second $third"
}

digest() { status .generation.digest; }
# differs_from DIGEST: whether another generation is in force.
differs_from() {
	[[ $(digest) == "$1" ]] && echo same || echo other
}

opt_out_follows() {
	local before
	before=$(digest)
	account Start o1 olga $private "$(now)"
	becomes "the generation" other differs_from "$before"
	datagrams $private $c2 5000 3
	becomes "packets let alone" 3 counted opted_out
	next_second
	before=$(digest)
	account Stop o1 olga $private "$(now)"
	account Start e1 erin $private "$(now)"
	becomes "the generation" other differs_from "$before"
	before=$(digest)
	account Start o2 olga $other "$(now)"
	becomes "the generation" other differs_from "$before"
	datagrams $other $c2 5000 2
	becomes "packets let alone" 5 counted opted_out
	datagrams $private $c2 5000 7
	becomes "packets of who has the address now" 7 out_of erin
	equal "packets let alone" "$(counted opted_out)" 5
	equal "who has contacts" "$(holders)" "alice bob carol dave erin"
}

flags_of_names() {
	local before
	before=$(digest)
	next_second
	account Stop c1 carol $late "$(now)"
	account Start w1 walt $late "$(now)"
	becomes "the generation" other differs_from "$before"
	datagrams $late $c2 5000 1
	becomes "packets of walt" 1 out_of walt
	equal "flags of walt" "$(contacts '.contacts[] | select(.subscriber == "walt").flags | join(" ")')" watch
}

others_cost_nothing() {
	local before
	before=$(status .generation.number)
	account Stop d3 dave $third "$(now)"
	account Start f1 frank $third "$(now)"
	sleep 2
	equal "generation" "$(status .generation.number)" "$before"
}

# Whoever is known by the mapping must not lose the name while that is not read yet.
after_restarts() {
	local before digest
	datagrams $mapped $c2 5000 8
	becomes "packets of ines" 8 out_of ines
	before=$(contacts '.contacts | map([.subscriber, .packets_out, .evidence, .flags]) | sort')
	digest=$(digest)
	lab_stop control
	lab_stop dataplane
	dataplane_start
	control_start
	equal "digest" "$(digest)" "$digest"
	datagrams $other $c2 5000 9
	becomes "packets let alone" 9 counted opted_out
	sleep 2 # all is attributed again once at a start
	equal "contacts" "$(contacts '.contacts | map([.subscriber, .packets_out, .evidence, .flags]) | sort')" \
		"$before"
	datagrams $shared $c2 5000 4
	becomes "packets of bob" 8 out_of bob
	equal "packets of alice" "$(out_of alice)" 10
	equal "events that name a key" "$(jq -r .subscriber "$LAB_DIR/state/events.json" |
		grep -c '^[0-9]' || :)" 1
}

rig_up
it_must "starts with a list, a mapping and accounting" set_up
it "an address handed over between two contacts: one contact each, by name" each_has_its_contact
it "a Start that comes late moves the contact it was too late for" late_word
it "three addresses after each other are one infected subscriber" three_addresses
it "who opted out is let alone with the address that he has now, and only with that" opt_out_follows
it "a watched name is watched wherever it comes" flags_of_names
it "addresses of all others make no generation" others_cost_nothing
it "all of it is the same after both daemons were restarted" after_restarts
done_testing
