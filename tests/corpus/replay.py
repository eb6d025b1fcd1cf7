# SPDX-License-Identifier: BSD-3-Clause
#
# Runs `sekisho replay --json` for the corpus tests and judges what no test may overlook: a
# sanitizer's report, a crash, output that is not JSON, counters that do not balance.
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


def replay(sekisho, *arguments, statuses=(0,), stdin=None):
	"""The report of one run and what it wrote to stderr."""
	options = os.environ.get("UBSAN_OPTIONS", "print_stacktrace=1")
	if "suppressions=" not in options:
		options += ":" + SUPPRESSIONS
	result = subprocess.run([sekisho, "replay", "--json", *arguments], input=stdin,
		capture_output=True, check=False, env={**os.environ, "UBSAN_OPTIONS": options})
	errors = result.stderr.decode(errors="replace")
	what = f"sekisho replay {' '.join(arguments)}"
	if SANITIZER.search(errors) or result.returncode not in statuses:
		fail(f"{what}: status {result.returncode}\n{errors}")
	report = json.loads(result.stdout)
	packets = report["packets"]
	check(f"{what}: forwarded + dropped", packets["forwarded"] + packets["dropped"],
		packets["received"])
	return report, errors
