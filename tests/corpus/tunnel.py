# SPDX-License-Identifier: BSD-3-Clause
#
# Builders for what lies around a packet. They go around what craft.py builds; `payload` is an IP
# packet, or an Ethernet frame where the protocol carries those.
import struct

from craft import udp

IPV4, IPV6, TRANSPARENT_ETHERNET = 0x0800, 0x86DD, 0x6558
IPIP, IPV6_IN_IP, GRE = 4, 41, 47


def ethertype_of(packet):
	return IPV6 if packet[0] >> 4 == 6 else IPV4


def link(ethertype, payload, tags=()):
	"""Ethernet with whatever EtherType; `tags`: (TPID, VLAN) pairs, outermost first."""
	head = b"".join(struct.pack("!HH", tpid, vlan) for tpid, vlan in tags)
	frame = bytes.fromhex("020000000002020000000001") + head + struct.pack("!H", ethertype) + payload
	return frame.ljust(60, b"\0")


def ppp(payload):
	return struct.pack("!H", 0x0057 if payload[0] >> 4 == 6 else 0x0021) + payload


def pppoe(session, payload):
	"""RFC 2516; goes into EtherType 0x8864."""
	body = ppp(payload)
	return struct.pack("!BBHH", 0x11, 0, session, len(body)) + body


def mpls(labels, payload):
	"""RFC 3032; goes into EtherType 0x8847."""
	return b"".join(struct.pack("!I", label << 12 | (number == len(labels)) << 8 | 64)
		for number, label in enumerate(labels, 1)) + payload


def gre(payload, protocol=None, key=None, sequence=None):
	"""RFC 2784 and RFC 2890; `protocol` where the payload is not IP."""
	head = struct.pack("!HH", (key is not None) << 13 | (sequence is not None) << 12,
		ethertype_of(payload) if protocol is None else protocol)
	return head + b"".join(struct.pack("!I", word) for word in (key, sequence)
		if word is not None) + payload


def l2tp(tunnel, session, payload):
	"""RFC 2661: a data message with a length, PPP inside with address and control."""
	body = b"\xff\x03" + ppp(payload)
	return udp(1701, 1701, struct.pack("!HHHH", 0x4002, 8 + len(body), tunnel, session) + body)


def gtpu(endpoint, payload):
	"""3GPP TS 29.281: a G-PDU without options."""
	return udp(2152, 2152, struct.pack("!BBHI", 0x30, 0xFF, len(payload), endpoint) + payload)


def vxlan(network, frame):
	"""RFC 7348."""
	return udp(50000, 4789, struct.pack("!II", 0x08000000, network << 8) + frame)


def geneve(network, payload, protocol=TRANSPARENT_ETHERNET, options=b""):
	"""RFC 8926."""
	return udp(50000, 6081, struct.pack("!BBHI", len(options) // 4, 0, protocol, network << 8)
		+ options + payload)


def teredo(payload, source_port=50000, destination_port=3544, origin=b""):
	"""RFC 4380; `origin`: the six obscured bytes of an origin indication."""
	return udp(source_port, destination_port, (origin and b"\0\0" + origin) + payload)
