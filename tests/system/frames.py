#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
#
# Frames of every kind that an ISP's edge carries, and whether they come out as they went in.
#
#   frames.py send KIND NETNS:INTERFACE NETNS:INTERFACE
#       sends the frames of KIND out of the first interface and compares, byte for byte and in
#       order, with what arrives at the second. Exit status 1 and a line for each difference.
#   frames.py write KIND FILE.pcap
#   frames.py same A.pcap B.pcap
#       compares two captures' frames, byte for byte and in order, whatever their times.
#
# Kinds: plain     what any port carries
#        fragments IPv4 and IPv6 fragments (AF_PACKET reassembles those of IPv4)
#        service   an outer tag 0x88a8 (AF_PACKET rewrites it to 0x8100)
#        jumbo     frames above 1,514 bytes, for an MTU of 3,000
#        random    1,000 frames of random bytes from a fixed seed
#        all       plain, fragments, service, random
#        none      no frame at all
import ctypes
import os
import random
import socket
import struct
import sys
import time

# Locally administered, and nobody else's in the laboratory: tells our frames from others.
SOURCE = bytes.fromhex("025e6b000001")
UNICAST = bytes.fromhex("025e6b000002")
ETH_P_ALL = 3
CLONE_NEWNET = 0x40000000
SOL_PACKET, PACKET_AUXDATA, PACKET_OUTGOING = 263, 8, 4
VLAN_VALID, VLAN_TPID_VALID = 0x10, 0x40


def ethernet(ethertype, payload, destination=UNICAST):
	return destination + SOURCE + struct.pack("!H", ethertype) + payload


def tagged(tags, ethertype, payload):
	head = b"".join(struct.pack("!HH", tpid, vlan) for tpid, vlan in tags)
	return UNICAST + SOURCE + head + struct.pack("!H", ethertype) + payload


def checksum(data):
	data += b"\0" * (len(data) % 2)
	total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
	while total >> 16:
		total = (total & 0xFFFF) + (total >> 16)
	return ~total & 0xFFFF


def ipv4(protocol, payload, options=b"", fragment=0, identifier=7):
	header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0,
		20 + len(options) + len(payload), identifier, fragment, 64, protocol, 0,
		bytes([100, 64, 0, 7]), bytes([198, 51, 100, 80])) + options
	return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(next_header, payload):
	return struct.pack("!IHBB16s16s", 6 << 28, len(payload), next_header, 64,
		socket.inet_pton(socket.AF_INET6, "2001:db8:64::7"),
		socket.inet_pton(socket.AF_INET6, "2001:db8:80::80")) + payload


def udp(payload, source=4000, destination=4001):
	# No checksum (RFC 768): what is carried must come out with none as well.
	return struct.pack("!HHHH", source, destination, 8 + len(payload), 0) + payload


def tcp(flags, payload=b""):
	# The checksum is wrong on purpose: it is not ours to correct.
	return struct.pack("!HHIIBBHHH", 4000, 80, 1, 0, 0x50, flags, 512, 0xBAD, 0) + payload


def plain():
	ping = struct.pack("!BBHHH", 8, 0, 0, 1, 1) + b"x" * 56
	yield ethernet(0x0806, bytes.fromhex("0001080006040001") + SOURCE + bytes(
		[100, 64, 0, 7]) + bytes(6) + bytes([100, 64, 0, 1]), b"\xff" * 6)  # ARP
	yield ethernet(0x88CC, bytes.fromhex("0207040200000000010403023a3106020078") + b"\0\0",
		bytes.fromhex("0180c200000e"))  # LLDP
	stp = bytes.fromhex("424203") + b"\0" * 35
	yield bytes.fromhex("0180c2000000") + SOURCE + struct.pack("!H", len(stp)) + stp + b"\0" * 8
	snap = bytes.fromhex("aaaa0300000c2000") + b"cdp" * 10
	yield bytes.fromhex("01000ccccccc") + SOURCE + struct.pack("!H", len(snap)) + snap
	yield ethernet(0x8863, bytes.fromhex("110900000004") + bytes.fromhex("01010000"), b"\xff" * 6)
	yield ethernet(0x8864, b"\x11\x00\x00\x07" + struct.pack("!HH", 62, 0x0021)
		+ ipv4(17, udp(b"in a PPPoE session" + b"." * 14)))
	yield ethernet(0x8847, bytes.fromhex("00064140") + ipv4(17, udp(b"below a label")))
	yield ethernet(0x8808, bytes.fromhex("0001ffff") + b"\0" * 42, bytes.fromhex("0180c2000001"))
	yield ethernet(0x88F7, b"\0" * 44)  # PTP
	yield ethernet(0x9999, b"an EtherType that nobody has registered")
	yield ethernet(0x0800, b"")  # a header and nothing behind it
	yield tagged([(0x8100, 100)], 0x0800, ipv4(17, udp(b"one tag")))
	yield tagged([(0x8100, 0xE000 | 4094)], 0x86DD, ipv6(17, udp(b"priority 7")))
	yield tagged([(0x8100, 100), (0x8100, 200)], 0x0800, ipv4(6, tcp(2)))
	yield tagged([(0x8100, 1), (0x8100, 2), (0x8100, 3)], 0x0800, ipv4(6, tcp(2)))
	yield ethernet(0x0800, ipv4(1, ping))
	yield ethernet(0x0800, ipv4(6, tcp(0x18, b"GET / HTTP/1.1\r\n\r\n")))
	yield ethernet(0x0800, ipv4(6, tcp(2), options=bytes.fromhex("94040000")))
	yield ethernet(0x0800, ipv4(47, b"\0\0\x08\0" + ipv4(17, udp(b"in GRE"))))
	yield ethernet(0x0800, ipv4(50, b"\0\0\0\1" * 10))  # ESP
	yield ethernet(0x0800, ipv4(89, b"ospf" * 6))
	yield ethernet(0x0800, ipv4(17, udp(b"with padding behind it")) + b"\0" * 9)
	yield ethernet(0x0800, ipv4(17, udp(b"long" * 368)))  # 1,514 bytes
	yield ethernet(0x0800, b"\x43" + ipv4(17, udp(b"header length 3"))[1:])
	yield ethernet(0x0800, ipv4(17, udp(b"cut short"))[:17])
	yield ethernet(0x0800, b"\x65" + ipv4(17, udp(b"version 6 in 0x0800"))[1:])
	yield ethernet(0x86DD, ipv6(6, tcp(2)))
	yield ethernet(0x86DD, ipv6(0, b"\x3c\0\x05\x02\0\0\0\0" + b"\x11\0\x01\x04\0\0\0\0" + udp(b"ext")))
	yield ethernet(0x86DD, ipv6(58, b"\x87\0\0\0\0\0\0\0" + bytes(16)), bytes.fromhex("3333ff000001"))
	yield ethernet(0x86DD, ipv6(59, b""))
	yield ethernet(0x86DD, ipv6(0, b"\0\0\1\4\0\0\0\0" * 12))  # a chain without end
	yield ethernet(0x86DD, ipv6(17, udp(b"cut"))[:30])


def fragments():
	whole = udp(b"fragment" * 200)
	yield ethernet(0x0800, ipv4(17, whole[:800], fragment=0x2000))
	yield ethernet(0x0800, ipv4(17, whole[800:1600], fragment=0x2000 | 100))
	yield ethernet(0x0800, ipv4(17, whole[1600:], fragment=200))
	yield ethernet(0x0800, ipv4(17, b"alone" * 16, fragment=0x2000 | 50, identifier=8))
	yield ethernet(0x86DD, ipv6(44, b"\x11\0\0\1\0\0\0\1" + whole[:800]))
	yield ethernet(0x86DD, ipv6(44, struct.pack("!BBHI", 17, 0, 800, 1) + whole[800:]))


def service():
	yield tagged([(0x88A8, 300), (0x8100, 100)], 0x0800, ipv4(17, udp(b"QinQ")))
	yield tagged([(0x88A8, 300)], 0x86DD, ipv6(6, tcp(2)))
	yield tagged([(0x88A8, 300), (0x8100, 100)], 0x8863, bytes.fromhex("11090000000401010000"))


def jumbo():
	for size in (1515, 1600, 2000, 2048, 2049, 2500, 3014):
		yield ethernet(0x0800, ipv4(17, udp(bytes(i & 0xFF for i in range(size - 42)))))


def noise():
	generator = random.Random(2022)
	for _ in range(1000):
		kind = generator.choice([0x0800, 0x86DD, 0x8100, 0x8864, 0x9100, generator.randrange(65536)])
		# Not 0x88a8, which one kind of port rewrites: `service` is for that.
		kind = 0x8100 if kind == 0x88A8 else kind
		size = generator.choice([0, 1, 20, 40, 46, 100, 576, generator.randrange(1480)])
		if kind == 0x8100:
			size = max(size, 6)  # the receiving kernel throws a tag with nothing behind it away
		body = bytearray(generator.randbytes(size))
		if kind == 0x0800 and size >= 20:
			body[0] = 0x40 | generator.randrange(16)
			body[6:8] = b"\0\0"  # no fragments: `fragments` is for that
		elif kind == 0x86DD and size >= 40:
			body[0] = 0x60
			body[6] = generator.choice([0, 6, 17, 43, 44, 50, 51, 58, 60, 135])
		elif kind == 0x8100:
			body[2:4] = b"\x08\x00"
		yield ethernet(kind, bytes(body))


KINDS = {"plain": [plain], "fragments": [fragments], "service": [service], "jumbo": [jumbo],
	"random": [noise], "none": [], "all": [plain, fragments, service, noise]}


def frames_of(kinds):
	return [frame for kind in kinds.split(",") for part in KINDS[kind] for frame in part()]


def port(place):
	"""A raw socket on NETNS:INTERFACE; a socket stays in the namespace it was made in."""
	netns, interface = place.split(":")
	with open("/proc/self/ns/net") as home, open("/run/netns/" + netns) as target:
		libc = ctypes.CDLL(None, use_errno=True)
		if libc.setns(target.fileno(), CLONE_NEWNET) != 0:
			raise OSError(ctypes.get_errno(), "setns " + netns)
		try:
			result = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
			result.bind((interface, ETH_P_ALL))
		finally:
			libc.setns(home.fileno(), CLONE_NEWNET)
	result.setsockopt(socket.SOL_SOCKET, 33, 1 << 25)  # SO_RCVBUFFORCE
	result.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
	return result


def receive(receiver):
	"""The next frame of ours, with the outer tag back in place that the kernel took out."""
	while True:
		frame, auxiliary, _, address = receiver.recvmsg(65536, 256)
		if address[2] == PACKET_OUTGOING or frame[6:12] != SOURCE:
			continue
		for level, kind, data in auxiliary:
			if level == SOL_PACKET and kind == PACKET_AUXDATA:
				status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", data[:20])
				if status & VLAN_VALID:
					tpid = tpid if status & VLAN_TPID_VALID else 0x8100
					frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
		return frame


def compare(sent, received):
	differences = 0
	if len(sent) != len(received):
		print(f"{len(sent)} frames went in, {len(received)} came out")
		differences += 1
	for number, (one, other) in enumerate(zip(sent, received), 1):
		if one != other:
			print(f"frame {number} differs:\n  in  {one[:64].hex()} ({len(one)} bytes)\n"
				f"  out {other[:64].hex()} ({len(other)} bytes)")
			differences += 1
			if differences > 5:
				break
	return differences == 0


def send(kinds, source, destination):
	sent, received = frames_of(kinds), []
	sender, receiver = port(source), port(destination)
	receiver.settimeout(2)
	try:
		# A few at a time: this is about bytes, not about speed.
		for start in range(0, len(sent), 32):
			for frame in sent[start:start + 32]:
				sender.send(frame)
			while len(received) < min(start + 32, len(sent)):
				received.append(receive(receiver))
		receiver.settimeout(0.2)  # and nothing that nobody sent
		received.append(receive(receiver))
	except socket.timeout:
		pass
	return compare(sent, received)


def write(kinds, path):
	with open(path, "wb") as file:
		file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
		for number, frame in enumerate(frames_of(kinds)):
			file.write(struct.pack("<IIII", 1700000000, number, len(frame), len(frame)) + frame)
	return True


def read(path):
	with open(path, "rb") as file:
		data = file.read()
	order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
	frames, offset = [], 24
	while offset < len(data):
		size = struct.unpack(order + "I", data[offset + 8:offset + 12])[0]
		frames.append(data[offset + 16:offset + 16 + size])
		offset += 16 + size
	return frames


def main(arguments):
	match arguments:
		case ["send", kinds, source, destination]:
			return send(kinds, source, destination)
		case ["write", kinds, path]:
			return write(kinds, path)
		case ["same", one, other]:
			return compare(read(one), read(other))
	sys.exit(open(__file__, encoding="utf-8").read().split("import")[0])


if __name__ == "__main__":
	sys.exit(0 if main(sys.argv[1:]) else 1)
