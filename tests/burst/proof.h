// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether a frame that was made is right in every length and checksum, by arithmetic of its own.

#include "dataplane/packet.h"

#include <stddef.h>
#include <stdint.h>

// `packet` is what the frame decodes to. NULL, or what is wrong first.
const char *proof_of(const uint8_t *frame, size_t length, const struct packet *packet);
