#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
#
# benign_test.py SEKISHO FLOWS_TO_PCAP
#
# Nothing that benign devices do is on the lists of IoT botnets: IoT-23's honeypot flows and the
# home devices of IoT Sentinel, against all that maltrail has. That the same captures would match
# is shown with a list of what they do contact.
import glob
import json
import os
import subprocess
import sys
import tempfile

from replay import DATA, check, fail, need_data, replay

FLOWS = os.path.join(DATA, "traffic", "CTU-Honeypot-Capture-4-1-labeled.csv")


def lists():
	found = sorted(glob.glob(os.path.join(DATA, "lists", "elf_*.txt")))
	return [word for path in found for word in ("--list", "maltrail:" + path)]


def main(sekisho, generator):
	need_data()
	captures = sorted(glob.glob(os.path.join(DATA, "traffic", "*-Setup-A-1-STA.pcap")))
	if len(lists()) < 12 or len(captures) < 4:
		fail("lists or captures are missing")
	with tempfile.TemporaryDirectory() as folder:
		flows, feed = os.path.join(folder, "4-1.pcap"), os.path.join(folder, "list.csv")
		made = json.loads(subprocess.run([generator, FLOWS, flows], capture_output=True,
			check=True).stdout)
		for capture in [flows, *captures]:
			report, _ = replay(sekisho, *lists(), capture)
			check(f"{capture}: rules", report["generation"]["rules"] > 40000, True)
			check(f"{capture}: received", report["packets"]["received"] > 0, True)
			check(f"{capture}: contacts", report["contacts"], [])
			check(f"{capture}: infected", report["infected_subscribers"], 0)
			check(f"{capture}: matched", report["matched"]["packets"], 0)

		time = next(end for end in made["endpoints"]
			if end["port"] == 123 and end["packets_in"] > 0)
		with open(feed, "w", encoding="ascii") as file:
			file.write(f"{time['address']}:{time['port']}\n")
		report, _ = replay(sekisho, *lists(), "--list", "plain:" + feed, flows)
		check("contacts once listed", len(report["contacts"]), 1)
		check("packets once listed", (report["contacts"][0]["packets_out"],
			report["contacts"][0]["packets_in"]), (time["packets_out"], time["packets_in"]))


main(*sys.argv[1:])
