// SPDX-License-Identifier: BSD-3-Clause
#include "config/transport.h"
#include "tools/sekisho/decoded_frame.h"
#include "tools/sekisho/encapsulation_text.h"

#include <jansson.h>

static const char *const fragment_names[] = {
	[FRAGMENT_NONE] = "none",
	[FRAGMENT_FIRST] = "first",
	[FRAGMENT_LATER] = "later",
};

// Takes over `value`; NULL (memory is out) spoils the whole.
static void put(json_t *object, const char *name, json_t *value, bool *whole)
{
	if (json_object_set_new(object, name, value) != 0)
		*whole = false;
}

static json_t *address_text(const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	address_format(address, text);
	return json_string(text);
}

static json_t *encapsulations_array(const struct packet *packet, bool *whole)
{
	json_t *array = json_array();

	for (uint8_t i = 0; i < packet->encapsulation_count; i++) {
		char text[ENCAPSULATION_TEXT_SIZE];

		encapsulation_format(&packet->encapsulations[i], text);
		if (json_array_append_new(array, json_string(text)) != 0)
			*whole = false;
	}
	return array;
}

static json_t *outer_object(const struct packet *packet, bool *whole)
{
	json_t *object;

	if (packet->outer_count == 0)
		return json_null();
	object = json_object();
	put(object, "source", address_text(&packet->outers[0].source), whole);
	put(object, "destination", address_text(&packet->outers[0].destination), whole);
	return object;
}

static void put_innermost(json_t *object, const struct decoded_frame *decoded, bool *whole)
{
	const struct packet *packet = &decoded->packet;
	const bool addresses = packet_has_addresses(packet),
		   ports = decoded_frame_has_ports(decoded);
	char number[4];

	put(object, "source", addresses ? address_text(&packet->source) : json_null(), whole);
	put(object, "destination", addresses ? address_text(&packet->destination) : json_null(),
		whole);
	put(object, "transport",
		packet->undecoded ? json_null()
				  : json_string(transport_name(packet->transport, number)),
		whole);
	put(object, "source_port", ports ? json_integer(packet->source_port) : json_null(), whole);
	put(object, "destination_port",
		ports ? json_integer(packet->destination_port) : json_null(), whole);
	put(object, "fragment", json_string(fragment_names[packet->fragment]), whole);
}

bool decoded_frame_print_json(FILE *out, const struct decoded_frame *decoded)
{
	const struct packet *packet = &decoded->packet;
	json_t *object = json_object();
	bool whole = true;

	// A file name may be any bytes; JSON may not.
	json_t *capture = json_string(decoded->capture);
	put(object, "capture", capture == NULL ? json_null() : capture, &whole);
	put(object, "frame", json_integer((json_int_t)decoded->number), &whole);
	put(object, "encapsulations", encapsulations_array(packet, &whole), &whole);
	put_innermost(object, decoded, &whole);
	put(object, "subscriber",
		decoded->is_subscribers ? json_string(decoded->subscriber) : json_null(), &whole);
	put(object, "undecoded",
		packet->undecoded ? json_string(counter_reason_name(packet->undecoded))
				  : json_null(),
		&whole);
	put(object, "outer", outer_object(packet, &whole), &whole);
	put(object, "length", json_integer(decoded->frame.length), &whole);
	put(object, "captured", json_integer(decoded->frame.captured), &whole);

	whole = whole && json_dumpf(object, out, JSON_COMPACT) == 0 && putc('\n', out) != EOF;
	json_decref(object);
	return whole;
}
