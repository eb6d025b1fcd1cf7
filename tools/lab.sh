# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# The laboratory network, sourced by tools/quickstart and the system tests: three network
# namespaces, in which an appliance sits between subscribers and the internet.
#
#      LAB-sub            LAB-box              LAB-net
#     subscribers  s0 ══ a0 appliance a1 ══ i0  internet
#
# Two veth pairs; nothing outside the three namespaces is touched, and no packet can leave them.
# The caller sets LAB (the names' prefix) and LAB_DIR (a directory of its own below /run). All
# processes of a laboratory run in one of its namespaces, so that lab_down finds every one of them,
# those of an interrupted earlier run as well.

lab_rooms="sub box net" # a test may add one of its own, before lab_up

lab_fail() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# lab_up [MTU]: makes the namespaces and ports. Removes what an earlier run left.
lab_up() {
	local mtu=${1:-1500} room
	lab_down
	mkdir -p "$LAB_DIR"
	chmod 755 "$LAB_DIR"
	lab_open_root
	for room in $lab_rooms; do
		ip netns add "$LAB-$room" || lab_fail "cannot make network namespaces here"
		lab_in $room sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
		lab_in "$room" ip link set lo up
	done
	lab_cable sub s0 02:00:00:00:00:01 a0 "$mtu"
	lab_cable net i0 02:00:00:00:00:02 a1 "$mtu"
}

# Some containers have a root directory that only root may search: no daemon that gives up its
# privileges could find a file there. lab_down closes it again.
lab_open_root() {
	(((8#$(stat -c %a /) & 1) == 0)) || return 0
	echo "${0##*/}: / may be searched by root only; opened (chmod o+x /) until the end"
	touch "$LAB_DIR/root-was-closed"
	chmod o+x /
}

# One veth pair between a room and the appliance. One queue: an AF_XDP socket sees one queue only.
lab_cable() {
	local room=$1 end=$2 mac=$3 port=$4 mtu=$5
	lab_in "$room" ip link add "$end" address "$mac" mtu "$mtu" numrxqueues 1 numtxqueues 1 \
		type veth peer name "$port" mtu "$mtu" numrxqueues 1 numtxqueues 1 netns "$LAB-box"
	# Without a NIC nobody would ever fill in the checksums or cut the segments that the
	# kernel leaves to hardware.
	lab_in "$room" ethtool -K "$end" tx off tso off gso off gro off >/dev/null
	lab_in box ethtool -K "$port" tx off tso off gso off gro off >/dev/null
	lab_in "$room" ip link set "$end" up
	lab_in box ip link set "$port" promisc on up
}

# lab_in ROOM COMMAND...: runs it there. nsenter, because `ip netns exec` and `ip -n` would mount
# another /sys over ours, which is not wanted and not possible everywhere.
lab_in() {
	local room=$1
	shift
	nsenter --net="/run/netns/$LAB-$room" -- "$@"
}

# lab_spawn ROOM NAME COMMAND...: starts it there in the background, with its output in
# LAB_DIR/NAME.log, which grows over restarts.
lab_spawn() {
	local room=$1 name=$2
	shift 2
	nsenter --net="/run/netns/$LAB-$room" -- setsid "$@" \
		</dev/null >>"$LAB_DIR/$name.log" 2>&1 3>&- 9>&- & # 9: the caller's lock, if it has one
	echo $! >"$LAB_DIR/$name.pid"
	disown $!
}

lab_pid() {
	cat "$LAB_DIR/$1.pid" 2>/dev/null
}

# A process that was killed is a zombie as soon as its first thread has ended; as long as others are
# there, so are its sockets.
lab_alive() {
	local pid threads
	pid=$(lab_pid "$1") && [[ -d /proc/$pid ]] || return 1
	[[ $(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null) == [!Z] ]] && return 0
	threads=$(ls "/proc/$pid/task" 2>/dev/null | wc -l)
	((threads > 1))
}

# lab_stop NAME [SIGNAL]: ends what lab_spawn started and waits for it. False if it had to be
# killed after ten seconds.
lab_stop() {
	local name=$1 signal=${2:-TERM} pid i
	pid=$(lab_pid "$name") || return 0
	kill -s "$signal" "$pid" 2>/dev/null || :
	for ((i = 0; i < 100; i++)); do
		if ! lab_alive "$name"; then
			rm -f "$LAB_DIR/$name.pid"
			return 0
		fi
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null || :
	rm -f "$LAB_DIR/$name.pid"
	return 1
}

# lab_wait SECONDS COMMAND...: until the command succeeds; false if it never did.
lab_wait() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

lab_pids() {
	local room
	for room in $lab_rooms; do
		[[ -e /run/netns/$LAB-$room ]] && ip netns pids "$LAB-$room"
	done
	return 0
}

# lab_down: ends every process in the namespaces, removes them and LAB_DIR. Silent and complete,
# whatever state an earlier run ended in.
lab_down() {
	local pids room
	pids=$(lab_pids)
	if [[ -n $pids ]]; then
		# shellcheck disable=SC2046,SC2086 # lists
		{
			kill $pids 2>/dev/null || :
			lab_wait 3 lab_empty || kill -KILL $(lab_pids) 2>/dev/null || :
			lab_wait 3 lab_empty || :
		}
	fi
	for room in $lab_rooms; do
		[[ ! -e /run/netns/$LAB-$room ]] || ip netns del "$LAB-$room" || :
	done
	[[ -z ${LAB_DIR-} ]] || {
		[[ ! -e $LAB_DIR/root-was-closed ]] || chmod o-x /
		rm -rf "$LAB_DIR"
	}
}

lab_empty() {
	[[ -z $(lab_pids) ]]
}

# Hugepages. lab_hugepages_reserve MEGABYTES FILE reserves what is missing and notes in FILE what
# there was; false where that is not possible. lab_hugepages_return FILE gives them back.
lab_hugepages=/sys/kernel/mm/hugepages/hugepages-2048kB
lab_hugepages_reserve() {
	local wanted=$((($1 + 1) / 2)) file=$2 total free
	total=$(cat $lab_hugepages/nr_hugepages 2>/dev/null) || return 1
	free=$(cat $lab_hugepages/free_hugepages)
	((free < wanted)) || return 0
	{ echo $((total + wanted - free)) >$lab_hugepages/nr_hugepages; } 2>/dev/null || return 1
	if (($(cat $lab_hugepages/free_hugepages) < wanted)); then
		echo "$total" >$lab_hugepages/nr_hugepages
		return 1
	fi
	echo "$total" >"$file"
}

lab_hugepages_return() {
	[[ -f $1 ]] || return 0
	cat "$1" >$lab_hugepages/nr_hugepages
	rm -f "$1"
}
