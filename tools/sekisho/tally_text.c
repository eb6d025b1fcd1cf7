// SPDX-License-Identifier: BSD-3-Clause
#include "config/transport.h"
#include "config/utc.h"
#include "control/feed/text.h"
#include "tools/sekisho/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define CELL_SIZE 96

enum column {
	SUBSCRIBER,
	SERVER,
	LEVEL,
	FAMILY,
	EVIDENCE,
	VERDICT,
	PACKETS_OUT,
	PACKETS_IN,
	FIRST_SEEN,
	LAST_SEEN,
	COLUMN_COUNT
};

struct row {
	char cells[COLUMN_COUNT][CELL_SIZE];
};

static const struct row head = {{
	"SUBSCRIBER",
	"C&C SERVER",
	"LEVEL",
	"FAMILY",
	"EVIDENCE",
	"VERDICT",
	"OUT",
	"IN",
	"FIRST SEEN (UTC)",
	"LAST SEEN (UTC)",
}};

// "2018-12-21 14:50:16.962": what a person needs of RFC 3339.
static void time_cell(uint64_t ns, char cell[CELL_SIZE])
{
	char text[UTC_TEXT_SIZE];

	utc_format(ns, 3, text);
	snprintf(cell, CELL_SIZE, "%.10s %.12s", text, text + sizeof("2018-12-21T") - 1);
}

static void server_cell(const struct contact_record *record, char cell[CELL_SIZE])
{
	char address[ADDRESS_TEXT_SIZE], number[4];

	tally_address(record, address);
	const bool v6 = strchr(address, ':') != NULL;
	snprintf(cell, CELL_SIZE, "%s%s%s:%u/%s%s", v6 ? "[" : "", address, v6 ? "]" : "",
		record->seen_port, transport_name(record->transport, number),
		record->port == 0 ? " (any)" : "");
}

static void row_make(const struct tally_contact *contact, struct row *row)
{
	const struct contact_record *record = &contact->record;
	const bool would = !record->applied && record->verdict != ACTION_ALERT;

	text_show(contact->subscriber, row->cells[SUBSCRIBER], CELL_SIZE);
	server_cell(record, row->cells[SERVER]);
	snprintf(row->cells[LEVEL], CELL_SIZE, "%u", record->level);
	snprintf(row->cells[FAMILY], CELL_SIZE, "%s",
		contact->family == NULL ? "-" : contact->family);
	snprintf(row->cells[EVIDENCE], CELL_SIZE, "%s", evidence_name(contact->evidence));
	snprintf(row->cells[VERDICT], CELL_SIZE, "%s%s", would ? "would " : "",
		action_name(record->verdict));
	snprintf(row->cells[PACKETS_OUT], CELL_SIZE, "%" PRIu64, record->packets_up);
	snprintf(row->cells[PACKETS_IN], CELL_SIZE, "%" PRIu64, record->packets_down);
	time_cell(record->first_ns, row->cells[FIRST_SEEN]);
	time_cell(record->last_ns, row->cells[LAST_SEEN]);
}

static void row_measure(const struct row *row, int widths[COLUMN_COUNT])
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		if ((int)strlen(row->cells[i]) > widths[i])
			widths[i] = (int)strlen(row->cells[i]);
}

static void row_print(const struct row *row, const int widths[COLUMN_COUNT])
{
	for (int i = 0; i < COLUMN_COUNT; i++) {
		const bool number = i == PACKETS_OUT || i == PACKETS_IN;

		printf("%s%*s", i == 0 ? "" : "  ",
			i == COLUMN_COUNT - 1 ? 0 : (number ? widths[i] : -widths[i]),
			row->cells[i]);
	}
	putchar('\n');
}

static void contacts_print(const struct tally *tally)
{
	int widths[COLUMN_COUNT] = {0};
	struct row row;

	row_measure(&head, widths);
	for (size_t i = 0; i < tally->contact_count; i++) {
		row_make(&tally->contacts[i], &row);
		row_measure(&row, widths);
	}
	putchar('\n');
	row_print(&head, widths);
	for (size_t i = 0; i < tally->contact_count; i++) {
		row_make(&tally->contacts[i], &row);
		row_print(&row, widths);
	}
}

static void count_print(const char *name, uint64_t value, const char *meaning)
{
	printf("  %-22s %12" PRIu64 "%s%s\n", name, value, meaning[0] == '\0' ? "" : "  ", meaning);
}

// Everything that was counted and is not zero, the balance always.
static void counters_print(const struct tally *tally)
{
	const uint64_t sinkholed = counters_get(tally->counters, COUNTER_SINKHOLED);

	count_print("received", counters_get(tally->counters, COUNTER_RECEIVED), "");
	count_print("forwarded", counters_get(tally->counters, COUNTER_FORWARDED), "");
	count_print("dropped", tally_dropped(tally), "");
	if (sinkholed != 0)
		count_print("sinkholed", sinkholed, "");
	for (enum counter i = 0; i < COUNTER_COUNT; i++) {
		const uint64_t value = counters_get(tally->counters, i);

		if (value != 0 && i != COUNTER_RECEIVED_BYTES && i != COUNTER_FORWARDED_BYTES &&
			(counter_infos[i].kind == COUNTER_NOTE || counter_is_reason(i)))
			count_print(counter_infos[i].name, value, counter_infos[i].help);
	}
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

bool tally_print_text(const struct tally *tally)
{
	const struct generation_header *header = &tally->ruleset->header;
	char first[CELL_SIZE], last[CELL_SIZE];

	printf("packets");
	if (tally->last_ns != 0) {
		time_cell(tally->first_ns, first);
		time_cell(tally->last_ns, last);
		printf(" from %s to %s UTC", first, last);
	}
	puts(tally->complete ? "" : ", not complete");
	counters_print(tally);
	printf("\n%u rule%s from %zu list%s, mode %s\n", header->service_count,
		plural(header->service_count), tally->ruleset->list_count,
		plural(tally->ruleset->list_count), mode_name(tally->mode));
	printf("%" PRIu64 " infected subscriber%s, %zu contact%s\n", tally->infected_subscribers,
		plural(tally->infected_subscribers), tally->contact_count,
		plural(tally->contact_count));
	if (tally->unsolicited_contacts != 0)
		printf("%" PRIu64 " listed server%s sent to a subscriber who never answered\n",
			tally->unsolicited_contacts, plural(tally->unsolicited_contacts));
	if (tally->contacts_refused != 0)
		printf("%" PRIu64 " time%s the contact table was full: raise contact_limit\n",
			tally->contacts_refused, plural(tally->contacts_refused));
	if (tally->contact_count != 0)
		contacts_print(tally);
	return fflush(stdout) == 0 && ferror(stdout) == 0;
}
