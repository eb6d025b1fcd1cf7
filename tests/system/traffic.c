// SPDX-License-Identifier: BSD-3-Clause

// Generated traffic and the lists that go with it, for measurements and load tests.
//
//     traffic list RULES              a native list on standard output
//     traffic capture HIT-PERCENT     a capture on standard output
//     traffic watched PORT            a capture of 1,000 datagrams of as many subscribers to one
//                                     server, 203.0.113.66
//
// All are functions of their arguments alone. Lists are nested: the first rows of a long one are
// the short one, and the hits of a capture go to rows that every list of RULES_HIT rules holds.
// What is no hit goes to addresses that no list holds. The figures are those by which the field
// measures such boxes: minimum-size frames, many more flows than any cache holds.

#include <pcap/pcap.h>

#include <netinet/in.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS      131072
#define FLOWS        100000
#define SUBSCRIBERS  16384 // 100.64.0.0/18
#define DESTINATIONS 20000
#define RULES_HIT    10000
#define RULES_MAX    1000000
#define TCP_PERCENT  60
#define WATCHED      1000
#define FRAME_SIZE   60 // the least Ethernet carries, without FCS

#define FIRST_SUBSCRIBER UINT32_C(0x64400000) // 100.64.0.0
#define WATCHED_SERVER   UINT32_C(0xcb007142) // 203.0.113.66

// First octets: both ranges are global unicast throughout, so that no guard refuses a row.
#define LISTED_FIRST_OCTET 20
#define BENIGN_FIRST_OCTET 130

enum purpose {
	PURPOSE_RULE,
	PURPOSE_DESTINATION,
	PURPOSE_FLOW,
	PURPOSE_HIT,
};

struct endpoint {
	uint32_t address; // host order
	uint16_t port;
	bool tcp;
};

// The `index`-th value of a purpose: SplitMix64 (Steele, Lea, Flood 2014), which needs no state.
static uint64_t value_at(enum purpose purpose, uint64_t index)
{
	uint64_t z = ((uint64_t)purpose << 56) + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static struct endpoint endpoint_at(enum purpose purpose, uint64_t index, uint32_t first_octet)
{
	uint64_t value = value_at(purpose, index);
	uint32_t octet = first_octet + (uint32_t)(value >> 56) % 32;

	return (struct endpoint){
		.address = octet << 24 | (uint32_t)(value & 0xffffff),
		.port = (uint16_t)(1024 + (value >> 24) % 60000),
		.tcp = (value >> 48) % 100 < TCP_PERCENT,
	};
}

static int write_list(uint32_t rules)
{
	printf("ip,transport,port,level,family\n");
	for (uint32_t i = 0; i < rules; i++) {
		struct endpoint c2 = endpoint_at(PURPOSE_RULE, i, LISTED_FIRST_OCTET);

		printf("%u.%u.%u.%u,%s,%u,%u,generated\n", c2.address >> 24,
			c2.address >> 16 & 0xff, c2.address >> 8 & 0xff, c2.address & 0xff,
			c2.tcp ? "tcp" : "udp", c2.port, 1 + i % 4);
	}
	return 0;
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static void put_ipv4_checksum(uint8_t *header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < 20; i += 2)
		sum += (uint32_t)(header[i] << 8 | header[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(header + 10, ~sum & 0xffff);
}

// A SYN or a datagram from a subscriber.
static void build_frame(uint8_t frame[FRAME_SIZE], const struct endpoint *source,
	const struct endpoint *destination)
{
	// To nobody: a host that these frames reach shall not answer them.
	static const uint8_t ethernet[14] = {2, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 1, 0x08, 0x00};
	uint8_t *ip = frame + sizeof(ethernet), *transport = ip + 20;

	memset(frame, 0, FRAME_SIZE);
	memcpy(frame, ethernet, sizeof(ethernet));
	ip[0] = 0x45;
	ip[8] = 64;
	ip[9] = destination->tcp ? IPPROTO_TCP : IPPROTO_UDP;
	put16(ip + 2, destination->tcp ? 40 : FRAME_SIZE - sizeof(ethernet));
	put32(ip + 12, source->address);
	put32(ip + 16, destination->address);
	put_ipv4_checksum(ip);
	put16(transport, source->port);
	put16(transport + 2, destination->port);
	if (destination->tcp) {
		transport[12] = 0x50; // 20 bytes of header
		transport[13] = 0x02; // SYN
		put16(transport + 14, 65535);
	} else {
		put16(transport + 4, FRAME_SIZE - sizeof(ethernet) - 20);
	}
}

// Packet `index` of the capture for measurements.
static void build_mixed(uint8_t frame[FRAME_SIZE], uint32_t index, uint32_t hit_percent)
{
	uint64_t flow = value_at(PURPOSE_FLOW, index % FLOWS);
	uint64_t hit = value_at(PURPOSE_HIT, index);
	struct endpoint source = {
		.address = FIRST_SUBSCRIBER + (uint32_t)(flow % SUBSCRIBERS),
		.port = (uint16_t)(1024 + (flow >> 32) % 60000),
	};
	struct endpoint destination;

	if (hit % 100 < hit_percent)
		destination =
			endpoint_at(PURPOSE_RULE, (hit >> 32) % RULES_HIT, LISTED_FIRST_OCTET);
	else
		destination = endpoint_at(
			PURPOSE_DESTINATION, (flow >> 16) % DESTINATIONS, BENIGN_FIRST_OCTET);
	build_frame(frame, &source, &destination);
}

static void build_watched(uint8_t frame[FRAME_SIZE], uint32_t index, uint32_t port)
{
	struct endpoint source = {.address = FIRST_SUBSCRIBER + 256 + index, .port = 4000};
	struct endpoint destination = {.address = WATCHED_SERVER, .port = (uint16_t)port};

	build_frame(frame, &source, &destination);
}

static int write_capture(uint32_t packets, uint32_t argument,
	void (*build)(uint8_t frame[FRAME_SIZE], uint32_t index, uint32_t argument))
{
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, 65535);
	pcap_dumper_t *dumper = dead ? pcap_dump_fopen(dead, stdout) : NULL;
	int status = 1;

	if (!dumper) {
		fprintf(stderr, "traffic: cannot write: %s\n", dead ? pcap_geterr(dead) : "memory");
		goto close;
	}
	for (uint32_t i = 0; i < packets; i++) {
		struct pcap_pkthdr header = {
			.ts = {.tv_sec = 1700000000, .tv_usec = (suseconds_t)i},
			.caplen = FRAME_SIZE,
			.len = FRAME_SIZE,
		};
		uint8_t frame[FRAME_SIZE];

		build(frame, i, argument);
		pcap_dump((u_char *)dumper, &header, frame);
	}
	status = pcap_dump_flush(dumper) == 0 ? 0 : 1;
	pcap_dump_close(dumper);
close:
	if (dead)
		pcap_close(dead);
	return status;
}

int main(int argc, char **argv)
{
	char *end = NULL;
	unsigned long number = argc == 3 ? strtoul(argv[2], &end, 10) : 0;

	if (end && *argv[2] && !*end) {
		if (strcmp(argv[1], "list") == 0 && number <= RULES_MAX)
			return write_list((uint32_t)number);
		if (strcmp(argv[1], "capture") == 0 && number <= 100)
			return write_capture(PACKETS, (uint32_t)number, build_mixed);
		if (strcmp(argv[1], "watched") == 0 && number > 0 && number <= UINT16_MAX)
			return write_capture(WATCHED, (uint32_t)number, build_watched);
	}
	fprintf(stderr,
		"usage: traffic list RULES            at most %u\n"
		"       traffic capture HIT-PERCENT   0 to 100\n"
		"       traffic watched PORT\n",
		RULES_MAX);
	return 2;
}
