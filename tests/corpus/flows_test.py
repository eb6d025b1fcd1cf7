#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-3-Clause
#
# flows_test.py SEKISHO FLOWS_TO_PCAP
#
# A real Mirai bot's day (IoT-23, CTU-IoT-Malware-Capture-34-1), made into frames and replayed:
# exactly one infected subscriber with one contact, every packet of it, at the right time.
import decimal
import json
import os
import subprocess
import sys
import tempfile

from replay import DATA, check, need_data, replay

LOG = os.path.join(DATA, "traffic", "CTU-IoT-Malware-Capture-34-1.conn.log.labeled")
BOT, SERVER, PORT = "192.168.1.195", "185.244.25.235", 6667
FLOWS, UNANSWERED = 6706, 5065


def known_of_log():
	"""What the log itself says of the C&C's flows, read apart from the generator."""
	flows = unanswered = packets_out = packets_in = 0
	first = last = None
	with open(LOG, encoding="ascii") as log:
		for line in log:
			fields = line.rstrip("\n").split("\t")
			if line.startswith("#") or fields[4] != SERVER or int(fields[5]) != PORT:
				continue
			start = decimal.Decimal(fields[0])
			end = start + (0 if fields[8] == "-" else decimal.Decimal(fields[8]))
			first = start if first is None else min(first, start)
			last = end if last is None else max(last, end)
			flows += 1
			unanswered += fields[11] == "S0"
			packets_out += int(fields[16])
			packets_in += int(fields[18])
	check("flows in the log", (flows, unanswered), (FLOWS, UNANSWERED))
	return packets_out, packets_in, first, last


def seconds(text):
	"""RFC 3339 → decimal seconds since the epoch."""
	whole, fraction = text.rstrip("Z").split(".")
	date, time = whole.split("T")
	stamp = subprocess.run(["date", "-u", "-d", f"{date} {time}", "+%s"], capture_output=True,
		check=True).stdout.decode().strip()
	return decimal.Decimal(f"{stamp}.{fraction}")


def main(sekisho, generator):
	need_data()
	packets_out, packets_in, first, last = known_of_log()
	with tempfile.TemporaryDirectory() as folder:
		capture, feed = os.path.join(folder, "34-1.pcap"), os.path.join(folder, "list.csv")
		made = json.loads(subprocess.run([generator, "--all", SERVER, "--every", "5", LOG,
			capture], capture_output=True, check=True).stdout)
		with open(feed, "w", encoding="ascii") as file:
			file.write(f"ip,transport,port,level,family\n{SERVER},tcp,{PORT},3,mirai\n")
		report, _ = replay(sekisho, "--list", feed, capture)

	server = [end for end in made["endpoints"] if end["address"] == SERVER]
	truth = next(end for end in server if end["port"] == PORT)
	others = sum(end["packets_out"] + end["packets_in"] for end in server if end is not truth)
	check("generated", (truth["flows"], truth["packets_out"], truth["packets_in"]),
		(FLOWS, packets_out, packets_in))

	check("received", report["packets"]["received"], made["frames"])
	check("dropped", report["packets"]["dropped"], 0)
	check("undecoded", report["packets"]["undecoded"], {})
	check("infected subscribers", report["infected_subscribers"], 1)
	check("contacts", len(report["contacts"]), 1)
	contact = report["contacts"][0]
	for name, expected in {"subscriber": BOT, "address": SERVER, "port": PORT, "any_port": False,
			"transport": "tcp", "level": 3, "family": "mirai", "evidence": "conversed",
			"verdict": "alert", "applied": False,
			"packets_out": truth["packets_out"], "packets_in": truth["packets_in"],
			"bytes_out": truth["bytes_out"], "bytes_in": truth["bytes_in"]}.items():
		check(name, contact[name], expected)
	check("matched", (report["matched"]["packets"], report["matched"]["bytes"]),
		(truth["packets_out"] + truth["packets_in"], truth["bytes_out"] + truth["bytes_in"]))
	# The same host's web server, from which the bot was fetched, is not on the list.
	check("other port", report["other_port"]["packets"], others)
	for name, expected in {"first_seen": first, "last_seen": last}.items():
		check(f"{name} to the millisecond",
			abs(seconds(contact[name]) - expected) < decimal.Decimal("0.001"), True)


main(*sys.argv[1:])
