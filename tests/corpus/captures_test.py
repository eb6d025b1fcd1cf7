#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
#
# captures_test.py SEKISHO
#
# The odd captures that Zeek and Arkime collected: tunnels, fragments, cut headers, bad lengths.
# Each goes through replay without a sanitizer's report, and replay reads as many frames as
# Wireshark's capinfos.
import concurrent.futures
import gzip
import os
import shutil
import subprocess
import sys

from replay import DATA, SKIPPED, check, fail, need_data, replay

ENDINGS = (".pcap", ".pcapng", ".cap", ".pcap.gz")


def captures():
	for folder, _, names in os.walk(os.path.join(DATA, "pcap"), followlinks=True):
		for name in names:
			if name.endswith(ENDINGS):
				yield os.path.join(folder, name)


def count_frames(path):
	"""By capinfos, which counts up to where a file is cut."""
	result = subprocess.run(["capinfos", "-M", "-T", "-r", "-c", path], capture_output=True,
		check=False)
	return int(result.stdout.decode().splitlines()[-1].split("\t")[1])


def check_capture(sekisho, path):
	expected = count_frames(path)
	if path.endswith(".gz"):
		with gzip.open(path) as file:
			report, errors = replay(sekisho, "-", statuses=(0, 1), stdin=file.read())
	else:
		report, errors = replay(sekisho, path, statuses=(0, 1))
	check(f"{path}: received", report["packets"]["received"], expected)
	check(f"{path}: a cut file is told in one line", "after frame" in errors,
		not report["complete"])
	return expected


def check_all_at_once(sekisho, paths, frames):
	"""Merged in the order of time, whatever their link layers are."""
	report, _ = replay(sekisho, *paths, statuses=(0, 1))
	check("received of all", report["packets"]["received"], frames)


def main(sekisho):
	need_data()
	if shutil.which("capinfos") is None:
		print("skipped: capinfos (wireshark-common) is not there")
		sys.exit(SKIPPED)
	paths = sorted(captures())
	if len(paths) < 100:
		fail(f"only {len(paths)} captures")
	with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
		counts = list(pool.map(lambda path: check_capture(sekisho, path), paths))
	plain = [(path, count) for path, count in zip(paths, counts) if not path.endswith(".gz")]
	check_all_at_once(sekisho, [path for path, _ in plain], sum(count for _, count in plain))
	print(f"{len(paths)} captures, {sum(counts)} frames")


main(*sys.argv[1:])
