#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
#
# oracle_test.py SEKISHO
#
# What `sekisho decode` says of every frame, compared with tshark: the innermost addresses, the
# transport and its ports, whether it is a fragment, and what lies around. Over the frames of
# encapsulations.py and, where they are, the captures that Zeek and Arkime collected; then over
# damaged copies of all of them.
#
# Of whole frames every difference is either a mistake or in oracle_differences.csv with its reason;
# a line there that no longer differs is an error as well.
#
# Of damaged frames less can be compared: see agree_damaged.
import collections
import concurrent.futures
import csv
import gzip
import os
import shutil
import sys
import tempfile

import craft
import damaged
import encapsulations
import tshark
from replay import DATA, SKIPPED, decode, fail

DIFFERENCES = os.path.join("tests", "corpus", "oracle_differences.csv")
ENDINGS = (".pcap", ".pcapng", ".cap", ".pcap.gz")

# As sekisho names them; others go by their number.
TRANSPORTS = {1: "icmp", 2: "igmp", 4: "ipv4", 6: "tcp", 17: "udp", 33: "dccp", 41: "ipv6",
	46: "rsvp", 47: "gre", 50: "esp", 51: "ah", 58: "icmpv6", 59: "ipv6-nonxt", 89: "ospf",
	97: "etherip", 103: "pim", 112: "vrrp", 115: "l2tp", 132: "sctp", 136: "udplite"}

# Reasons that say that a header is not what it must be, which tshark does not mind.
STRICT = ("mpls", "pppoe", "tunnel")

# Of each capture so many frames are damaged.
DAMAGED_FRAMES = 12


def captures():
	for folder, _, names in os.walk(os.path.join(DATA, "pcap"), followlinks=True):
		for name in names:
			if name.endswith(ENDINGS):
				yield os.path.join(folder, name)


def theirs(frame):
	transport = None if frame.transport is None else TRANSPORTS.get(int(frame.transport),
		frame.transport)
	return (*frame.pair, transport, frame.source_port, frame.destination_port, frame.fragment)


def ours(frame):
	return tuple(frame[name] for name in ("source", "destination", "transport", "source_port",
		"destination_port", "fragment"))


def same(mine, frame):
	return ours(mine) == theirs(frame) and mine["encapsulations"] == frame.around


def agree(mine, frame):
	"""Whether both say the same of a frame that is as it was sent."""
	if mine["undecoded"] is None:
		return same(mine, frame)
	if mine["undecoded"] == "mpls" and frame.broken:
		return True  # nothing names what is behind labels: tshark guesses, and guessed wrong
	# The addresses are those of what was reached, and tshark has to have a reason as well: it got
	# no further, or went on into something that is not looked into.
	return ours(mine)[:2] == frame.pair and (frame.broken or frame.source_port is None
		or frame.is_tunnel)


def ranges(numbers):
	"""1, 2, 3, 7 → "1-3 7"."""
	parts = []
	for number in sorted(numbers):
		if parts and parts[-1][1] == number - 1:
			parts[-1][1] = number
		else:
			parts.append([number, number])
	return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def known_differences():
	"""Capture → {frame: reason}."""
	known = collections.defaultdict(dict)
	with open(DIFFERENCES, encoding="ascii", newline="") as file:
		for row in csv.DictReader(file):
			for part in row["frames"].split():
				first, _, last = part.partition("-")
				for number in range(int(first), int(last or first) + 1):
					known[row["capture"]][number] = row["reason"]
	return known


def difference(what, mine, frame):
	return (f"{what}: {ours(mine)} undecoded {mine['undecoded']} in {mine['encapsulations']}; tshark "
		f"{theirs(frame)} in {frame.around} by {frame.layers}")


def compare_whole(capture, mine, frames, known):
	"""Lines about what differs and should not, or the other way round."""
	if len(mine) != len(frames):
		yield f"{capture}: {len(mine)} frames; tshark has {len(frames)}"
	differ = {a["frame"] for a, b in zip(mine, frames) if not agree(a, b)}
	for number in sorted(differ - set(known)):
		yield difference(f"{capture} frame {number}", mine[number - 1], frames[number - 1])
	rotten = set(known) - differ
	if rotten:
		yield f"{capture} frames {ranges(rotten)}: no longer differ; {DIFFERENCES} says they do"


def agree_damaged(mine, frame):
	"""Whether both are right about a damaged frame.

	What a cut header means is a matter of taste (sekisho takes the ports of a TCP header that is cut
	behind them, tshark does not), so tshark's word counts only where it found nothing broken. Where
	either found something, sekisho's addresses have to be a pair that tshark saw as well.
	"""
	if mine["undecoded"] is None and not frame.broken:
		# tshark goes on into tunnels over UDP whose headers are not what they must be; sekisho
		# takes them for datagrams.
		return same(mine, frame) or (mine["transport"] == "udp"
			and ours(mine)[:2] in frame.pairs[:-1])
	if (not frame.broken and frame.source_port is not None and not frame.is_tunnel
			and mine["undecoded"] not in STRICT):
		return False  # a reason where there is none
	return mine["source"] is None or ours(mine)[:2] in frame.pairs


class Corpus:
	"""Captures by their names in the table of differences, and what was said of their frames."""

	def __init__(self, sekisho, folder):
		self.sekisho, self.folder = sekisho, folder
		self.paths = {}
		self.known = known_differences()
		self.mine, self.frames = collections.defaultdict(list), {}

	def add(self, name, path):
		if path.endswith(".gz"):
			plain = os.path.join(self.folder, f"{len(self.paths)}.pcap")
			with gzip.open(path) as packed, open(plain, "wb") as file:
				shutil.copyfileobj(packed, file)
			path = plain
		self.paths[name] = path

	def add_crafted(self, name, frames):
		"""`frames`: see craft.write, without times."""
		self.paths[name] = os.path.join(self.folder, name + ".pcap")
		craft.write(self.paths[name], [(number, *frame) for number, frame in enumerate(frames)])

	def add_damaged(self):
		"""Copies of what was added so far, but for frames of which the whole ones differ."""
		cut, spoilt = [], []
		for name, path in list(self.paths.items()):
			for number, frame in damaged.ethernet_frames(path, DAMAGED_FRAMES):
				if number not in self.known.get(name, {}):
					cut += [(frame, length) for length in damaged.cut(frame)]
					spoilt += [(copy,) for copy in damaged.spoil(frame, f"{name} {number}")]
		self.add_crafted("cut", cut)
		self.add_crafted("spoilt", spoilt)

	def run(self):
		names = {path: name for name, path in self.paths.items()}
		# The longest last ones first.
		with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
			found = {name: pool.submit(tshark.frames, path, "-d",
					f"mpls.label=={encapsulations.PSEUDOWIRE_LABEL},pwethcw")
				for name, path in reversed(self.paths.items())}
			for frame in decode(self.sekisho, *self.paths.values(), statuses=(0, 1))[0]:
				self.mine[names[frame["capture"]]].append(frame)
			self.frames = {name: future.result() for name, future in found.items()}

	def problems(self):
		if os.path.isdir(DATA):
			for name in sorted(set(self.known) - set(self.paths)):
				yield f"{name}: no such capture; {DIFFERENCES} names it"
		for name in self.paths:
			mine, frames = self.mine[name], self.frames[name]
			if name in ("cut", "spoilt"):
				if len(mine) != len(frames):
					yield f"{name}: {len(mine)} frames; tshark has {len(frames)}"
				for number, (a, b) in enumerate(zip(mine, frames), 1):
					if not agree_damaged(a, b):
						yield difference(f"{name} frame {number}", a, b)
			else:
				yield from compare_whole(name, mine, frames, self.known.get(name, {}))


def main(sekisho):
	if shutil.which("tshark") is None:
		print("skipped: tshark is not there")
		sys.exit(SKIPPED)
	with tempfile.TemporaryDirectory() as folder:
		corpus = Corpus(sekisho, folder)
		corpus.add_crafted("encapsulations", [(frame,) for frame in encapsulations.FRAMES])
		for path in sorted(captures()):
			corpus.add(os.path.relpath(path, os.path.join(DATA, "pcap")), path)
		corpus.add_damaged()
		corpus.run()
		problems = list(corpus.problems())
		if problems:
			fail("\n".join(problems))
		print(f"{len(corpus.paths)} captures, {sum(map(len, corpus.frames.values()))} frames")


main(*sys.argv[1:])
