#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every kind of event fits config/schema/event.schema.json, and what is no event does not.

usage: event_schema_test.py EVENT_TEST SCHEMA
"""

import json
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

with open(sys.argv[2]) as file:
    schema = json.load(file)
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
validator = kind(schema, format_checker=jsonschema.FormatChecker())

with tempfile.TemporaryDirectory() as directory:
    subprocess.run([sys.argv[1], directory], check=True)
    with open(directory + "/events.json") as file:
        events = [json.loads(line) for line in file]

for event in events:
    validator.validate(event)
contact, disarmed = schema["$defs"]["contact"], schema["$defs"]["disarmed"]
told = {event["event"] for event in events}
assert told == {kind for form in (contact, disarmed) for kind in form["properties"]["event"]["enum"]}, told
assert ({event["verdict"] for event in events if "verdict" in event}
        == set(contact["properties"]["verdict"]["enum"]))

# The schema must be able to say no.
for name, value in [("event", "none"), ("port", 65536), ("timestamp", "2023-11-14 22:13:20"),
                    ("evidence", "unsolicited"), ("packets_out", -1), ("address", "example.org"),
                    ("applied", 1), ("subscriber", ""),
                    ("key", "192.0.2.7/x"), ("flags", []), ("flags", ["nosuch"]), ("surprise", True)]:
    assert not validator.is_valid({**events[0], name: value}), name
for name, value in [("address", "x"), ("port", 0), ("limit", "none"), ("figure", -1), ("surprise", True)]:
    assert not validator.is_valid({**events[-1], name: value}), name
for form, event in ((contact, events[0]), (disarmed, events[-1])):
    for name in form["required"]:
        assert not validator.is_valid({key: value for key, value in event.items() if key != name})
print(len(events), "events")
