// SPDX-License-Identifier: BSD-3-Clause
#include "tests/corpus/frame.h"

#include "config/transport.h"

#include <netinet/ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

#define HOP_LIMIT  64
#define TCP_WINDOW 29200

// RFC 1071. Every part but the last is of even size.
static uint32_t sum_add(uint32_t sum, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	return sum;
}

static uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

// The pseudo header of RFC 9293 and RFC 8200 comes to the same sum for both families. Payload is
// zero and so adds nothing.
static uint32_t sum_begin(const struct frame *frame, size_t size)
{
	const size_t skip = address_is_v4(&frame->source) ? ADDRESS_V4_OFFSET_BITS / 8 : 0;
	uint32_t sum = frame->transport + (uint32_t)size;

	sum = sum_add(sum, frame->source.bytes + skip, sizeof(frame->source.bytes) - skip);
	return sum_add(
		sum, frame->destination.bytes + skip, sizeof(frame->destination.bytes) - skip);
}

// All return how many bytes they wrote, payload included.
static size_t tcp_write(const struct frame *frame, uint8_t *bytes)
{
	struct tcphdr tcp = {
		.th_sport = htons(frame->source_port),
		.th_dport = htons(frame->destination_port),
		.th_seq = htonl(frame->sequence),
		.th_ack = htonl(frame->acknowledged),
		.th_off = sizeof(tcp) / 4,
		.th_flags = frame->tcp_flags,
		.th_win = htons(TCP_WINDOW),
	};
	const size_t size = sizeof(tcp) + frame->payload_size;

	tcp.th_sum = sum_fold(sum_add(sum_begin(frame, size), &tcp, sizeof(tcp)));
	memcpy(bytes, &tcp, sizeof(tcp));
	return size;
}

static size_t udp_write(const struct frame *frame, uint8_t *bytes)
{
	const size_t size = sizeof(struct udphdr) + frame->payload_size;
	struct udphdr udp = {
		.uh_sport = htons(frame->source_port),
		.uh_dport = htons(frame->destination_port),
		.uh_ulen = htons((uint16_t)size),
	};

	udp.uh_sum = sum_fold(sum_add(sum_begin(frame, size), &udp, sizeof(udp)));
	if (udp.uh_sum == 0) // RFC 768: that would mean none
		udp.uh_sum = 0xffff;
	memcpy(bytes, &udp, sizeof(udp));
	return size;
}

static size_t transport_write(const struct frame *frame, uint8_t *bytes)
{
	return frame->transport == TRANSPORT_TCP ? tcp_write(frame, bytes)
						 : udp_write(frame, bytes);
}

static size_t ipv4_write(const struct frame *frame, uint8_t *bytes)
{
	const size_t size = transport_write(frame, bytes + sizeof(struct ip));
	struct ip ip = {
		.ip_v = 4,
		.ip_hl = sizeof(ip) / 4,
		.ip_len = htons((uint16_t)(sizeof(ip) + size)),
		.ip_off = htons(IP_DF),
		.ip_ttl = HOP_LIMIT,
		.ip_p = frame->transport,
	};

	memcpy(&ip.ip_src, frame->source.bytes + ADDRESS_V4_OFFSET_BITS / 8, sizeof(ip.ip_src));
	memcpy(&ip.ip_dst, frame->destination.bytes + ADDRESS_V4_OFFSET_BITS / 8,
		sizeof(ip.ip_dst));
	ip.ip_sum = sum_fold(sum_add(0, &ip, sizeof(ip)));
	memcpy(bytes, &ip, sizeof(ip));
	return sizeof(ip) + size;
}

static size_t ipv6_write(const struct frame *frame, uint8_t *bytes)
{
	const size_t size = transport_write(frame, bytes + sizeof(struct ip6_hdr));
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6u << 28),
		.ip6_plen = htons((uint16_t)size),
		.ip6_nxt = frame->transport,
		.ip6_hlim = HOP_LIMIT,
	};

	memcpy(&ip.ip6_src, frame->source.bytes, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, frame->destination.bytes, sizeof(ip.ip6_dst));
	memcpy(bytes, &ip, sizeof(ip));
	return sizeof(ip) + size;
}

size_t frame_write(const struct frame *frame, uint8_t bytes[FRAME_SIZE_MAX])
{
	const bool v4 = address_is_v4(&frame->source);
	struct ether_header ethernet = {.ether_type = htons(v4 ? ETHERTYPE_IP : ETHERTYPE_IPV6)};

	memset(bytes, 0, FRAME_SIZE_MAX);
	// Locally administered, made of the last four bytes of the address.
	ethernet.ether_dhost[0] = ethernet.ether_shost[0] = 0x02;
	memcpy(ethernet.ether_dhost + 2, frame->destination.bytes + 12, 4);
	memcpy(ethernet.ether_shost + 2, frame->source.bytes + 12, 4);
	memcpy(bytes, &ethernet, sizeof(ethernet));
	const size_t size =
		sizeof(ethernet) + (v4 ? ipv4_write : ipv6_write)(frame, bytes + sizeof(ethernet));
	return size < ETH_ZLEN ? ETH_ZLEN : size;
}
