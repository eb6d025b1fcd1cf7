#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# One JSON line per new contact and per change of evidence or verdict, as the schema in the
# repository says, in a file that may be rotated.
# shellcheck source=tests/system/rig.sh
. "$(dirname "$0")/rig.sh"

bot=100.64.0.7 c2=203.0.113.66
events=$LAB_DIR/state/events.json

# The events' members NAME..., one event a line.
told() {
	jq -r "[.$1${2:+, .$2}${3:+, .$3}] | map(tostring) | join(\" \")" "$events" 2>/dev/null
}

tells_new_contacts() {
	lab_spawn net server socat TCP-LISTEN:6667,fork,reuseaddr SYSTEM:'echo hello'
	rig_list "$c2,tcp,6667,4" "192.0.2.99,tcp,23,3"
	dataplane_start
	control_start
	fails connects $bot 192.0.2.99 23
	becomes "events" "$bot 192.0.2.99 attempted" told subscriber address evidence
}

tells_changes() {
	echo hello | lab_in sub socat -t 2 - "TCP:$c2:6667,bind=$bot"
	becomes "the last event's evidence" conversed last_told evidence
	sekisho mode enforce
	fails connects $bot $c2 6667
	becomes "the last event's verdict" drop last_told verdict
	becomes "whether it was applied" true last_told applied
	sekisho mode alert
}
last_told() {
	told "$1" | tail -n 1
}

does_not_repeat() {
	local before
	connects $bot $c2 6667
	becomes "the last event's verdict" alert last_told verdict
	before=$(wc -l <"$events")
	for _ in 1 2 3; do
		connects $bot $c2 6667
	done
	sleep 1.5
	equal "events" "$(wc -l <"$events")" "$before"
}

is_reopened() {
	local kept
	kept=$(wc -l <"$events")
	mv "$events" "$events.1"
	kill -HUP "$(lab_pid control)"
	lab_wait 5 test -e "$events"
	fails connects 100.64.0.8 192.0.2.99 23
	becomes "events in the new file" 100.64.0.8 told subscriber
	equal "events in the rotated file" "$(wc -l <"$events.1")" "$kept"
}

fits_the_schema() {
	python3 - "$root"/config/schema/event.schema.json "$events" "$events.1" <<-'END'
		import json, sys
		import jsonschema
		schema = json.load(open(sys.argv[1]))
		validator = jsonschema.validators.validator_for(schema)(
		    schema, format_checker=jsonschema.FormatChecker())
		count = 0
		for path in sys.argv[2:]:
		    for line in open(path):
		        validator.validate(json.loads(line))
		        count += 1
		print(count, "events")
		sys.exit(count < 3)
	END
}

rig_up
it_must "a new contact is told" tells_new_contacts
it "a change of evidence or verdict is told" tells_changes
it "an unchanged contact is not told again at once" does_not_repeat
it "the file is reopened on SIGHUP, and no event is lost" is_reopened
it "every event fits the schema" fits_the_schema
done_testing
