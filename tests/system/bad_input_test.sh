#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Bad input gets one clear line, and disturbs nothing that is running.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

# one_line REGEX COMMAND...: fails, and says one line on stderr, which matches.
one_line() {
	local pattern=$1 status=0 text
	shift
	text=$(timeout 20 "$@" 2>&1 >/dev/null </dev/null) || status=$?
	matches "exit status of $*" "$status" '^[12]$'
	equal "lines of \"$text\"" "$(wc -l <<<"$text")" 1
	matches "the line" "$text" "$pattern"
}

# The three programs that read a configuration agree about a bad one.
bad_configuration() {
	local line=$1 pattern=$2
	{
		cat "$LAB_DIR/sekisho.conf"
		printf '%s\n' "$line"
	} >"$LAB_DIR/bad.conf"
	one_line "bad\.conf:[0-9]+.*$pattern" "$build/tools/sekisho" check-config "$LAB_DIR/bad.conf"
	one_line "bad\.conf:[0-9]+.*$pattern" "$build/dataplane/sekisho-dataplane" --config "$LAB_DIR/bad.conf"
	one_line "bad\.conf:[0-9]+.*$pattern" "$build/control/sekisho-control" --config "$LAB_DIR/bad.conf"
}

no_configuration() {
	one_line 'nosuch\.conf' "$build/dataplane/sekisho-dataplane" --config "$LAB_DIR/nosuch.conf"
	one_line 'nosuch\.conf' "$build/control/sekisho-control" --config "$LAB_DIR/nosuch.conf"
	one_line 'nosuch\.conf' "$build/tools/sekisho" check-config "$LAB_DIR/nosuch.conf"
}

bad_lists() {
	head -c 10000 /dev/urandom >"$LAB_DIR/garbage"
	one_line garbage "$build/tools/sekisho" list check "$LAB_DIR/garbage"
	one_line nosuch "$build/tools/sekisho" list check "$LAB_DIR/nosuch"
	printf 'ip,port\n203.0.113.1,5\n' >"$LAB_DIR/columns.csv"
	one_line 'columns\.csv.*(transport|level)' "$build/tools/sekisho" list check --format csv "$LAB_DIR/columns.csv"
}

bad_captures() {
	"$here/frames.py" write plain "$LAB_DIR/whole.pcap"
	one_line garbage "$build/tools/sekisho" replay --list "csv:$LAB_DIR/lab.csv" "$LAB_DIR/garbage"
	one_line nosuch "$build/tools/sekisho" replay --list "csv:$LAB_DIR/lab.csv" "$LAB_DIR/nosuch"
	one_line 'subscriber-key mac: .*vlan_pair' "$build/tools/sekisho" replay --subscriber-key mac "$LAB_DIR/whole.pcap"
	head -c 1000 "$LAB_DIR/whole.pcap" >"$LAB_DIR/cut.pcap"
	one_line 'cut\.pcap' "$build/tools/sekisho" replay --list "csv:$LAB_DIR/lab.csv" "$LAB_DIR/cut.pcap"
}

runs() {
	lab_spawn net server socat TCP-LISTEN:6667,fork,reuseaddr SYSTEM:'echo hello'
	rig_config
	dataplane_start
	control_start
	status '.generation.digest, .mode.current' >"$LAB_DIR/before"
	lab_spawn sub ping ping -i 0.01 -W 2 100.64.0.1
}

# Garbage of many lengths, whole messages that lie about their size, a peer that says nothing and
# one that goes away in mid-sentence.
garbage_to() {
	python3 - "$LAB_DIR/run/$1" <<-'END'
		import random, socket, struct, sys
		path, generator = sys.argv[1], random.Random(7)
		kind = socket.SOCK_SEQPACKET if path.endswith("dataplane.sock") else socket.SOCK_STREAM
		silent = []
		def peer():
		    one = socket.socket(socket.AF_UNIX, kind)
		    one.settimeout(2)
		    one.connect(path)
		    return one
		def tell(message):
		    one = peer()
		    try:
		        one.send(message)
		        if kind == socket.SOCK_STREAM:
		            one.shutdown(socket.SHUT_WR)
		        one.recv(65536)
		    except OSError:
		        pass  # refused, or closed: both are answers
		    one.close()
		for size in [0, 1, 7, 8, 9, 100, 4096, 65536, 131072]:
		    if size or kind == socket.SOCK_STREAM:
		        tell(generator.randbytes(size) + (b"\n" if kind == socket.SOCK_STREAM else b""))
		for number in range(8):  # types of messages, none of them after a handshake
		    for size in [0, 8, 16, 4096, 0xffffffff]:
		        tell(struct.pack("=II", number, size) + bytes(generator.randrange(64)))
		for text in [b"{}\n", b"[]\n", b'{"command":1}\n', b'{"command":"no such"}\n',
		        b'{"command":"mode","mode":{}}\n', b"{" * 100000 + b"\n", b'{"command":"status"']:
		    tell(text)
		for _ in range(20):
		    try:
		        silent.append(peer())
		    except OSError:
		        break  # full is an answer, too
	END
}

undisturbed() {
	lab_alive dataplane
	lab_alive control
	becomes "generation and mode" "$(cat "$LAB_DIR/before")" status '.generation.digest, .mode.current'
	equal "dropped packets" "$(counted dropped_tx_full)" 0
	connects 100.64.0.7 203.0.113.66 6667
	becomes "evidence" answered contact_of 100.64.0.7 203.0.113.66 6667 evidence
}

garbage_to_both() {
	garbage_to dataplane.sock
	undisturbed
	garbage_to control.sock
	undisturbed
	garbage_to dataplane.sock
	undisturbed
}

stranger_is_refused() {
	local who
	for who in dataplane control; do
		fails setpriv --reuid=65533 --regid=65533 --clear-groups \
			socat -u OPEN:/dev/null "UNIX-CONNECT:$LAB_DIR/run/$who.sock$([[ $who == control ]] || echo ,type=5)"
	done
}

no_ping_was_lost() {
	lab_stop ping INT
	matches "the ping that ran all the while" "$(grep 'packet loss' "$LAB_DIR/ping.log")" ' 0% packet loss'
}

rig_up
it "an unknown setting" bad_configuration 'worker = 4;' 'worker.*workers'
it "a value out of range" bad_configuration 'workers = 65;' 'workers.*65.*64'
it "a wrong type" bad_configuration 'workers = "two";' 'workers'
it "a syntax error" bad_configuration 'links = ( { name = ' ''
it "a file that does not exist" no_configuration
it "lists that are none" bad_lists
it "captures that are none, or cut short" bad_captures
it_must "the appliance runs" runs
it "garbage on both sockets disturbs nothing" garbage_to_both
it "strangers have no access to the sockets" stranger_is_refused
it "no ping was lost meanwhile" no_ping_was_lost
done_testing
