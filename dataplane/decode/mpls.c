// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/decode/decode.h"

// RFC 3032 section 2.1: label, traffic class, bottom of stack, time to live.
#define LABEL_LENGTH 4
#define LABEL_SHIFT  12
#define LABEL_BOTTOM 0x100u
#define LABELS_MAX   8

#define CONTROL_WORD_LENGTH 4 // RFC 4385

// What can be judged: an IPv4 header, or the beginning of Ethernet behind a control word.
#define JUDGED_LENGTH 20

static bool stack_read(struct cursor *cursor, struct packet *packet)
{
	for (unsigned count = 0; count < LABELS_MAX; count++) {
		uint32_t label;

		if (cursor_left(cursor) < LABEL_LENGTH) {
			packet->undecoded = COUNTER_UNDECODED_TRUNCATED;
			return false;
		}
		label = decode_be32(cursor->frame + cursor->offset);
		if (!decode_note(packet, ENCAPSULATION_MPLS, label >> LABEL_SHIFT, cursor->offset))
			return false;
		cursor->offset += LABEL_LENGTH;
		if (label & LABEL_BOTTOM)
			return true;
	}
	packet->undecoded = COUNTER_UNDECODED_MPLS;
	return false;
}

// Whether two MAC addresses and an EtherType may lie there: one that is known here, which is what a
// byte pair is by chance once in thousands, and in front of IP the right version.
static bool ethernet_is_plausible(const uint8_t *bytes)
{
	const uint8_t *payload = bytes + ETHER_HDR_LEN;
	uint16_t ethertype = decode_be16(payload - ETHER_TYPE_LEN);
	struct packet unused = {0};

	switch (decode_ethertype(ethertype, &unused)) {
	case LAYER_IPV4:
		return payload[0] >> 4 == 4;
	case LAYER_IPV6:
		return payload[0] >> 4 == 6;
	case LAYER_UNDECODED:
		// LLC: of the spanning tree, SNAP, or of routers (IS-IS).
		return unused.undecoded == COUNTER_UNDECODED_CONTROL ||
		       (unused.undecoded == COUNTER_UNDECODED_LLC && ethertype > 2 &&
			       (payload[0] == 0x42 || payload[0] == 0xaa || payload[0] == 0xfe));
	default:
		return true;
	}
}

// A tag behind two addresses, of which the second is a sender's and so no group's.
static bool is_tagged(const uint8_t *bytes)
{
	return ethertype_is_tag(decode_be16(bytes + ETHER_HDR_LEN - ETHER_TYPE_LEN)) &&
	       !(bytes[ETHER_ADDR_LEN] & 1);
}

// RFC 4448 section 4.6: sixteen bits of zero, then a sequence number that is zero where it is not
// used, which is nearly everywhere. A tagged frame without the word always looks like one with it
// and a tag less, if its first address begins with zeros (that of VRRP does, and those that testers
// make up): it is taken for the former, since only one in 65,536 senders behind a word has an
// address that reads as a tag there. Of what else reads both ways, which is chance, the number
// decides.
static bool has_control_word(const uint8_t *payload)
{
	if (decode_be16(payload) != 0 || !ethernet_is_plausible(payload + CONTROL_WORD_LENGTH) ||
		is_tagged(payload))
		return false;
	return decode_be16(payload + 2) == 0 || !ethernet_is_plausible(payload);
}

static bool pseudowire_is_plausible(const uint8_t *payload)
{
	return has_control_word(payload) || ethernet_is_plausible(payload);
}

static enum layer pseudowire(struct cursor *cursor, struct packet *packet)
{
	bool word = has_control_word(cursor->frame + cursor->offset);

	if (!decode_note(packet, ENCAPSULATION_PSEUDOWIRE, word, cursor->offset))
		return LAYER_UNDECODED;
	cursor->offset += word ? CONTROL_WORD_LENGTH : 0;
	return LAYER_ETHERNET;
}

// RFC 5586 section 2.1: version and reserved bits of the control channel are 0.
static bool is_control_channel(const uint8_t *payload, size_t left)
{
	return payload[0] == 0x10 && payload[1] == 0 &&
	       (left < JUDGED_LENGTH || !ethernet_is_plausible(payload));
}

// A MAC address may begin like anything.
enum layer decode_mpls(struct cursor *cursor, struct packet *packet)
{
	const uint8_t *payload;
	enum likeness likeness;

	if (!decode_descend(cursor, packet) || !stack_read(cursor, packet))
		return LAYER_UNDECODED;
	payload = cursor->frame + cursor->offset;
	if (cursor_left(cursor) < CONTROL_WORD_LENGTH)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	if (is_control_channel(payload, cursor_left(cursor)))
		return decode_refuse(packet, COUNTER_UNDECODED_CONTROL);
	if (cursor_left(cursor) < JUDGED_LENGTH)
		return decode_refuse(packet, COUNTER_UNDECODED_TRUNCATED);
	likeness = decode_ip_likeness(cursor, packet);
	if (likeness != LIKENESS_FULL && pseudowire_is_plausible(payload))
		return pseudowire(cursor, packet);
	if (likeness == LIKENESS_NONE)
		return decode_refuse(packet, COUNTER_UNDECODED_MPLS);
	return payload[0] >> 4 == 4 ? LAYER_IPV4 : LAYER_IPV6;
}
