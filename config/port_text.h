// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A port as the configuration writes it → struct config_port.
//
//     0000:03:00.0 or 03:00.0   a PCI address; the name is always written in full
//     af_xdp:IF, af_packet:IF   a kernel interface
//     pcap:IN[,OUT]             capture files; a relative one is resolved by the caller
//     vdev:ARGS                 any DPDK virtual device, "net_null0,no-rx=1"
//
// Pure; any thread.

#include "config/config.h"

// NULL, or what is wrong with `text`; `*right` then says what would be right, or is NULL when
// memory is out. Both are constants. Fills kind, text, name and out, which port_text_clear releases
// whatever the result.
const char *port_text_parse(const char *text, struct config_port *port, const char **right);
void port_text_clear(struct config_port *port);

// Whether the two ports would claim the same device or write the same file. Reading one capture
// twice is no conflict.
bool port_text_conflict(const struct config_port *a, const struct config_port *b);
