// SPDX-License-Identifier: BSD-3-Clause
#include "config/port_text.h"
#include "config/section.h"

#include <stdlib.h>
#include <string.h>

// A TCP stack repeats a SYN after one, three and seven seconds.
#define SINKHOLE_TIMEOUT_DEFAULT_S 10u
#define SINKHOLE_TIMEOUT_MAX_S     3600u

// Relative captures are relative to the configuration's directory, as every other file.
static bool file_resolve(const struct setting_source *source, char **file)
{
	char *resolved;

	if (!*file)
		return true;
	resolved = setting_resolve(source, *file);
	if (!resolved)
		return false;
	free(*file);
	*file = resolved;
	return true;
}

static bool port_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_port *port = target;
	const char *text = setting_text(source, setting, "write a port in double quotes");
	const char *wrong, *right;

	if (!text)
		return false;
	wrong = port_text_parse(text, port, &right);
	if (wrong)
		return right ? setting_wrong(source, setting, wrong, "%s", right)
			     : setting_no_memory(source);
	if (port->kind == CONFIG_PORT_PCAP &&
		!(file_resolve(source, &port->name) && file_resolve(source, &port->out)))
		return setting_no_memory(source);
	return true;
}

static const struct setting_field link_fields[] = {
	{"name", SETTING_NAME, .required = true, .maximum = CONFIG_NAME_SIZE - 1,
		.offset = offsetof(struct config_link, name)},
	{"subscriber", SETTING_SECTION, .required = true, .read = port_read,
		.offset = offsetof(struct config_link, subscriber)},
	{"network", SETTING_SECTION, .required = true, .read = port_read,
		.offset = offsetof(struct config_link, network)},
	{"subscriber_key", SETTING_SECTION, .read = section_link_key_read},
	{"vlans", SETTING_SECTION, .read = section_link_vlans_read},
	{"labels", SETTING_SECTION, .read = section_link_labels_read},
	{"sinkhole", SETTING_SECTION, .read = port_read,
		.offset = offsetof(struct config_link, sinkhole)},
	{"sinkhole_mac", SETTING_SECTION, .read = section_link_sinkhole_mac_read},
	{"sinkhole_timeout", SETTING_U32, .minimum = 1, .maximum = SINKHOLE_TIMEOUT_MAX_S,
		.offset = offsetof(struct config_link, sinkhole_timeout_s)},
};

#define PORTS 3 // of a link

static const char *const port_names[PORTS] = {"subscriber", "network", "sinkhole"};

// Link by link, each with its ports in the order of their names. A sinkhole that there is not has
// no text.
static const struct config_port *port_at(const struct config *config, size_t index)
{
	const struct config_link *link = &config->links[index / PORTS];
	const struct config_port *const ports[PORTS] = {
		&link->subscriber, &link->network, &link->sinkhole};

	return ports[index % PORTS];
}

static bool conflict(const struct config_port *one, const struct config_port *other)
{
	return one->text && other->text && port_text_conflict(one, other);
}

// Compares the link just read with itself and all before it.
static bool link_check(const struct setting_source *source, const config_setting_t *setting,
	const struct config *config)
{
	size_t last = config->link_count - 1;

	for (size_t i = 0; i < last; i++) {
		if (strcmp(config->links[i].name, config->links[last].name) == 0)
			return setting_wrong(source, config_setting_get_member(setting, "name"),
				"name of two links", "give each its own");
	}
	for (size_t mine = PORTS * last; mine < PORTS * (last + 1); mine++) {
		for (size_t other = 0; other < mine; other++) {
			const char *side = port_names[mine % PORTS];

			if (conflict(port_at(config, mine), port_at(config, other)))
				return setting_wrong(source,
					config_setting_get_member(setting, side), "port used twice",
					"it is already %s of link %s", port_names[other % PORTS],
					config->links[other / PORTS].name);
		}
	}
	return true;
}

bool section_links_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;

	if (!setting_expect_list(source, setting, "a link { ... }", 0, CONFIG_LINKS_MAX))
		return false;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *link = config_setting_get_elem(setting, (unsigned int)i);

		config->links[i].sinkhole_timeout_s = SINKHOLE_TIMEOUT_DEFAULT_S;
		config->link_count++; // before reading, so that config_free sees a part of one
		if (!setting_read_group(source, link, link_fields,
			    sizeof(link_fields) / sizeof(link_fields[0]), &config->links[i]) ||
			!section_link_key_check(source, link, &config->links[i]) ||
			!section_link_sinkhole_check(source, link) ||
			!link_check(source, link, config))
			return false;
	}
	return true;
}

bool section_workers_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const uint32_t core_max = 1023; // CPU_SETSIZE - 1
	struct config *config = target;

	if (!setting_expect_list(source, setting, "a CPU number", 1, CONFIG_WORKERS_MAX))
		return false;
	for (int i = 0; i < config_setting_length(setting); i++) {
		const config_setting_t *core = config_setting_get_elem(setting, (unsigned int)i);

		if (!setting_number(source, core, 0, core_max, &config->worker_cores[i]))
			return false;
		for (int j = 0; j < i; j++) {
			if (config->worker_cores[i] == config->worker_cores[j])
				return setting_wrong(source, core, "core named twice",
					"give each worker its own");
		}
	}
	config->worker_core_count = (size_t)config_setting_length(setting);
	return true;
}
