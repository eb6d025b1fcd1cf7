// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The operator's view of the appliance, line by line, from an answer to "status": what is wrong
// comes first. Every line is printable ASCII.

#include <jansson.h>

#include <stdbool.h>

#define SUMMARY_LINE_SIZE 1024 // a problem in full

// Line `index`, from 0; false behind the last.
bool summary_line(const json_t *status, size_t index, char line[SUMMARY_LINE_SIZE]);
