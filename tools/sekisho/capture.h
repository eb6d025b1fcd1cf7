// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Several capture files read as one stream of frames in the order of their time stamps.
//
// pcap and pcapng, by libpcap, with nanoseconds. "-" is standard input. Every file is open from the
// beginning to the end and holds one frame ahead, so memory does not grow with the captures, and
// their number is bounded by the descriptors a process may have (RLIMIT_NOFILE). Within one file
// the order is the file's own, even where its time stamps jump back; equal time stamps go by the
// order of the files. Single thread. Cost: one pass over the open files per frame.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CAPTURE_ERROR_SIZE 512

// The most bytes of one network frame: libpcap refuses a record that holds more. (Not so of buses:
// USB and D-Bus, whose frames nobody here looks into.)
#define CAPTURE_FRAME_MAX 262144u

struct capture_frame {
	const uint8_t *bytes; // valid until the next call
	uint32_t captured;    // bytes that are there
	uint32_t length;      // bytes there were on the wire, at least `captured`
	uint64_t time_ns;     // UTC since the epoch
	int link_type;        // libpcap's DLT_*
};

enum capture_status {
	CAPTURE_FRAME,
	CAPTURE_BROKEN, // one file ends here with an error; the others go on
	CAPTURE_END,
};

struct captures;

// Opens all files and checks that each is a capture. NULL with one line in `error`.
struct captures *captures_open(char *const paths[], size_t count, char *error, size_t error_size);
void captures_close(struct captures *captures); // NULL is allowed

// The next frame. CAPTURE_BROKEN is told once for every file that is cut or damaged, after its last
// whole frame, with one line in `error`.
enum capture_status captures_next(
	struct captures *captures, struct capture_frame *frame, char *error, size_t error_size);

// Time of the earliest of the files' first frames; 0 if there is none. Before the first
// captures_next.
uint64_t captures_first_ns(const struct captures *captures);

// The link type of all files, or -1: they differ.
int captures_link_type(const struct captures *captures);

// Whether one of the files is `path`, under whatever name.
bool captures_contain(const struct captures *captures, const char *path);

// Bytes of the files read so far, and in all; false if that cannot be told (standard input, pipes).
bool captures_progress(const struct captures *captures, uint64_t *bytes, uint64_t *total);
