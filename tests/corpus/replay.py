# SPDX-License-Identifier: BSD-3-Clause
#
# Runs `sekisho replay --json` and `sekisho decode` for the corpus tests and judges what no test may
# overlook: a sanitizer's report, a crash, output that is not JSON, counters that do not balance.
import json
import os
import re
import subprocess
import sys

# Real lists and captures. Too large, and under licences of their own, for this repository.
DATA = os.path.join("..", "shared", "data")
SKIPPED = 77

# For a build with UBSan, however the test was started.
SUPPRESSIONS = "suppressions=" + os.path.abspath(os.path.join("tests", "ubsan.supp"))

SANITIZER = re.compile(r"(Address|Leak|Undefined\w*)Sanitizer|runtime error:")


def need_data():
	if not os.path.isdir(DATA):
		print(f"skipped: {DATA} is not there")
		sys.exit(SKIPPED)


def fail(message):
	print(message)
	sys.exit(1)


def check(what, found, expected):
	"""Ends the test, unless equal."""
	if found != expected:
		fail(f"{what}: {found!r}; expected {expected!r}")


def run(sekisho, command, *arguments, statuses=(0,), stdin=None):
	"""What one run wrote to stdout and to stderr."""
	options = os.environ.get("UBSAN_OPTIONS", "print_stacktrace=1")
	if "suppressions=" not in options:
		options += ":" + SUPPRESSIONS
	result = subprocess.run([sekisho, command, *arguments], input=stdin, capture_output=True,
		check=False, env={**os.environ, "UBSAN_OPTIONS": options})
	errors = result.stderr.decode(errors="replace")
	if SANITIZER.search(errors) or result.returncode not in statuses:
		fail(f"sekisho {command} {' '.join(arguments)}: status {result.returncode}\n{errors}")
	return result.stdout.decode(), errors


def replay(sekisho, *arguments, statuses=(0,), stdin=None):
	"""The report of one run and what it wrote to stderr."""
	output, errors = run(sekisho, "replay", "--json", *arguments, statuses=statuses, stdin=stdin)
	report = json.loads(output)
	packets = report["packets"]
	check(f"sekisho replay {' '.join(arguments)}: forwarded + dropped",
		packets["forwarded"] + packets["dropped"], packets["received"])
	return report, errors


def decode(sekisho, *arguments, statuses=(0,), stdin=None):
	"""What is said of each frame, and what was written to stderr."""
	output, errors = run(sekisho, "decode", "--json", *arguments, statuses=statuses, stdin=stdin)
	return [json.loads(line) for line in output.splitlines()], errors
