# SPDX-License-Identifier: BSD-3-Clause
"""Which of some usual secrets the Request Authenticators of packets fit.

    radius_secret.py < HEX-PACKETS

One line for each packet: the secret, or "-".
"""
import hashlib
import struct
import sys

USUAL = ["testing123", "secret", "cisco", "password", "radius", "radius123", "shared", "test",
	"xyzzy5461", "mysecret", "123456", "12345678", "admin", "public", "private", "changeme", ""]


def fits(packet, secret):
	length = struct.unpack(">H", packet[2:4])[0]
	text = packet[:4] + bytes(16) + packet[20:length] + secret.encode()
	return hashlib.md5(text).digest() == packet[4:20]


for line in sys.stdin:
	bytes_ = bytes.fromhex(line.strip())
	print(next((secret for secret in USUAL if fits(bytes_, secret)), "-"))
