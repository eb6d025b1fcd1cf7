// SPDX-License-Identifier: BSD-3-Clause

// flows_to_pcap [--all ADDRESS] [--every N] CONN_LOG OUT.pcap
//
// Labelled flows → frames with their real times, because the captures behind IoT-23 are too large
// to ship and its flow logs are not. Takes every flow to ADDRESS and every Nth of the others
// (default: every one), writes them in the order of time and prints, as JSON, what it wrote for
// each endpoint: that is what a replay has to find.
//
// A flow becomes as many packets each way as the log says. The first leaves at the flow's start,
// the last at its start plus duration, the others evenly between, alternating in proportion. TCP
// begins with a handshake unless the log saw none (state OTH); a flow that was never answered
// (state S0) stays SYNs; payload is sent by those sides that sent any. Flows without packets (Zeek
// could not use them: bad checksums) leave no frame.

#include "config/transport.h"
#include "config/utc.h"
#include "tests/corpus/flow_log.h"
#include "tests/corpus/frame.h"

#include <jansson.h>
#include <pcap/pcap.h>

#include <getopt.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What was made of one flow.
struct made {
	const struct flow *flow;
	uint64_t packets[2], bytes[2]; // by side
	uint64_t first_ns, last_ns;
};

struct event {
	uint64_t time_ns;
	uint64_t order; // in which it was made: decides between equal times
	struct frame frame;
};

struct events {
	struct event *all;
	size_t count, room;
};

enum side {
	ORIGINATOR,
	RESPONDER,
};

static struct event *events_add(struct events *events)
{
	if (events->count == events->room) {
		events->room = events->room == 0 ? 4096 : 2 * events->room;
		events->all = reallocarray(events->all, events->room, sizeof(*events->all));
		if (events->all == NULL) {
			fputs("flows_to_pcap: no memory\n", stderr);
			exit(2);
		}
	}
	struct event *event = &events->all[events->count];
	*event = (struct event){.order = events->count++};
	return event;
}

// One side of a flow while its packets are made.
struct speaker {
	uint32_t packets, sent;
	uint64_t bytes_left;
	uint32_t handshake; // packets that carry no payload because they open the connection
	uint32_t sequence;
	uint8_t last_flags; // added to the last packet
};

static void speakers_init(const struct flow *flow, struct speaker speakers[2])
{
	const bool tcp = flow->transport == TRANSPORT_TCP;
	const bool opened = tcp && strcmp(flow->state, "OTH") != 0;
	struct speaker *originator = &speakers[ORIGINATOR], *responder = &speakers[RESPONDER];

	*originator = (struct speaker){.packets = flow->originator_packets,
		.bytes_left = flow->originator_bytes,
		.sequence = 1000,
		.handshake = opened ? (flow->originator_packets > 2 ? 2 : 1) : 0};
	*responder = (struct speaker){.packets = flow->responder_packets,
		.bytes_left = flow->responder_bytes,
		.sequence = 5000,
		.handshake = opened ? 1 : 0};
	if (!opened)
		return;
	if (strcmp(flow->state, "S0") == 0) { // nothing but SYNs
		originator->handshake = originator->packets;
		return;
	}
	if (strcmp(flow->state, "SF") == 0)
		originator->last_flags = responder->last_flags = TH_FIN;
	else if (strcmp(flow->state, "S3") == 0)
		responder->last_flags = TH_FIN;
	else if (strcmp(flow->state, "RSTR") == 0 || strcmp(flow->state, "REJ") == 0)
		responder->last_flags = TH_RST;
}

static uint8_t tcp_flags(
	const struct flow *flow, const struct speaker *speaker, enum side side, bool payload)
{
	uint8_t flags = TH_ACK;

	if (strcmp(flow->state, "REJ") == 0 && side == RESPONDER)
		return TH_RST | TH_ACK;
	if (strcmp(flow->state, "S0") == 0)
		return TH_SYN;
	if (speaker->handshake > 0 && speaker->sent == 0)
		return side == ORIGINATOR ? TH_SYN : TH_SYN | TH_ACK;
	if (payload)
		flags |= TH_PUSH;
	if (speaker->sent + 1 == speaker->packets)
		flags |= speaker->last_flags;
	return flags;
}

static uint16_t payload_size(const struct speaker *speaker)
{
	if (speaker->sent < speaker->handshake || speaker->bytes_left == 0)
		return 0;
	const uint64_t packets_left = speaker->packets - speaker->sent;
	const uint64_t share = (speaker->bytes_left + packets_left - 1) / packets_left;
	return share > FRAME_PAYLOAD_MAX ? FRAME_PAYLOAD_MAX : (uint16_t)share;
}

static void packet_make(const struct flow *flow, struct speaker speakers[2], enum side side,
	uint64_t time_ns, struct events *events)
{
	struct event *event = events_add(events);
	struct speaker *speaker = &speakers[side];
	struct frame *frame = &event->frame;

	event->time_ns = time_ns;
	frame->source = side == ORIGINATOR ? flow->originator : flow->responder;
	frame->destination = side == ORIGINATOR ? flow->responder : flow->originator;
	frame->source_port = side == ORIGINATOR ? flow->originator_port : flow->responder_port;
	frame->destination_port = side == ORIGINATOR ? flow->responder_port : flow->originator_port;
	frame->transport = flow->transport;
	frame->payload_size = payload_size(speaker);
	if (flow->transport == TRANSPORT_TCP) {
		frame->tcp_flags = tcp_flags(flow, speaker, side, frame->payload_size > 0);
		frame->sequence = speaker->sequence;
		if ((frame->tcp_flags & TH_ACK) != 0)
			frame->acknowledged =
				speakers[side == ORIGINATOR ? RESPONDER : ORIGINATOR].sequence;
		if (strcmp(flow->state, "S0") != 0)
			speaker->sequence +=
				(uint32_t)frame->payload_size +
				((frame->tcp_flags & (TH_SYN | TH_FIN)) != 0 ? 1u : 0u);
	}
	speaker->bytes_left -= frame->payload_size;
	speaker->sent++;
}

static void flow_make(const struct flow *flow, struct events *events)
{
	struct speaker speakers[2];

	speakers_init(flow, speakers);
	const uint64_t outs = speakers[ORIGINATOR].packets, ins = speakers[RESPONDER].packets;
	for (uint64_t i = 0; i < outs + ins; i++) {
		// Whoever is behind its share speaks; the originator first.
		const bool originator =
			speakers[ORIGINATOR].sent * ins <= speakers[RESPONDER].sent * outs &&
			speakers[ORIGINATOR].sent < outs;
		const uint64_t offset_ns =
			i == 0 ? 0
			       : (uint64_t)((__uint128_t)flow->duration_ns * i / (outs + ins - 1));

		packet_make(flow, speakers, originator ? ORIGINATOR : RESPONDER,
			flow->start_ns + offset_ns, events);
	}
}

static int event_compare(const void *left, const void *right)
{
	const struct event *a = left, *b = right;

	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static size_t frame_size(const struct frame *frame)
{
	uint8_t bytes[FRAME_SIZE_MAX];

	return frame_write(frame, bytes);
}

// Makes the flow's events and notes what they come to.
static void flow_account(const struct flow *flow, struct events *events, struct made *made)
{
	size_t i = events->count;

	*made = (struct made){.flow = flow};
	flow_make(flow, events);
	for (; i < events->count; i++) {
		const struct event *event = &events->all[i];
		const enum side side =
			address_compare(&event->frame.source, &flow->originator) == 0 &&
					event->frame.source_port == flow->originator_port
				? ORIGINATOR
				: RESPONDER;

		if (made->packets[0] + made->packets[1] == 0)
			made->first_ns = event->time_ns;
		made->last_ns = event->time_ns;
		made->packets[side]++;
		made->bytes[side] += frame_size(&event->frame);
	}
}

static int made_compare(const void *left, const void *right)
{
	const struct flow *a = ((const struct made *)left)->flow;
	const struct flow *b = ((const struct made *)right)->flow;
	int order = address_compare(&a->responder, &b->responder);

	if (order == 0)
		order = (int)a->responder_port - (int)b->responder_port;
	return order != 0 ? order : (int)a->transport - (int)b->transport;
}

static json_t *time_json(uint64_t ns)
{
	char text[UTC_TEXT_SIZE];

	utc_format(ns, 6, text);
	return json_string(text);
}

// `made[0..count-1]` are all flows to one endpoint.
static json_t *endpoint_json(const struct made *made, size_t count)
{
	struct made sum = {.flow = made->flow};
	char address[ADDRESS_TEXT_SIZE], number[4];

	for (size_t i = 0; i < count; i++) {
		if (made[i].packets[0] + made[i].packets[1] == 0)
			continue;
		if (sum.first_ns == 0 || made[i].first_ns < sum.first_ns)
			sum.first_ns = made[i].first_ns;
		if (made[i].last_ns > sum.last_ns)
			sum.last_ns = made[i].last_ns;
		for (int side = 0; side < 2; side++) {
			sum.packets[side] += made[i].packets[side];
			sum.bytes[side] += made[i].bytes[side];
		}
	}
	address_format(&sum.flow->responder, address);
	return json_pack("{s:s, s:i, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "address", address,
		"port", (int)sum.flow->responder_port, "transport",
		transport_name(sum.flow->transport, number), "flows", (json_int_t)count,
		"packets_out", (json_int_t)sum.packets[ORIGINATOR], "packets_in",
		(json_int_t)sum.packets[RESPONDER], "bytes_out", (json_int_t)sum.bytes[ORIGINATOR],
		"bytes_in", (json_int_t)sum.bytes[RESPONDER], "first_seen", time_json(sum.first_ns),
		"last_seen", time_json(sum.last_ns));
}

static bool report_print(struct made *made, size_t count, size_t frames)
{
	json_t *endpoints = json_array();
	size_t next;

	qsort(made, count, sizeof(*made), made_compare);
	for (size_t i = 0; i < count; i = next) {
		for (next = i + 1; next < count && made_compare(&made[i], &made[next]) == 0;)
			next++;
		json_array_append_new(endpoints, endpoint_json(&made[i], next - i));
	}
	json_t *report =
		json_pack("{s:I, s:o}", "frames", (json_int_t)frames, "endpoints", endpoints);
	const bool printed = json_dumpf(report, stdout, JSON_INDENT(1)) == 0 && putchar('\n') > 0;
	json_decref(report);
	return printed && fflush(stdout) == 0;
}

static bool capture_write(const char *path, const struct events *events)
{
	pcap_t *pcap = pcap_open_dead_with_tstamp_precision(
		DLT_EN10MB, UINT16_MAX, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *dumper = pcap_dump_open(pcap, path);

	if (dumper == NULL) {
		fprintf(stderr, "flows_to_pcap: %s\n", pcap_geterr(pcap));
		pcap_close(pcap);
		return false;
	}
	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = &events->all[i];
		uint8_t bytes[FRAME_SIZE_MAX];
		const uint32_t size = (uint32_t)frame_write(&event->frame, bytes);
		const struct pcap_pkthdr header = {
			.ts = {.tv_sec = (time_t)(event->time_ns / UTC_NS_PER_S),
				.tv_usec = (suseconds_t)(event->time_ns % UTC_NS_PER_S)},
			.caplen = size,
			.len = size,
		};

		pcap_dump((u_char *)dumper, &header, bytes);
	}
	const bool written = pcap_dump_flush(dumper) == 0;
	pcap_dump_close(dumper);
	pcap_close(pcap);
	return written;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"all", required_argument, NULL, 'a'},
		{"every", required_argument, NULL, 'e'},
		{NULL, 0, NULL, 0},
	};
	char error[FLOW_LOG_ERROR_SIZE];
	struct events events = {0};
	struct address all = {0};
	unsigned long every = 1;
	size_t flow_count, made_count = 0, others = 0;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const bool valid = option == 'a'   ? address_parse(optarg, strlen(optarg), &all)
				   : option == 'e' ? (every = strtoul(optarg, NULL, 10)) > 0
						   : false;
		if (!valid)
			goto usage;
	}
	if (argc - optind != 2)
		goto usage;

	struct flow *flows = flow_log_read(argv[optind], &flow_count, error);
	if (flows == NULL) {
		fprintf(stderr, "flows_to_pcap: %s\n", error);
		return 2;
	}
	struct made *made = calloc(flow_count, sizeof(*made));
	if (made == NULL)
		return 2;
	for (size_t i = 0; i < flow_count; i++)
		if (address_compare(&flows[i].responder, &all) == 0 || others++ % every == 0)
			flow_account(&flows[i], &events, &made[made_count++]);
	if (events.count > 0)
		qsort(events.all, events.count, sizeof(*events.all), event_compare);
	const bool done = capture_write(argv[optind + 1], &events) &&
			  report_print(made, made_count, events.count);
	free(made);
	free(flows);
	free(events.all);
	return done ? 0 : 2;
usage:
	fputs("usage: flows_to_pcap [--all ADDRESS] [--every N] CONN_LOG OUT.pcap\n", stderr);
	return 2;
}
