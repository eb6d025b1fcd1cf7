#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
#
# golden_test.py SEKISHO CASE
#
# A case is a folder with capture.py (the frames, see craft.py), list.csv, sekisho.conf and
# expected.json: what `sekisho replay --json` has to say. `options`, if there, holds more of the
# command line. Members that expected.json leaves out may be anything; those it names are equal,
# lists to their length. To see all of a case:
#
#   golden_test.py SEKISHO CASE --show
import json
import os
import runpy
import struct
import sys
import tempfile

import craft
from replay import check, fail, replay


def differences(found, expected, place="report"):
	if isinstance(expected, dict) and isinstance(found, dict):
		for name, value in expected.items():
			if name not in found:
				yield f"{place}.{name} is missing"
			else:
				yield from differences(found[name], value, f"{place}.{name}")
	elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
		for index, value in enumerate(expected):
			yield from differences(found[index], value, f"{place}[{index}]")
	elif found != expected:
		yield f"{place}: {json.dumps(found)}; expected {json.dumps(expected)}"


def count_frames(path):
	with open(path, "rb") as file:
		data = file.read()
	check("nanoseconds in the pcap written", data[:4], struct.pack("<I", 0xA1B23C4D))
	count, offset = 0, 24
	while offset < len(data):
		offset += 16 + struct.unpack("<I", data[offset + 8:offset + 12])[0]
		count += 1
	return count


def more_options(case):
	path = os.path.join(case, "options")
	if not os.path.exists(path):
		return []
	with open(path, encoding="utf-8") as file:
		return file.read().split()


def main(sekisho, case, *options):
	frames = runpy.run_path(os.path.join(case, "capture.py"))["FRAMES"]
	with tempfile.TemporaryDirectory() as folder:
		capture, written = os.path.join(folder, "in.pcap"), os.path.join(folder, "out.pcap")
		craft.write(capture, frames)
		report, _ = replay(sekisho, "--config", os.path.join(case, "sekisho.conf"),
			*more_options(case), "--write", written, capture)
		if options == ("--show",):
			print(json.dumps(report, indent="\t"))
			return
		check("received", report["packets"]["received"], len(frames))
		check("frames written", count_frames(written), report["packets"]["forwarded"])
	with open(os.path.join(case, "expected.json"), encoding="utf-8") as file:
		found = list(differences(report, json.load(file)))
	if found:
		fail("\n".join(found))


main(*sys.argv[1:])
