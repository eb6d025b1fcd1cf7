#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
#
# Conversations of homes behind every kind of encapsulation, through the appliance.
#
#   encapsulated.py send CASE MODE NETNS:INTERFACE NETNS:INTERFACE
#       sends the frames of CASE, what homes send out of the first interface (the subscribers'), what
#       they are answered out of the second, and compares, byte for byte and in order, what arrives
#       at the other one. In MODE enforce what is listed must not. Exit status 1 and a line for
#       each difference.
#   encapsulated.py write CASE FILE.pcap
#   encapsulated.py contact CASE
#       what is to be found of the infected home, as JSON.
#
# In every case a home is infected and speaks with a listed server, and with one that is not; its
# neighbour speaks with the latter alone, and where something else than the address tells homes
# apart, has the same one.
import json
import os
import socket
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "corpus"))
from craft import (ACK, FRAGMENT, IPV4_IN_IP, MPLS, PPPOE, PUSH, SYN, TCP, UDP, ethernet,
	fragment_header, gtpu, ipv4, ipv6, l2tp, mpls, pppoe, tcp, udp, write)
from frames import SOURCE, UNICAST, compare, port, receive

LISTED, BENIGN = "203.0.113.66", "198.51.100.80"
TCP_PORT, UDP_PORT = 6667, 5000
HOME, OTHER_HOME, PRIVATE = "100.64.0.7", "100.64.0.8", "192.168.1.10"
AFTR, SHARED = "2001:db8:ffff::1", "203.0.113.201"


def conversation(home, server):
	"""(up, packet) of a TCP connection: three packets out, two in."""
	for up, flags, payload in ((True, SYN, b""), (False, SYN | ACK, b""), (True, ACK, b""),
			(True, PUSH | ACK, b"hello"), (False, PUSH | ACK, b"world")):
		if up:
			yield up, ipv4(home, server, TCP, tcp(40000, TCP_PORT, flags, payload))
		else:
			yield up, ipv4(server, home, TCP, tcp(TCP_PORT, 40000, flags, payload))


def lines(infected, healthy, home=HOME, neighbour=HOME):
	"""(listed, up, frame); `infected` and `healthy` make a frame of a home's packet."""
	for address, server, wrap in ((home, LISTED, infected), (home, BENIGN, infected),
			(neighbour, BENIGN, healthy)):
		for up, packet in conversation(address, server):
			yield server == LISTED, up, wrap(packet, up)


def qinq(outer, inner):
	return lambda packet, up: ethernet(packet, [(0x88A8, outer), (0x8100, inner)])


def one_tag(vlan):
	return lambda packet, up: ethernet(packet, [(0x8100, vlan)])


def session(outer, inner, number):
	return lambda packet, up: ethernet(pppoe(number, packet), [(0x88A8, outer), (0x8100, inner)],
		PPPOE)


def labels(*numbers):
	return lambda packet, up: ethernet(mpls(numbers, packet), ethertype=MPLS)


def softwire(edge):
	return lambda packet, up: ethernet(
		ipv6(edge if up else AFTR, AFTR if up else edge, IPV4_IN_IP, packet))


def l2tp_session(tunnel, packet):
	return l2tp(tunnel, 1, packet)


def over_udp(number, message):
	"""Between two routers that are nobody's subscribers."""
	return lambda packet, up: ethernet(ipv4("192.0.2.1" if up else "192.0.2.2",
		"192.0.2.2" if up else "192.0.2.1", UDP, udp(number, number, message(packet, up))))


def fragmented(edge, packet, up, identifier, size=480):
	"""The tunnel's packets, not what is in them, are cut (RFC 2473 section 7.2)."""
	source, destination = (edge, AFTR) if up else (AFTR, edge)
	for offset in range(0, len(packet), size):
		piece = packet[offset:offset + size]
		more = offset + size < len(packet)
		yield ethernet(ipv6(source, destination, FRAGMENT,
			fragment_header(IPV4_IN_IP, offset, more, identifier) + piece))


def map_e():
	"""One datagram each way; the homes share an address by ports."""
	infected, healthy = "2001:db8:64:100::41", "2001:db8:64:200::42"
	identifier = 0
	for server, edge, source in ((LISTED, infected, 1040), (BENIGN, infected, 1040),
			(BENIGN, healthy, 1056)):
		for up in (True, False):
			ends, ports = (SHARED, server), (source, UDP_PORT)
			if not up:
				ends, ports = ends[::-1], ports[::-1]
			identifier += 1
			for frame in fragmented(edge, ipv4(*ends, UDP, udp(*ports, bytes(1200))), up, identifier):
				yield server == LISTED, up, frame


def tunnel_end(number, message, first):
	"""As over_udp, where each direction has an id of its own."""
	return over_udp(number, lambda packet, up: message(first + up, packet))


# name: (frames, the infected home's key)
CASES = {
	"qinq": (lines(qinq(100, 200), qinq(100, 201)), "edge0/vlan:100.200"),
	"pppoe": (lines(session(100, 200, 7), session(100, 200, 8)), "edge0/vlan:100.200/pppoe:7"),
	"ds_lite": (lines(softwire("2001:db8:64:100::b4"), softwire("2001:db8:64:200::b4"), PRIVATE,
		PRIVATE), "2001:db8:64:100::/56"),
	"map_e": (map_e(), "2001:db8:64:100::/56"),
	"gtpu": (lines(tunnel_end(2152, gtpu, 0xCAFE0001), tunnel_end(2152, gtpu, 0xCAFE0003),
		neighbour=OTHER_HOME), HOME),
	"l2tp": (lines(tunnel_end(1701, l2tp_session, 7), tunnel_end(1701, l2tp_session, 9),
		neighbour=OTHER_HOME), HOME),
	"mpls": (lines(labels(24001, 1000), labels(24001, 1001)), "edge0/mpls:1000"),
	"first_link": (lines(one_tag(100), one_tag(101)), "edge0/vlan:100"),
	# More than the first, so that neither is taken for the other.
	"second_link": (list(lines(one_tag(100), one_tag(101))) * 2, "edge1/vlan:100"),
}


def frames_of(case):
	return [(listed, up, UNICAST + SOURCE + frame[12:]) for listed, up, frame in CASES[case][0]]


def contact(case):
	sizes = {True: [], False: []}
	for listed, up, frame in frames_of(case):
		if listed:
			sizes[up].append(len(frame))
	return {"subscriber": CASES[case][1], "address": LISTED,
		"port": UDP_PORT if case == "map_e" else TCP_PORT,
		"transport": "udp" if case == "map_e" else "tcp", "evidence": "conversed",
		"packets_out": len(sizes[True]), "packets_in": len(sizes[False]),
		"bytes_out": sum(sizes[True]), "bytes_in": sum(sizes[False])}


def send(case, mode, subscribers, network):
	ends = {True: port(subscribers), False: port(network)}
	passing, arrived = {True: [], False: []}, {True: [], False: []}
	for end in ends.values():
		end.settimeout(2)
	try:
		for listed, up, frame in frames_of(case):
			ends[up].send(frame)
			if mode == "enforce" and listed:
				continue
			passing[up].append(frame)
			arrived[up].append(receive(ends[not up]))
	except socket.timeout:
		pass
	# And nothing that nobody sent, or that was to be dropped.
	for up, end in ends.items():
		end.settimeout(0.2)
		try:
			arrived[not up].append(receive(end))
		except socket.timeout:
			pass
	return all([compare(passing[up], arrived[up]) for up in (True, False)])


def main(arguments):
	match arguments:
		case ["send", case, mode, subscribers, network]:
			return send(case, mode, subscribers, network)
		case ["write", case, path]:
			write(path, [(number / 10, frame) for number, (_, _, frame) in enumerate(frames_of(case))])
			return True
		case ["contact", case]:
			print(json.dumps(contact(case)))
			return True
	sys.exit(open(__file__, encoding="utf-8").read().split("import")[0])


if __name__ == "__main__":
	sys.exit(0 if main(sys.argv[1:]) else 1)
