# SPDX-License-Identifier: BSD-3-Clause
#
# Frames for the golden cases, in the order in which their layers nest, and a pcap file of them.
#
# A case's capture.py sets FRAMES: a list of (seconds, frame), or (seconds, frame, captured) for a
# frame of which the capture has only the first bytes. `up` and `down` are the two directions of the
# conversation that most cases have.
import socket
import struct

SUBSCRIBER, SERVER, PORT = "100.64.0.7", "198.51.100.9", 6667
SUBSCRIBER6, SERVER6 = "2001:db8:100:1::7", "2001:db8:bad::9"

FIN, SYN, RST, PUSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
TCP, UDP, ICMP, HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 6, 17, 1, 0, 43, 44, 60
IPV4_IN_IP = 4


def checksum(data):
	data += b"\0" * (len(data) % 2)
	total = sum(struct.unpack(f"!{len(data) // 2}H", data))
	while total >> 16:
		total = (total & 0xFFFF) + (total >> 16)
	return ~total & 0xFFFF


def ethernet(payload, tags=(), ethertype=None):
	"""`tags`: (TPID, VLAN) pairs, outermost first; `ethertype`: of what is not IP."""
	if ethertype is None:
		ethertype = 0x86DD if payload[0] >> 4 == 6 else 0x0800
	head = b"".join(struct.pack("!HH", tpid, vlan) for tpid, vlan in tags)
	frame = bytes.fromhex("020000000002020000000001") + head + struct.pack("!H", ethertype) + payload
	return frame.ljust(60, b"\0")


def ipv4(source, destination, protocol, payload, options=b"", fragment=0):
	"""`fragment`: the 16 bits of flags and offset."""
	header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
		20 + len(options) + len(payload), 1, fragment, 64, protocol, 0,
		socket.inet_aton(source), socket.inet_aton(destination)) + options
	return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(source, destination, protocol, payload):
	return struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, 64,
		socket.inet_pton(socket.AF_INET6, source),
		socket.inet_pton(socket.AF_INET6, destination)) + payload


def options_header(following):
	"""Hop-by-hop or destination options with nothing but padding."""
	return struct.pack("!BBBB", following, 0, 1, 4) + bytes(4)


def fragment_header(following, offset, more, identifier=1):
	return struct.pack("!BBHI", following, 0, offset | more, identifier)


def tcp(source_port, destination_port, flags, payload=b""):
	# Nobody here verifies it: a wrong checksum must not change anything.
	return struct.pack("!HHIIBBHHH", source_port, destination_port, 1, 1, 0x50, flags, 512, 0xBAD,
		0) + payload


def udp(source_port, destination_port, payload=b""):
	return struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload


def pppoe(session, packet):
	"""A session's payload, for EtherType 0x8864."""
	protocol = 0x0057 if packet[0] >> 4 == 6 else 0x0021
	return struct.pack("!BBHHH", 0x11, 0, session, len(packet) + 2, protocol) + packet


def mpls(labels, payload):
	"""A stack, outermost first, for EtherType 0x8847."""
	return b"".join(struct.pack("!I", label << 12 | (index == len(labels) - 1) << 8 | 64)
		for index, label in enumerate(labels)) + payload


def up(flags, payload=b"", port=PORT, subscriber=SUBSCRIBER, server=SERVER, tags=(), source_port=40000,
		wrap=None):
	"""`wrap` makes the frame of an IP packet and of whether it goes up."""
	packet = ipv4(subscriber, server, TCP, tcp(source_port, port, flags, payload))
	return wrap(packet, True) if wrap else ethernet(packet, tags)


def down(flags, payload=b"", port=PORT, subscriber=SUBSCRIBER, server=SERVER, tags=(), source_port=40000,
		wrap=None):
	packet = ipv4(server, subscriber, TCP, tcp(port, source_port, flags, payload))
	return wrap(packet, False) if wrap else ethernet(packet, tags)


def conversation(start=0.0, **arguments):
	"""Handshake, a word each way, the server's FIN: 4 packets out, 3 in."""
	frames = [up(SYN, **arguments), down(SYN | ACK, **arguments), up(ACK, **arguments),
		up(PUSH | ACK, b"hello", **arguments), down(PUSH | ACK, b"world", **arguments),
		up(ACK, **arguments), down(FIN | ACK, **arguments)]
	return [(start + number / 10, frame) for number, frame in enumerate(frames)]


# 2023-11-14T22:13:20Z: the second 0 of the cases.
EPOCH = 1700000000


def write(path, frames):
	with open(path, "wb") as file:
		file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
		for seconds, frame, *captured in frames:
			microseconds = round(seconds * 1000000)
			size = captured[0] if captured else len(frame)
			file.write(struct.pack("<IIII", EPOCH + microseconds // 1000000,
				microseconds % 1000000, size, len(frame)) + frame[:size])
