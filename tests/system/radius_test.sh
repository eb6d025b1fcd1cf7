#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The control plane as a RADIUS accounting server, spoken to by radclient as a NAS would, by captured
# packets, and by packets no NAS would send. No data plane is needed.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

secret=s3kisho capture=$root/../shared/data/traffic/RADIUS.pcap

configure() {
	echo "$secret" >"$LAB_DIR/radius.secret"
	echo secret >"$LAB_DIR/captured.secret"
	chmod 640 "$LAB_DIR"/*.secret
	chgrp nogroup "$LAB_DIR"/*.secret
	rig_config af_xdp:a0 af_xdp:a1 '
		radius = {
			listen = ( "127.0.0.1:1813", "[::1]:1813" );
			clients = (
				{ address = "127.0.0.1"; secret_file = "radius.secret"; },
				{ address = "::1"; secret_file = "radius.secret"; },
				{ address = "127.0.0.3"; secret_file = "captured.secret"; } );
			retention = 36500;
		};'
}

# Until it answers its own command; there is no data plane that could have a list.
serve() {
	lab_spawn box control "$build/control/sekisho-control" --config "$LAB_DIR/sekisho.conf"
	lab_wait 15 serves || {
		tail -n 20 "$LAB_DIR/control.log"
		return 1
	}
}
serves() {
	[[ $(status '.radius.listening | length') == 2 ]]
}

set_up() {
	lab_in box sysctl -qw net.ipv6.conf.lo.disable_ipv6=0
	configure
	serve
}

# account SECRET SERVER ATTRIBUTES: sent once, and waited for; false if there is no answer.
account() {
	lab_in box radclient -q -r 1 -t 1 "$2" acct "$1" <<<"$3"
}
odd() {
	lab_in box python3 "$here/radius.py" "$@"
}
# odd_ones FROM SECRET WHAT...: what became of each, on one line.
odd_ones() {
	local from=$1 its_secret=$2
	shift 2
	odd "$from" 127.0.0.1 1813 "$its_secret" "$@" | paste -sd ' '
}
accepted() { status ".radius.accepted.$1"; }
refused() { status ".radius.refused.$1"; }
# holder ADDRESS [TIME]: who held it then, or holds it.
holder() {
	sekisho bindings "$1" --at "${2:-$(date -u +%FT%TZ)}" --json |
		jq -r '.bindings[] | .subscriber'
}

started=1700000000 # a moment for events to be of
at() {
	date -u -d "@$((started + $1))" +%FT%TZ
}

takes_a_session() {
	account $secret 127.0.0.1:1813 "Acct-Status-Type = Start, Acct-Session-Id = \"s1\",
		User-Name = \"alice@isp.example\", NAS-Identifier = \"bng1\", NAS-Port-Id = \"xe-0/0/1\",
		Framed-IP-Address = 100.64.0.7, Framed-IPv6-Prefix = 2001:db8:64:1::/64,
		Delegated-IPv6-Prefix = 2001:db8:64:200::/56, Framed-IPv6-Address = 2001:db8:64:1::9,
		Event-Timestamp = $started, Message-Authenticator = 0x00"
	equal "accepted" "$(accepted start)" 1
	equal "bindings" "$(status .radius.bindings_open)" 4
	equal "holder" "$(holder 100.64.0.7 "$(at 5)")" alice@isp.example
	equal "holder within the delegated prefix" "$(holder 2001:db8:64:2ff::1 "$(at 5)")" \
		alice@isp.example
	equal "holder before" "$(holder 100.64.0.7 "$(at -1)")" ""
	account $secret 127.0.0.1:1813 "Acct-Status-Type = Interim-Update, Acct-Session-Id = \"s1\",
		User-Name = \"alice@isp.example\", NAS-Identifier = \"bng1\",
		Framed-IP-Address = 100.64.0.8, Acct-Session-Time = 60, Event-Timestamp = $((started + 60))"
	equal "holder of the old address" "$(holder 100.64.0.7 "$(at 60)")" ""
	equal "holder of the new one" "$(holder 100.64.0.8 "$(at 60)")" alice@isp.example
	account $secret 127.0.0.1:1813 "Acct-Status-Type = Stop, Acct-Session-Id = \"s1\",
		User-Name = \"alice@isp.example\", NAS-Identifier = \"bng1\",
		Framed-IP-Address = 100.64.0.8, Acct-Session-Time = 90, Event-Timestamp = $((started + 90))"
	equal "open bindings" "$(status .radius.bindings_open)" 0
	equal "holder at the end" "$(holder 100.64.0.8 "$(at 89)")" alice@isp.example
	equal "holder after it" "$(holder 100.64.0.8 "$(at 90)")" ""
}

takes_it_over_ipv6() {
	account $secret '[::1]:1813' "Acct-Status-Type = Start, Acct-Session-Id = \"s2\",
		User-Name = \"bob\", Framed-IP-Address = 100.64.0.9, Event-Timestamp = $started"
	equal "NAS" "$(sekisho bindings 100.64.0.9 --json | jq -r '.bindings[].nas')" ::1
}

a_lost_stop() {
	account $secret 127.0.0.1:1813 "Acct-Status-Type = Start, Acct-Session-Id = \"s3\",
		User-Name = \"carol\", NAS-Identifier = \"bng1\", Framed-IP-Address = 100.64.0.9,
		Event-Timestamp = $((started + 500))"
	equal "holder before" "$(holder 100.64.0.9 "$(at 499)")" bob
	equal "holder after" "$(holder 100.64.0.9 "$(at 500)")" carol
	account $secret '[::1]:1813' "Acct-Status-Type = Stop, Acct-Session-Id = \"s2\",
		User-Name = \"bob\", Event-Timestamp = $((started + 600))"
	equal "holder after the late Stop" "$(holder 100.64.0.9)" carol
}

a_nas_restarts() {
	account $secret 127.0.0.1:1813 "Acct-Status-Type = Accounting-On, NAS-Identifier = \"bng1\",
		Event-Timestamp = $((started + 700))"
	equal "holder after" "$(holder 100.64.0.9 "$(at 700)")" ""
	equal "open bindings" "$(status .radius.bindings_open)" 0
}

wrong_secret() {
	local before
	before=$(status .radius.bindings)
	fails account wrong 127.0.0.1:1813 "Acct-Status-Type = Start, Acct-Session-Id = \"w\",
		User-Name = \"mallory\", Framed-IP-Address = 100.64.0.66"
	equal "refused" "$(refused bad_authenticator)" 1
	equal "bindings" "$(status .radius.bindings)" "$before"
	matches "problems" "$(status '.problems[]')" \
		'radius: 127\.0\.0\.1 was lately not answered, because it has another secret'
	equal "lines in the log" "$(grep -c 'warning: radius: 127.0.0.1 has another secret' "$LAB_DIR/control.log")" 1
}

unknown_client() {
	equal "answer" "$(odd_ones 127.0.0.2 $secret start:u:mallory:100.64.0.66)" silent
	equal "refused" "$(refused unknown_client)" 1
	matches "problems" "$(status '.problems[]')" \
		'radius: 127\.0\.0\.2 was lately not answered, because it is none of radius\.clients'
}

malformed() {
	equal "answers" "$(odd_ones 127.0.0.1 $secret truncated short hex:04010013)" "silent silent silent"
	equal "truncated" "$(refused attribute_truncated)" 1
	equal "short" "$(refused attribute_value)" 1
	equal "no packet at all" "$(refused datagram_length)" 1
}

repeated() {
	equal "answers" "$(odd_ones 127.0.0.1 $secret start:r:dave:100.64.0.10 again again)" \
		"answered answered answered"
	equal "duplicates" "$(status .radius.duplicates)" 2
	equal "bindings of the address" "$(sekisho bindings 100.64.0.10 --json | jq '.bindings | length')" 1
	# A retransmission lasts 30 seconds, then it is a replay.
	sleep 31
	equal "answer to the replay" "$(odd_ones 127.0.0.1 $secret start:r:dave:100.64.0.10)" silent
	equal "refused" "$(refused replayed)" 1
}

survives() {
	local before
	before=$(sekisho bindings --json)
	matches "what is held" "$before" dave
	lab_stop control "$1"
	serve
	equal "what is held" "$(sekisho bindings --json)" "$before"
	equal "holder then" "$(holder 100.64.0.9 "$(at 499)")" bob
}

# The accounting of the capture. One of the usual secrets, "secret", fits the authenticators of the
# first three packets, which are sent as they are. None fits those of the others, some of which were
# damaged on purpose: their attributes are sent byte by byte, signed anew. What is answered is what
# tshark finds whole and with an Acct-Status-Type.
captured() {
	local packets secrets number=0 packet fits expected malformed status_type
	[[ -f $capture ]] || {
		echo "no copy of the capture RADIUS.pcap at hand"
		exit 77
	}
	packets=$(tshark -r "$capture" -Y radius.code==4 -T fields -e udp.payload 2>/dev/null)
	secrets=$(python3 "$here/radius_secret.py" <<<"$packets" | paste -sd ' ')
	equal "secrets" "$secrets" "secret secret secret - - - - - - -"
	while IFS='|' read -r packet malformed status_type; do
		fits=$(python3 "$here/radius_secret.py" <<<"$packet")
		expected=answered
		[[ -z $malformed && -n $status_type ]] || expected=silent
		number=$((number + 1))
		[[ $fits == secret ]] && packet=hex:$packet || packet=signed:$packet
		equal "packet $number" "$(odd_ones 127.0.0.3 secret "$packet")" $expected
	done < <(tshark -r "$capture" -Y radius.code==4 -T fields -E occurrence=f -E separator='|' -e udp.payload \
		-e _ws.malformed -e radius.Acct_Status_Type 2>/dev/null)
	equal "packets" $number 10
	equal "who held an address when its Stop says so" "$(holder 172.20.1.22 2018-06-14T17:16:42Z)" \
		0311480073638072@wlan.mnc400.mcc311.3gppnetwork.org
	equal "and 492 s before it, and 1" "$(holder 172.20.1.22 2018-06-14T17:08:30Z)" ""
	equal "who held the address of a Start" "$(holder 10.64.0.64 2018-06-14T17:20:31Z)" \
		02-08-ec-bb-bb-bb
}

# refuses_secret PATTERN: the control plane does not start, and one line says why.
refuses_secret() {
	local text
	text=$(lab_in box timeout 20 "$build/control/sekisho-control" --config "$LAB_DIR/sekisho.conf" 2>&1) &&
		return 1
	equal "lines of \"$text\"" "$(wc -l <<<"$text")" 1
	matches "the line" "$text" "$1"
}

secrets_are_secret() {
	lab_stop control
	chmod 644 "$LAB_DIR/radius.secret"
	refuses_secret 'radius\.secret: secret is open to everybody \(mode 0644\); chmod 640 it'
	chmod 600 "$LAB_DIR/radius.secret"
	refuses_secret 'radius\.secret: secret cannot be read: Permission denied; user nobody must be able'
	matches "what check-config says" "$(sekisho check-config "$LAB_DIR/sekisho.conf")" \
		'client 127\.0\.0\.1, secret in .*/radius\.secret'
}

rig_up
it_must "it listens" set_up
it "radclient's Start, Interim-Update and Stop are answered, and make bindings" takes_a_session
it "over IPv6 as well" takes_it_over_ipv6
it "a Stop that is lost, and then late" a_lost_stop
it "a NAS that restarts" a_nas_restarts
it "a wrong secret is not answered, counted, told in status and logged once" wrong_secret
it "a client that nobody named: the same" unknown_client
it "malformed packets are not answered, and counted by what is wrong" malformed
it "a retransmission is answered and applied once; a replay is refused" repeated
it "what was told survives the control plane's restart" survives TERM
it "and its being killed" survives KILL
it "captured accounting" captured
it "secrets that others can read, or its user cannot, are refused" secrets_are_secret
done_testing
