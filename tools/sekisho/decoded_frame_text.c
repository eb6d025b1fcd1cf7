// SPDX-License-Identifier: BSD-3-Clause
#include "config/transport.h"
#include "config/utc.h"
#include "tools/sekisho/decoded_frame.h"
#include "tools/sekisho/encapsulation_text.h"

#include <inttypes.h>

// "2018-12-21 14:50:16.962123", with what captures have of a second.
static void print_time(FILE *out, uint64_t ns)
{
	char text[UTC_TEXT_SIZE];

	utc_format(ns, 6, text);
	fprintf(out, "%.10s %.15s", text, text + sizeof("2018-12-21T") - 1);
}

static void print_endpoint(FILE *out, const struct address *address, bool with_port, uint16_t port)
{
	const bool v6 = !address_is_v4(address);
	char text[ADDRESS_TEXT_SIZE];

	address_format(address, text);
	if (with_port)
		fprintf(out, v6 ? "[%s]:%u" : "%s:%u", text, port);
	else
		fputs(text, out);
}

static void print_pair(FILE *out, const struct address *source, uint16_t source_port,
	const struct address *destination, uint16_t destination_port, bool with_ports)
{
	print_endpoint(out, source, with_ports, source_port);
	fputs(" > ", out);
	print_endpoint(out, destination, with_ports, destination_port);
}

// What lies around, outermost first; a tunnel's IP header with its addresses.
static void print_encapsulations(FILE *out, const struct packet *packet)
{
	uint8_t outers = 0;

	for (uint8_t i = 0; i < packet->encapsulation_count; i++) {
		const struct encapsulation *encapsulation = &packet->encapsulations[i];
		const bool ip = encapsulation->kind == ENCAPSULATION_IPV4 ||
				encapsulation->kind == ENCAPSULATION_IPV6;
		char text[ENCAPSULATION_TEXT_SIZE];

		encapsulation_format(encapsulation, text);
		fputs(text, out);
		if (ip && outers < packet->outer_count) {
			const struct outer *outer = &packet->outers[outers++];

			putc('(', out);
			print_pair(out, &outer->source, outer->source_port, &outer->destination,
				outer->destination_port, outer->transport == TRANSPORT_UDP);
			putc(')', out);
		}
		putc(' ', out);
	}
}

static void print_tcp_flags(FILE *out, uint8_t flags)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = {{TCP_SYN, "syn"}, {TCP_FIN, "fin"}, {TCP_RST, "rst"}, {TCP_ACK, "ack"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].flag)
			fprintf(out, " %s", names[i].name);
}

static void print_innermost(FILE *out, const struct decoded_frame *decoded)
{
	const struct packet *packet = &decoded->packet;
	const bool ports = decoded_frame_has_ports(decoded);
	char number[4];

	if (packet_has_addresses(packet)) {
		print_pair(out, &packet->source, packet->source_port, &packet->destination,
			packet->destination_port, ports);
		putc(' ', out);
	}
	if (packet->undecoded) {
		fprintf(out, "undecoded: %s (%s)", counter_reason_name(packet->undecoded),
			counter_infos[packet->undecoded].help);
		return;
	}
	fputs(transport_name(packet->transport, number), out);
	if (packet->transport == TRANSPORT_TCP)
		print_tcp_flags(out, packet->tcp_flags);
	if (packet->fragment == FRAGMENT_LATER)
		fputs(", later fragment", out);
	else if (packet->fragment == FRAGMENT_FIRST)
		fprintf(out, ", first fragment%s", packet->ports_missing ? " without ports" : "");
}

void decoded_frame_print_text(FILE *out, const struct decoded_frame *decoded, bool with_capture)
{
	const struct capture_frame *frame = &decoded->frame;

	if (with_capture)
		fprintf(out, "%s ", decoded->capture);
	fprintf(out, "%" PRIu64 " ", decoded->number);
	print_time(out, frame->time_ns);
	putc(' ', out);
	print_encapsulations(out, &decoded->packet);
	print_innermost(out, decoded);
	fprintf(out, ", %" PRIu32 " bytes", frame->length);
	if (frame->captured < frame->length)
		fprintf(out, ", %" PRIu32 " captured", frame->captured);
	if (decoded->is_subscribers)
		fprintf(out, ", %s subscriber %s",
			decoded->direction == DIRECTION_UP ? "from" : "to", decoded->subscriber);
	putc('\n', out);
}
