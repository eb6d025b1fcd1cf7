#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
#
# A TCP client in headers that no kernel here would put around its packets.
#
#   wrapped.py KIND NETNS:INTERFACE SOURCE ADDRESS PORT FILE.pcap
#       sends a SYN, and where it is accepted a word. Prints "refused" or "reset" for a RST, else
#       what the server said first; what came back, in the same headers or not at all, is written to
#       the file.
#
# Kinds: plain, qinq, pppoe (in two VLANs).
import socket
import struct
import sys
import time

from frames import PACKET_AUXDATA, PACKET_OUTGOING, SOL_PACKET, SOURCE, UNICAST, VLAN_VALID
from frames import VLAN_TPID_VALID, checksum, port

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TAGS = bytes.fromhex("88a8012c81000064")


def head(kind, length):
	if kind == "plain":
		return UNICAST + SOURCE + b"\x08\x00"
	if kind == "qinq":
		return UNICAST + SOURCE + TAGS + b"\x08\x00"
	return UNICAST + SOURCE + TAGS + b"\x88\x64\x11\x00\x00\x07" + struct.pack("!HH", length + 2, 0x21)


def segment(here, there, sequence, acknowledgement, flags, payload=b""):
	addresses = socket.inet_aton(here[0]) + socket.inet_aton(there[0])
	tcp = struct.pack("!HHIIBBHHH", here[1], there[1], sequence, acknowledgement, 0x50, flags, 65000,
		0, 0) + payload
	total = checksum(addresses + struct.pack("!HH", 6, len(tcp)) + tcp)
	tcp = tcp[:16] + struct.pack("!H", total) + tcp[18:]
	ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + addresses
	return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + tcp


class Client:
	def __init__(self, kind, place, here, there, path):
		self.kind, self.here, self.there = kind, here, there
		self.link = port(place)
		self.link.settimeout(5)
		self.file = open(path, "wb")
		self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))

	def send(self, *numbers):
		packet = segment(self.here, self.there, *numbers)
		self.link.send(head(self.kind, len(packet)) + packet)

	def receive(self):
		"""(flags, sequence, acknowledgement, payload) of the next answer."""
		end = time.monotonic() + 5
		while time.monotonic() < end:
			frame, auxiliary, _, address = self.link.recvmsg(65536, 256)
			if address[2] == PACKET_OUTGOING or frame[:6] != SOURCE:
				continue
			for level, kind, data in auxiliary:
				if level == SOL_PACKET and kind == PACKET_AUXDATA:
					status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", data[:20])
					if status & VLAN_VALID:
						tpid = tpid if status & VLAN_TPID_VALID else 0x8100
						frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
			self.file.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
			self.file.flush()
			size = len(head(self.kind, 0))
			ours = head(self.kind, 0)[12:20]
			if len(frame) < size + 40 or not frame[6:].startswith(UNICAST + ours):
				continue
			packet = frame[size:]
			length = struct.unpack("!H", packet[2:4])[0]
			expected = head(self.kind, length)[12:]
			if frame[12:size] != expected:
				continue  # of another connection, or wrong
			tcp = packet[20:length]
			if packet[12:20] == socket.inet_aton(self.there[0]) + socket.inet_aton(self.here[0]):
				sequence, acknowledgement = struct.unpack("!II", tcp[4:12])
				return tcp[13], sequence, acknowledgement, tcp[tcp[12] >> 4 << 2:]
		raise socket.timeout

	def run(self):
		self.send(1000, 0, SYN)
		flags, sequence, acknowledgement, _ = self.receive()
		if flags & RST:
			return "refused" if (flags, sequence, acknowledgement) == (RST | ACK, 0, 1001) else "wrong"
		if acknowledgement != 1001:
			return "wrong"
		self.send(1001, sequence + 1, ACK)
		self.send(1001, sequence + 1, ACK | PSH, b"word\n")
		while True:
			flags, _, _, payload = self.receive()
			if flags & RST:
				return "reset"
			if payload:
				return payload.decode().splitlines()[0]


# A port of its own for each: a connection is remembered with its headers.
PORTS = {"plain": 40001, "qinq": 40002, "pppoe": 40003}

kind, place, source, address, number, path = sys.argv[1:]
try:
	print(Client(kind, place, (source, PORTS[kind]), (address, int(number)), path).run())
except socket.timeout:
	print("silence")
