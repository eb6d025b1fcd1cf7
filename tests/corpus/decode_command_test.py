#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
#
# decode_command_test.py SEKISHO
#
# `sekisho decode` over every encapsulation of encapsulations.py, as JSON and as text, over a cut
# capture, several captures, standard input, and with arguments that are wrong.
import os
import subprocess
import sys
import tempfile

import craft
import encapsulations
from replay import check, decode, run

CONFIG = 'subscribers = { prefixes = ( "198.51.100.0/24" ); };\ndecode = { depth = 1; };\n'


def check_json(sekisho, capture):
	found, _ = decode(sekisho, capture)
	check("frames", [frame["frame"] for frame in found],
		list(range(1, len(encapsulations.FRAMES) + 1)))
	for name, bytes_, frame, expected in zip(encapsulations.CASES, encapsulations.FRAMES, found,
			encapsulations.EXPECTED):
		is_subscribers = craft.SUBSCRIBER in (frame["source"], frame["destination"])
		check(name, frame, {**expected, "capture": capture, "frame": frame["frame"],
			"subscriber": craft.SUBSCRIBER if is_subscribers else None,
			"length": len(bytes_), "captured": len(bytes_)})


def check_subscribers(sekisho, folder, capture):
	path = os.path.join(folder, "sekisho.conf")
	with open(path, "w", encoding="ascii") as file:
		file.write(CONFIG)
	found, _ = decode(sekisho, "--config", path, capture)
	check("subscriber by --config", found[0]["subscriber"], craft.SERVER)
	nested = found[list(encapsulations.CASES).index("tunnel in tunnel")]
	check("depth by --config", (nested["source"], nested["undecoded"]), (None, "depth"))
	found, _ = decode(sekisho, "--config", path, "--subscribers", "2001:db8:100::/40", capture)
	check("subscriber by --subscribers", [frame["subscriber"] for frame in found[:2]],
		[None, "2001:db8:100::/56"])


def check_text(sekisho, capture):
	output, _ = run(sekisho, "decode", capture)
	lines = output.splitlines()
	check("lines", len(lines), len(encapsulations.FRAMES))
	for number, (name, line) in enumerate(zip(encapsulations.CASES, lines), 1):
		check(f"{name}: begins with number and time",
			line.startswith(f"{number} 2023-11-14 22:1"), True)
	names = list(encapsulations.CASES)
	for name, words in {
			"ipv4": "100.64.0.7:40000 > 198.51.100.9:6667 tcp syn, 60 bytes, from ",
			"gre with key": "ipv6(2001:db8:a::1 > 2001:db8:b::2) gre:4294967295 [",
			"vxlan": "ipv4(192.0.2.1:50000 > 203.0.113.2:4789) vxlan:16777215 vlan:8 100.",
			"length": "undecoded: llc ("}.items():
		check(f"{name}: {words!r} in {lines[names.index(name)]!r}",
			words in lines[names.index(name)], True)


def check_captures(sekisho, folder, capture):
	"""Each file's frames count for themselves, and a cut one ends where it is cut."""
	cut = os.path.join(folder, "cut.pcap")
	with open(capture, "rb") as whole, open(cut, "wb") as file:
		file.write(whole.read()[:24 + 16 + len(encapsulations.FRAMES[0]) + 7])
	found, errors = decode(sekisho, cut, capture, statuses=(1,))
	check("cut, then whole", [(frame["capture"], frame["frame"]) for frame in found[:3]],
		[(cut, 1), (capture, 1), (capture, 2)])
	check("a cut file is told in one line", (errors.count("\n"), "after frame 1" in errors),
		(1, True))
	with open(capture, "rb") as file:
		found, _ = decode(sekisho, "-", stdin=file.read())
	check("standard input", (len(found), found[0]["capture"]), (len(encapsulations.FRAMES), "-"))
	output, _ = run(sekisho, "decode", cut, capture, statuses=(1,))
	check("text names the captures", output.split()[0], cut)


def check_refusals(sekisho, folder, capture):
	text = os.path.join(folder, "text")
	with open(text, "w", encoding="ascii") as file:
		file.write("no capture\n")
	for arguments in ((), (text,), (capture, text), ("--subscribers", "192.0.2.1/24", capture),
			("--config", text, capture), ("--level", "3", capture)):
		output, errors = run(sekisho, "decode", *arguments, statuses=(2,))
		check(f"{arguments}: nothing but an error", (output, errors.startswith("sekisho decode: ")
			or text in errors), ("", True))
	with open("/dev/full", "wb") as full:
		result = subprocess.run([sekisho, "decode", capture], stdout=full,
			stderr=subprocess.PIPE, check=False)
	check("a full disk", (result.returncode, b"could not be written" in result.stderr), (2, True))


def main(sekisho):
	with tempfile.TemporaryDirectory() as folder:
		capture = os.path.join(folder, "in.pcap")
		craft.write(capture, list(enumerate(encapsulations.FRAMES)))
		check_json(sekisho, capture)
		check_subscribers(sekisho, folder, capture)
		check_text(sekisho, capture)
		check_captures(sekisho, folder, capture)
		check_refusals(sekisho, folder, capture)


main(*sys.argv[1:])
