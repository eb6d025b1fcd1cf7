// SPDX-License-Identifier: BSD-3-Clause
#include "config/port_text.h"

#include <ctype.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "out of memory";

static const struct {
	const char *scheme;
	enum config_port_kind kind;
} schemes[] = {
	{"af_xdp:", CONFIG_PORT_AF_XDP},
	{"af_packet:", CONFIG_PORT_AF_PACKET},
	{"pcap:", CONFIG_PORT_PCAP},
	{"vdev:", CONFIG_PORT_VDEV},
};

// As the kernel's dev_valid_name, and no comma, which would end the device argument.
static const char *interface_parse(const char *text, struct config_port *port, const char **right)
{
	size_t length = strlen(text);

	*right = "write the name of a kernel interface of 1 to 15 characters, such as "
		 "\"af_xdp:eth1\"";
	if (length == 0)
		return "no interface named";
	if (length >= IFNAMSIZ)
		return "interface name too long";
	if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
		return "not an interface name";
	for (const char *c = text; *c; c++) {
		if (!isgraph((unsigned char)*c) || strchr("/:,", *c))
			return "not an interface name";
	}
	port->name = strdup(text);
	return port->name ? NULL : no_memory;
}

static const char *pcap_parse(const char *text, struct config_port *port, const char **right)
{
	const char *comma = strchr(text, ',');
	size_t length = comma ? (size_t)(comma - text) : strlen(text);

	*right = "write \"pcap:IN\" or \"pcap:IN,OUT\", file names without commas";
	if (length == 0)
		return "no capture to read named";
	if (comma && (comma[1] == '\0' || strchr(comma + 1, ',')))
		return "not one capture to write";
	if (comma && length == strlen(comma + 1) && strncmp(text, comma + 1, length) == 0)
		return "the capture read would be overwritten";
	port->name = strndup(text, length);
	port->out = comma ? strdup(comma + 1) : NULL;
	return port->name && (!comma || port->out) ? NULL : no_memory;
}

static const char *vdev_parse(const char *text, struct config_port *port, const char **right)
{
	*right =
		"write a DPDK network device and its arguments, such as \"vdev:net_null0,no-rx=1\"";
	if (strncmp(text, "net_", 4) != 0 || !isalnum((unsigned char)text[4]))
		return "not a network device";
	for (const char *c = text; *c; c++) {
		if (!isgraph((unsigned char)*c))
			return "blank in a device's arguments";
	}
	port->name = strdup(text);
	return port->name ? NULL : no_memory;
}

// Takes `digits_min` to `digits_max` hexadecimal digits and the character that ends them.
static bool hex_take(const char **text, int digits_min, int digits_max, char end,
	unsigned long maximum, unsigned long *value)
{
	const char *begin = *text;
	int digits = 0;

	while (isxdigit((unsigned char)begin[digits]) && digits <= digits_max)
		digits++;
	if (digits < digits_min || digits > digits_max || begin[digits] != end)
		return false;
	*value = strtoul(begin, NULL, 16);
	*text = begin + digits + (end ? 1 : 0);
	return *value <= maximum;
}

// Domains of more than four digits exist: Intel VMD, Hyper-V.
static const char *pci_parse(const char *text, struct config_port *port, const char **right)
{
	unsigned long domain = 0, bus, device, function;
	const char *cursor = text;

	*right = "write a PCI address such as \"0000:03:00.0\", \"af_xdp:IF\", \"af_packet:IF\", "
		 "\"pcap:IN[,OUT]\" or \"vdev:ARGS\"";
	if (!hex_take(&cursor, 4, 8, ':', UINT32_MAX, &domain))
		cursor = text;
	if (!hex_take(&cursor, 2, 2, ':', 0xff, &bus) ||
		!hex_take(&cursor, 2, 2, '.', 0x1f, &device) ||
		!hex_take(&cursor, 1, 1, '\0', 7, &function))
		return "not a port";
	if (asprintf(&port->name, "%04lx:%02lx:%02lx.%lx", domain, bus, device, function) < 0) {
		port->name = NULL;
		return no_memory;
	}
	return NULL;
}

static const char *kind_parse(const char *text, struct config_port *port, const char **right)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t length = strlen(schemes[i].scheme);

		if (strncmp(text, schemes[i].scheme, length) == 0) {
			port->kind = schemes[i].kind;
			text += length;
			break;
		}
	}
	switch (port->kind) {
	case CONFIG_PORT_AF_XDP:
	case CONFIG_PORT_AF_PACKET:
		return interface_parse(text, port, right);
	case CONFIG_PORT_PCAP:
		return pcap_parse(text, port, right);
	case CONFIG_PORT_VDEV:
		return vdev_parse(text, port, right);
	case CONFIG_PORT_PCI:
		break;
	}
	return pci_parse(text, port, right);
}

const char *port_text_parse(const char *text, struct config_port *port, const char **right)
{
	const char *wrong;

	*port = (struct config_port){.kind = CONFIG_PORT_PCI, .text = strdup(text)};
	wrong = port->text ? kind_parse(text, port, right) : no_memory;
	if (wrong == no_memory)
		*right = NULL;
	return wrong;
}

void port_text_clear(struct config_port *port)
{
	free(port->text);
	free(port->name);
	free(port->out);
	*port = (struct config_port){0};
}

static bool is_interface(const struct config_port *port)
{
	return port->kind == CONFIG_PORT_AF_XDP || port->kind == CONFIG_PORT_AF_PACKET;
}

static bool writes(const struct config_port *port, const char *file)
{
	return port->out && strcmp(port->out, file) == 0;
}

bool port_text_conflict(const struct config_port *a, const struct config_port *b)
{
	size_t device;

	if (is_interface(a) && is_interface(b))
		return strcmp(a->name, b->name) == 0;
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case CONFIG_PORT_PCAP:
		return (a->out && (writes(b, a->out) || strcmp(a->out, b->name) == 0)) ||
		       writes(b, a->name);
	case CONFIG_PORT_VDEV:
		device = strcspn(a->name, ",");
		return device == strcspn(b->name, ",") && strncmp(a->name, b->name, device) == 0;
	default:
		return strcmp(a->name, b->name) == 0;
	}
}
