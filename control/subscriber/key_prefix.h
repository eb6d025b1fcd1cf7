// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The key that an address or a prefix is seen by, where keys are shorter than it. Pure.

#include "config/config.h"

// `prefix` as the data plane masks it; as it is if no longer than a key.
struct prefix key_prefix(const struct config_subscribers *config, const struct prefix *prefix);
