// SPDX-License-Identifier: BSD-3-Clause
// Frames in sequence through all stages, with rules in force: the counters balance, and whatever
// the fragments were, nothing but a rule drops. The input is a list of frames, each behind three
// bytes: what of the pipeline it changes, and its length.
#include "dataplane/fragment.h"

#include "tests/burst/checkpoint.h"
#include "tests/burst/dpdk.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_SIZE     3
#define TIMEOUT_TICKS 50
#define LEDGER_LIMIT  64
// Small, so that entries give way.
#define FRAGMENT_LIMIT 16

// The low bits of a frame's first byte.
#define FLAG_DOWN      0x01u
#define FLAG_MODE      0x06u
#define FLAG_MATCH_ALL 0x08u
#define FLAG_LATE      0x10u // after a pause
#define FLAG_RAW       0x20u // begins with IP

static const struct rule rules[] = {
	{"198.51.100.9", IPPROTO_UDP, 4444, 3, ACTION_DROP},
	{"198.51.100.9", IPPROTO_TCP, 6667, 2, ACTION_ALERT},
	{"198.51.100.10", 0, 0, 4, ACTION_DROP},
	{"2400:cb00::9", IPPROTO_UDP, 4444, 3, ACTION_DROP},
};

static struct checkpoint checkpoint;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	if (dpdk_start(NULL) != 0)
		return -1;
	checkpoint_open(
		&checkpoint, rules, sizeof(rules) / sizeof(rules[0]), MODE_ENFORCE, LEDGER_LIMIT);
	return 0;
}

static void pass(uint8_t flags, const uint8_t *bytes, size_t length)
{
	static struct frame frame; // is not cleared: nothing is read behind its length
	enum mode mode = (enum mode)((flags & FLAG_MODE) / 2 % MODE_COUNT);
	bool listed;

	memcpy(frame.bytes, bytes, length);
	frame.length = length;
	checkpoint.pipeline.mode = mode;
	checkpoint.pipeline.match_all = (flags & FLAG_MATCH_ALL) != 0;
	checkpoint.pipeline.first = flags & FLAG_RAW ? LAYER_IP : LAYER_ETHERNET;
	if (flags & FLAG_LATE)
		checkpoint.burst.ticks[0] += TIMEOUT_TICKS;
	if (checkpoint_pass(&checkpoint, flags & FLAG_DOWN ? DIRECTION_DOWN : DIRECTION_UP,
		    &frame) == VERDICT_FORWARD)
		return;
	// Dropped: by a rule, in the one mode that does, of a packet whose addresses are known.
	listed = packet_has_addresses(&checkpoint.burst.packets[0]);
	if (mode != MODE_ENFORCE || !listed)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fragments_free(checkpoint.pipeline.fragments);
	checkpoint.pipeline.fragments = fragments_create(FRAGMENT_LIMIT, TIMEOUT_TICKS);
	if (!checkpoint.pipeline.fragments)
		abort();
	ledger_clear(checkpoint.pipeline.ledger);
	while (size > HEAD_SIZE) {
		size_t length = (size_t)data[1] << 8 | data[2];

		length = length < size - HEAD_SIZE ? length : size - HEAD_SIZE;
		length = length < FRAME_SIZE ? length : FRAME_SIZE;
		if (length > 0)
			pass(data[0], data + HEAD_SIZE, length);
		data += HEAD_SIZE + length;
		size -= HEAD_SIZE + length;
	}
	return 0;
}
