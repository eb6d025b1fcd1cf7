// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The step of schema.c that makes room for trials and for what is measured in them. A constant.

extern const char schema_trials[];
