# SPDX-License-Identifier: BSD-3-Clause
#
# Frames of captures, and copies of them that are cut short or spoilt. The copies depend on nothing
# but the frames, so that what a test found once is found again.
import random
import struct

# Magic number, of microseconds or nanoseconds → order of bytes.
ORDERS = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">",
	b"\xa1\xb2\x3c\x4d": ">"}
ETHERNET = 1  # the link type

# Within and between the headers of most frames.
LENGTHS = (1, 13, 17, 30, 34, 36, 41, 50, 56, 62, 74, 90)
# How often a frame is spoilt, and where: headers are not further in.
SPOILT_COPIES = 6
SPOILT_BYTES = 120


def ethernet_frames(path, count):
	"""(number, frame) of the first `count` frames of a pcap file of Ethernet, whole ones only."""
	with open(path, "rb") as file:
		order = ORDERS.get(file.read(4))
		if order is None or struct.unpack(order + "16xI", file.read(20))[0] != ETHERNET:
			return
		for number in range(1, count + 1):
			header = file.read(16)
			if len(header) < 16:
				return
			captured, length = struct.unpack(order + "8xII", header)
			frame = file.read(captured)
			if len(frame) == captured == length:
				yield number, frame


def cut(frame):
	"""How many bytes of a frame are left, again and again."""
	return [length for length in LENGTHS if length < len(frame)]


def spoil(frame, seed):
	"""The frame with one to four bytes of its headers changed, again and again."""
	chance = random.Random(seed)
	for _ in range(SPOILT_COPIES):
		copy = bytearray(frame)
		for _ in range(chance.randint(1, 4)):
			copy[chance.randrange(min(len(copy), SPOILT_BYTES))] = chance.randrange(256)
		yield bytes(copy)
