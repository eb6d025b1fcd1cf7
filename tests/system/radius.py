# SPDX-License-Identifier: BSD-3-Clause
"""Accounting datagrams that no well-behaved NAS would send.

    radius.py FROM SERVER PORT SECRET WHAT...

WHAT is one packet each, sent and waited for; a line says "answered" or "silent":

    start:SESSION:USER:ADDRESS  a Start without Event-Timestamp
    again         the packet before, byte for byte
    truncated     signed, with an attribute that reaches beyond the end
    short         signed, with a Framed-IP-Address of three bytes
    hex:BYTES     a packet as it is
    signed:BYTES  the same with its authenticator made anew
"""
import hashlib
import ipaddress
import socket
import struct
import sys

WAIT_S = 1.0


def attribute(kind, value):
	return bytes([kind, len(value) + 2]) + value


def sign(code, identifier, attributes, secret):
	head = struct.pack(">BBH", code, identifier, 20 + len(attributes))
	return head + hashlib.md5(head + bytes(16) + attributes + secret).digest() + attributes


def session(name):
	return attribute(40, struct.pack(">I", 1)) + attribute(44, name.encode())


def make(what, before, secret):
	kind, *rest = what.split(":")
	if kind == "again":
		return before
	if kind == "truncated":
		return sign(4, 1, session("t") + bytes([1, 9, 97, 98]), secret)
	if kind == "short":
		return sign(4, 2, session("t") + attribute(8, bytes([192, 0, 2])), secret)
	if kind == "hex":
		return bytes.fromhex(rest[0])
	if kind == "signed":
		packet = bytes.fromhex(rest[0])
		length = struct.unpack(">H", packet[2:4])[0]
		return sign(packet[0], packet[1], packet[20:length], secret)
	if kind == "start":
		name, user = rest[0], rest[1]
		address = ipaddress.IPv4Address(rest[2]).packed
		return sign(4, 77, session(name) + attribute(1, user.encode()) +
			attribute(8, address), secret)
	sys.exit(f"radius.py: {what}: no such packet")


def answered(link, packet, secret):
	"""Whether an Accounting-Response came that is signed for this request."""
	try:
		answer = link.recv(4096)
	except (TimeoutError, ConnectionRefusedError):
		return False
	right = hashlib.md5(answer[:4] + packet[4:20] + answer[20:] + secret).digest()
	return answer[0] == 5 and answer[1] == packet[1] and answer[4:20] == right


def main():
	server, port, secret = sys.argv[2], int(sys.argv[3]), sys.argv[4].encode()
	link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	link.bind((sys.argv[1], 0))
	link.settimeout(WAIT_S)
	link.connect((server, port))
	packet = b""
	for what in sys.argv[5:]:
		packet = make(what, packet, secret)
		link.send(packet)
		print("answered" if answered(link, packet, secret) else "silent")


main()
