// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/link_header.h"

#include <pcap/pcap.h>

#include <arpa/inet.h>
#include <byteswap.h>
#include <string.h>

#define NULL_HEADER_SIZE 4
#define SLL_HEADER_SIZE  16
#define SLL2_HEADER_SIZE 20

// Where the cooked headers keep the EtherType.
#define SLL_PROTOCOL_OFFSET  14
#define SLL2_PROTOCOL_OFFSET 0

// Raw IP by OpenBSD's number, which its captures may carry.
#define DLT_RAW_OPENBSD 14

static struct link_header undecoded(enum counter reason)
{
	return (struct link_header){.first = LAYER_UNDECODED, .undecoded = reason};
}

// The address families that stand for IP, by the systems that write them. The word is in the byte
// order of the machine that captured, which the file does not say; no family exceeds one byte.
static struct link_header parse_family(const uint8_t *frame, size_t captured)
{
	uint32_t family;

	if (captured < NULL_HEADER_SIZE)
		return undecoded(COUNTER_UNDECODED_TRUNCATED);
	memcpy(&family, frame, sizeof(family));
	if (family > 0xff)
		family = bswap_32(family);
	switch (family) {
	case 2: // all
		return (struct link_header){.first = LAYER_IPV4, .size = NULL_HEADER_SIZE};
	case 10: // Linux
	case 24: // NetBSD, OpenBSD
	case 28: // FreeBSD
	case 30: // Darwin
		return (struct link_header){.first = LAYER_IPV6, .size = NULL_HEADER_SIZE};
	default:
		return undecoded(COUNTER_UNDECODED_ETHERTYPE);
	}
}

static struct link_header parse_cooked(
	const uint8_t *frame, size_t captured, size_t protocol_offset, size_t size)
{
	struct packet packet = {0};
	uint16_t protocol;

	if (captured < size)
		return undecoded(COUNTER_UNDECODED_TRUNCATED);
	memcpy(&protocol, frame + protocol_offset, sizeof(protocol));
	const enum layer first = decode_ethertype(ntohs(protocol), &packet);
	if (first == LAYER_UNDECODED)
		return undecoded(packet.undecoded);
	return (struct link_header){.first = first, .size = size};
}

struct link_header link_header_parse(int link_type, const uint8_t *frame, size_t captured)
{
	switch (link_type) {
	case DLT_EN10MB:
		return (struct link_header){.first = LAYER_ETHERNET};
	case DLT_RAW:
	case DLT_RAW_OPENBSD:
		return (struct link_header){.first = LAYER_IP};
	case DLT_IPV4:
		return (struct link_header){.first = LAYER_IPV4};
	case DLT_IPV6:
		return (struct link_header){.first = LAYER_IPV6};
	case DLT_NULL:
	case DLT_LOOP:
		return parse_family(frame, captured);
	case DLT_LINUX_SLL:
		return parse_cooked(frame, captured, SLL_PROTOCOL_OFFSET, SLL_HEADER_SIZE);
	case DLT_LINUX_SLL2:
		return parse_cooked(frame, captured, SLL2_PROTOCOL_OFFSET, SLL2_HEADER_SIZE);
	default:
		return undecoded(COUNTER_UNDECODED_LINK);
	}
}
