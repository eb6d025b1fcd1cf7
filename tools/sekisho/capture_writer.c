// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/capture_writer.h"

#include "config/utc.h"

#include <pcap/pcap.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct capture_writer {
	const char *path;
	pcap_t *pcap;
	pcap_dumper_t *dumper;
};

struct capture_writer *capture_writer_open(
	const char *path, int link_type, char *error, size_t error_size)
{
	struct capture_writer *writer = calloc(1, sizeof(*writer));

	if (writer == NULL) {
		snprintf(error, error_size, "%s: no memory", path);
		return NULL;
	}
	writer->path = path;
	writer->pcap = pcap_open_dead_with_tstamp_precision(
		link_type, CAPTURE_FRAME_MAX, PCAP_TSTAMP_PRECISION_NANO);
	if (writer->pcap == NULL) {
		snprintf(error, error_size, "%s: no memory", path);
		goto free_writer;
	}
	writer->dumper = pcap_dump_open(writer->pcap, path);
	if (writer->dumper == NULL) {
		// libpcap's message names the file.
		snprintf(error, error_size, "%s", pcap_geterr(writer->pcap));
		goto close_pcap;
	}
	return writer;
close_pcap:
	pcap_close(writer->pcap);
free_writer:
	free(writer);
	return NULL;
}

void capture_writer_write(struct capture_writer *writer, const struct capture_frame *frame)
{
	const struct pcap_pkthdr header = {
		// With nanosecond precision libpcap takes nanoseconds in tv_usec.
		.ts = {.tv_sec = (time_t)(frame->time_ns / UTC_NS_PER_S),
			.tv_usec = (suseconds_t)(frame->time_ns % UTC_NS_PER_S)},
		.caplen = frame->captured,
		.len = frame->length,
	};

	pcap_dump((u_char *)writer->dumper, &header, frame->bytes);
}

bool capture_writer_close(struct capture_writer *writer, char *error, size_t error_size)
{
	bool complete = true;

	if (writer == NULL)
		return true;
	errno = 0;
	if (pcap_dump_flush(writer->dumper) != 0 || ferror(pcap_dump_file(writer->dumper)) != 0) {
		snprintf(error, error_size, "%s: not complete: %s", writer->path,
			errno != 0 ? strerror(errno) : "a write failed");
		complete = false;
	}
	pcap_dump_close(writer->dumper);
	pcap_close(writer->pcap);
	free(writer);
	return complete;
}
