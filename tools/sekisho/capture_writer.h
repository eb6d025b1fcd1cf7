// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Frames → a pcap file with nanoseconds. Single thread.

#include "tools/sekisho/capture.h"

struct capture_writer;

// `link_type` is libpcap's DLT_*. NULL with one line in `error`. A file of that name is replaced.
struct capture_writer *capture_writer_open(
	const char *path, int link_type, char *error, size_t error_size);

void capture_writer_write(struct capture_writer *writer, const struct capture_frame *frame);

// Closes and frees. false with one line in `error`: the file is not complete. NULL is allowed.
bool capture_writer_close(struct capture_writer *writer, char *error, size_t error_size);
