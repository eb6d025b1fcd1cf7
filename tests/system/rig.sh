# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# What the system tests stand on; each sources it first. A test file is a sequence of
#
#     it "says what the appliance does" function
#
# and ends with `done_testing`. A function fails by returning false or through one of the
# assertions below; it prints what helps to understand why, which is shown only then. The output is
# one line per test: `ok - NAME`, `not ok - NAME`, `skip - NAME: REASON`.
#
# The laboratory (tools/lab.sh) is made with rig_up and removed whenever the script ends. Addresses
# follow the documentation prefixes: subscribers 100.64.0.0/10 and 2001:db8:64::/48 behind s0, the
# internet behind i0.
#
# shellcheck disable=SC2034,SC2120 # what the scripts that source this use
set -uo pipefail

root=$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../..")
build=${SEKISHO_BUILD:-$root/build}
here=$root/tests/system
LAB=sekisho-test-$$ LAB_DIR=/run/sekisho-test-$$
# shellcheck source=tools/lab.sh
. "$root/tools/lab.sh"

rig_hugepages=false
rig_failed=0
rig_nice=0 # of the data plane; -20 stands in for the core of its own that it has in the field
export SEKISHO_SOCKET=$LAB_DIR/run/control.sock

rig_leave() {
	local status=$?
	trap - EXIT INT TERM HUP
	if ((status)) && [[ -d $LAB_DIR ]]; then
		# Whatever went wrong, the daemons' own words are part of the answer.
		tail -n 30 "$LAB_DIR"/*.log 2>/dev/null
	fi
	lab_hugepages_return "$LAB_DIR.hugepages"
	lab_down
	exit $status
}
trap rig_leave EXIT
trap 'exit 130' INT TERM HUP

# Laboratories of scripts that were killed: their processes and namespaces are nobody's.
rig_sweep() {
	local name pid
	for name in /run/netns/sekisho-test-*-box; do
		pid=${name#/run/netns/sekisho-test-}
		pid=${pid%-box}
		[[ $pid =~ ^[0-9]+$ && ! -d /proc/$pid ]] || continue
		(
			LAB=sekisho-test-$pid LAB_DIR=/run/sekisho-test-$pid
			lab_hugepages_return "$LAB_DIR.hugepages"
			lab_down
		)
	done
}

# rig_up [MTU]: the laboratory with addresses. 203.0.113.66 is a host of the internet side, some of
# whose ports tests list; nobody has 192.0.2.99.
rig_up() {
	rig_sweep
	# In a subshell for `set -e`, which would count for nothing in a condition.
	(
		set -e
		lab_up "$@"
		rig_addresses
	)
	(($? == 0)) || {
		echo "not ok - there is a laboratory"
		exit 1
	}
	lab_hugepages_reserve 512 "$LAB_DIR.hugepages" && rig_hugepages=true
	rig_list "203.0.113.66,tcp,6667,4"
	rig_config
}

rig_addresses() {
	lab_in sub ip addr add 100.64.0.7/10 dev s0
	lab_in sub ip addr add 100.64.0.8/10 dev s0
	lab_in sub ip addr add 172.30.0.9/32 dev s0 # nobody's subscriber
	lab_in sub ip route add default via 100.64.0.1
	lab_in net ip addr add 100.64.0.1/10 dev i0
	lab_in net ip route add 172.30.0.9/32 dev i0
	lab_in net ip addr add 198.51.100.80/32 dev lo
	lab_in net ip addr add 203.0.113.66/32 dev lo
	# Nothing but the tests' own packets: the neighbours are known from the start.
	lab_in sub ip neigh add 100.64.0.1 lladdr 02:00:00:00:00:02 dev s0
	lab_in net ip neigh add 100.64.0.7 lladdr 02:00:00:00:00:01 dev i0
	lab_in net ip neigh add 100.64.0.8 lladdr 02:00:00:00:00:01 dev i0
	lab_in net ip neigh add 172.30.0.9 lladdr 02:00:00:00:00:01 dev i0
}

# rig_config [SUBSCRIBER-PORT NETWORK-PORT [LINES]]: the configuration of both daemons. LINES come
# last and may name any setting that is not set here.
rig_config() {
	local subscriber=${1:-af_xdp:a0} network=${2:-af_xdp:a1} lines=${3-}
	cat >"$LAB_DIR/sekisho.conf" <<-END
		mode = "alert";
		runtime_dir = "$LAB_DIR/run";
		state_dir = "$LAB_DIR/state";
		user = "nobody";
		links = ( { name = "edge0"; subscriber = "$subscriber"; network = "$network"; } );
		hugepages = $rig_hugepages;
		subscribers = { prefixes = ( "100.64.0.0/10", "2001:db8:64::/48" ); };
		feeds = ( { name = "lab"; path = "lab.csv"; format = "csv"; } );
		policy = ( { levels = [ 4 ]; action = "drop"; },
			{ levels = [ 1, 2, 3 ]; action = "alert"; } );
		$lines
	END
}

# rig_list ROW...: the feed, replaced the way a careful publisher does it.
rig_list() {
	{
		echo "ip,transport,port,level"
		printf '%s\n' "$@"
	} >"$LAB_DIR/lab.csv.new"
	mv "$LAB_DIR/lab.csv.new" "$LAB_DIR/lab.csv"
}

sekisho() {
	"$build/tools/sekisho" "$@"
}

# What `sekisho status --json` and the like say, through a jq filter.
status() {
	# An appliance that is not well also says so by exit status 1; what it says is asked here.
	{ sekisho status --json || (($? == 1)); } | jq -r "$1"
}
contacts() {
	sekisho contacts --json | jq -r "$1"
}

# rig_counter PORT NAME: of edge0's `subscriber` or `network` port.
rig_counter() {
	status ".ports[] | select(.name == \"edge0.$1\").counters.$2"
}

# dataplane_start: until it forwards. It listens earlier, so that no second one starts meanwhile.
dataplane_start() {
	local before
	before=$(dataplane_starts)
	# A session is a scheduling group of its own where the kernel groups by sessions; then the
	# group's nice value counts, and a process's only within it.
	# shellcheck disable=SC2016 # for the inner shell
	lab_spawn box dataplane sh -c '
		[ ! -w /proc/self/autogroup ] || echo "$0" >/proc/self/autogroup || :
		exec nice -n "$0" "$@"' $rig_nice "$build/dataplane/sekisho-dataplane" \
		--config "$LAB_DIR/sekisho.conf"
	lab_wait 15 dataplane_started "$before" || {
		echo "the data plane did not start:"
		tail -n 20 "$LAB_DIR/dataplane.log"
		return 1
	}
}
dataplane_starts() {
	cat "$LAB_DIR/dataplane.log" 2>/dev/null | grep -c '^info: forwarding' || :
}
dataplane_started() {
	(($(dataplane_starts) > $1))
}

# control_start: until the first list is in force.
control_start() {
	lab_spawn box control "$build/control/sekisho-control" --config "$LAB_DIR/sekisho.conf"
	lab_wait 15 control_ready || {
		echo "the control plane did not get its list into force:"
		tail -n 20 "$LAB_DIR/control.log"
		sekisho status
		return 1
	}
}
control_ready() {
	[[ $(status '.generation.number > 0') == true ]]
}

# datagrams SOURCE DESTINATION PORT COUNT: that many, of 62 bytes as frames, from the subscribers'
# side.
datagrams() {
	lab_in sub python3 - "$@" <<-'END'
		import socket, sys
		source, destination, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
		out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		out.bind((source, 0))
		for _ in range(count):
		    out.sendto(b"x" * 20, (destination, port))
	END
}

# connects SOURCE DESTINATION PORT: TCP, within two seconds.
connects() {
	lab_in sub socat -u OPEN:/dev/null "TCP:$2:$3,bind=$1,connect-timeout=2"
}

# contact_of SUBSCRIBER ADDRESS PORT MEMBER
contact_of() {
	contacts ".contacts[] | select(.subscriber == \"$1\" and .address == \"$2\" and .port == $3).$4"
}

# counted NAME: the sum of a counter over both ports.
counted() {
	status ".counters.$1"
}

# unwell: 0 or 1, as `sekisho status` says by its exit status.
unwell() {
	sekisho status >/dev/null && echo 0 || echo $?
}

# Both daemons, stopped and with nothing left of what they stored.
rig_fresh() {
	lab_stop control
	lab_stop dataplane
	rm -rf "$LAB_DIR/run" "$LAB_DIR/state" "$LAB_DIR"/{dataplane,control}.log
}

# equal WHAT ACTUAL EXPECTED
equal() {
	[[ $2 == "$3" ]] || {
		echo "$1: \"$2\", expected \"$3\""
		return 1
	}
}

# matches WHAT ACTUAL EXTENDED-REGEX
matches() {
	[[ $2 =~ $3 ]] || {
		echo "$1: \"$2\", expected to match $3"
		return 1
	}
}

# fails COMMAND...: it does not succeed. (`! command` would not end a test.)
fails() {
	if "$@"; then
		echo "succeeded, and should not: $*"
		return 1
	fi
}

# becomes WHAT EXPECTED COMMAND...: within ten seconds, what the command prints.
becomes() {
	local what=$1 expected=$2 actual end=$((SECONDS + 10))
	shift 2
	while :; do
		actual=$("$@" 2>&1) || :
		[[ $actual == "$expected" ]] && return
		((SECONDS < end)) || break
		sleep 0.1
	done
	echo "$what: still \"$actual\" after ten seconds, expected \"$expected\""
	return 1
}

it() {
	local name=$1 log
	shift
	log=$(mktemp)
	# Every command of the function counts, as with `set -e`; not here, where it is a condition.
	set +e
	(
		set -eE
		trap 'echo "failed at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND"' ERR
		"$@"
	) >"$log" 2>&1
	local result=$?
	case $result in
	0) echo "ok - $name" ;;
	77) echo "skip - $name: $(tail -n 1 "$log")" ;;
	*)
		echo "not ok - $name"
		sed 's/^/    /' "$log"
		rig_failed=1
		;;
	esac
	rm -f "$log"
}

# The same; what follows makes no sense without it.
it_must() {
	it "$@"
	((rig_failed == 0)) || done_testing
}

done_testing() {
	exit $rig_failed
}
