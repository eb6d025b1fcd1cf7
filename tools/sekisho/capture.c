// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/capture.h"

#include "config/utc.h"

#include <pcap/pcap.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct capture {
	const char *path;
	pcap_t *pcap;
	const u_char *bytes; // of the frame ahead; NULL: none left
	struct pcap_pkthdr *header;
	uint64_t time_ns; // of the frame ahead
	uint64_t frames;  // read, the one ahead included
	uint64_t size;    // bytes; 0: not a regular file
	dev_t device;
	ino_t inode;
	bool broken; // failed, and that was not told yet
};

struct captures {
	size_t count;
	struct capture *current; // whose frame was handed out last
	struct capture captures[];
};

// The first bytes of what people mistake for a capture most often.
static const char *compression_of(const char *path)
{
	static const struct {
		const char *magic;
		size_t size;
		const char *tool;
	} formats[] = {
		{"\x1f\x8b", 2, "zcat"},
		{"\xfd"
		 "7zXZ",
			5, "xzcat"},
		{"\x28\xb5\x2f\xfd", 4, "zstdcat"},
		{"BZh", 3, "bzcat"},
	};
	char head[8] = {0};

	if (strcmp(path, "-") == 0)
		return NULL;
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	const size_t size = fread(head, 1, sizeof(head), file);
	fclose(file);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (size >= formats[i].size && memcmp(head, formats[i].magic, formats[i].size) == 0)
			return formats[i].tool;
	return NULL;
}

static void describe_failure(const char *path, const char *reason, char *error, size_t error_size)
{
	const size_t length = strlen(path);

	const char *tool = compression_of(path);
	if (tool != NULL) {
		snprintf(error, error_size,
			"%s: compressed; a capture is read as it is: pipe %s %s into it, and name "
			"-",
			path, tool, path);
		return;
	}
	// Some of libpcap's messages begin with the path, some do not.
	if (strncmp(reason, path, length) == 0 && strncmp(reason + length, ": ", 2) == 0)
		reason += length + 2;
	const bool readable = strcmp(path, "-") == 0 || access(path, R_OK) == 0;
	snprintf(error, error_size, "%s: %s%s", path, reason,
		readable ? "; a pcap or pcapng file is needed" : "");
}

// Reads the frame ahead. On failure the capture is `broken` and has none.
static void capture_advance(struct capture *capture)
{
	const int status = pcap_next_ex(capture->pcap, &capture->header, &capture->bytes);

	if (status == 1) {
		// With nanosecond precision libpcap stores nanoseconds in tv_usec.
		capture->time_ns = (uint64_t)capture->header->ts.tv_sec * UTC_NS_PER_S +
				   (uint64_t)capture->header->ts.tv_usec;
		capture->frames++;
		return;
	}
	capture->bytes = NULL;
	capture->broken = status != PCAP_ERROR_BREAK;
}

static bool capture_open(struct capture *capture, const char *path, char *error, size_t error_size)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	struct stat status;

	capture->path = path;
	capture->pcap =
		pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (capture->pcap == NULL) {
		describe_failure(path, reason, error, error_size);
		return false;
	}
	if (fstat(fileno(pcap_file(capture->pcap)), &status) == 0) {
		capture->device = status.st_dev;
		capture->inode = status.st_ino;
		if (S_ISREG(status.st_mode))
			capture->size = (uint64_t)status.st_size;
	}
	capture_advance(capture);
	return true;
}

struct captures *captures_open(char *const paths[], size_t count, char *error, size_t error_size)
{
	struct captures *captures =
		calloc(1, sizeof(*captures) + count * sizeof(captures->captures[0]));

	if (captures == NULL) {
		snprintf(error, error_size, "no memory for %zu captures", count);
		return NULL;
	}
	for (; captures->count < count; captures->count++) {
		if (!capture_open(&captures->captures[captures->count], paths[captures->count],
			    error, error_size)) {
			captures_close(captures);
			return NULL;
		}
	}
	return captures;
}

void captures_close(struct captures *captures)
{
	if (captures == NULL)
		return;
	for (size_t i = 0; i < captures->count; i++)
		pcap_close(captures->captures[i].pcap);
	free(captures);
}

enum capture_status captures_next(
	struct captures *captures, struct capture_frame *frame, char *error, size_t error_size)
{
	struct capture *next = NULL;

	// Only now: libpcap's buffer belonged to the caller until here.
	if (captures->current != NULL)
		capture_advance(captures->current);
	captures->current = NULL;

	for (size_t i = 0; i < captures->count; i++) {
		struct capture *capture = &captures->captures[i];

		if (capture->broken) {
			capture->broken = false;
			snprintf(error, error_size, "%s: after frame %llu: %s", capture->path,
				(unsigned long long)capture->frames, pcap_geterr(capture->pcap));
			return CAPTURE_BROKEN;
		}
		if (capture->bytes != NULL && (next == NULL || capture->time_ns < next->time_ns))
			next = capture;
	}
	if (next == NULL)
		return CAPTURE_END;
	captures->current = next;
	frame->bytes = next->bytes;
	frame->captured = next->header->caplen;
	frame->length =
		next->header->len > next->header->caplen ? next->header->len : next->header->caplen;
	frame->time_ns = next->time_ns;
	frame->link_type = pcap_datalink(next->pcap);
	return CAPTURE_FRAME;
}

uint64_t captures_first_ns(const struct captures *captures)
{
	const struct capture *first = NULL;

	for (size_t i = 0; i < captures->count; i++) {
		const struct capture *capture = &captures->captures[i];

		if (capture->bytes != NULL && (first == NULL || capture->time_ns < first->time_ns))
			first = capture;
	}
	return first == NULL ? 0 : first->time_ns;
}

int captures_link_type(const struct captures *captures)
{
	const int type = pcap_datalink(captures->captures[0].pcap);

	for (size_t i = 1; i < captures->count; i++)
		if (pcap_datalink(captures->captures[i].pcap) != type)
			return -1;
	return type;
}

bool captures_contain(const struct captures *captures, const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return false;
	for (size_t i = 0; i < captures->count; i++)
		if (captures->captures[i].device == status.st_dev &&
			captures->captures[i].inode == status.st_ino)
			return true;
	return false;
}

bool captures_progress(const struct captures *captures, uint64_t *bytes, uint64_t *total)
{
	*bytes = *total = 0;
	for (size_t i = 0; i < captures->count; i++) {
		const struct capture *capture = &captures->captures[i];
		const off_t position = ftello(pcap_file(capture->pcap));

		if (capture->size == 0 || position < 0)
			return false;
		*bytes += (uint64_t)position;
		*total += capture->size;
	}
	return true;
}
