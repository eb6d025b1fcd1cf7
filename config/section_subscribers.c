// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdlib.h>
#include <string.h>

// Bounds a typing slip, not a carrier: the largest announce a few thousand prefixes.
#define PREFIXES_MAX 65536

bool section_subscribers_default(struct config_subscribers *subscribers)
{
	// RFC 1918, RFC 6598, RFC 4193.
	static const char *const private_prefixes[] = {
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"};
	const size_t count = sizeof(private_prefixes) / sizeof(private_prefixes[0]);

	subscribers->v4_length = 32;
	subscribers->v6_length = 56; // what a household is delegated (RFC 6177, RIPE-690)
	subscribers->port_block = 1024;
	subscribers->prefixes = calloc(count, sizeof(*subscribers->prefixes));
	if (!subscribers->prefixes)
		return false;
	subscribers->prefix_count = count;
	for (size_t i = 0; i < count; i++)
		prefix_parse(private_prefixes[i], strlen(private_prefixes[i]),
			&subscribers->prefixes[i]);
	return true;
}

static bool prefix_read(
	const struct setting_source *source, const config_setting_t *setting, struct prefix *prefix)
{
	const char *right = "write an address and a length, host bits zero, such as "
			    "\"198.51.100.0/24\" or \"2001:db8::/32\"";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	if (!prefix_parse(text, strlen(text), prefix))
		return setting_wrong(source, setting, "not a prefix", "%s", right);
	return true;
}

static bool prefixes_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_subscribers *subscribers = target;
	size_t count;

	if (!setting_expect_list(source, setting, "a prefix", 1, PREFIXES_MAX))
		return false;
	count = (size_t)config_setting_length(setting);
	free(subscribers->prefixes);
	subscribers->prefix_count = 0;
	subscribers->prefixes = calloc(count, sizeof(*subscribers->prefixes));
	if (!subscribers->prefixes)
		return setting_no_memory(source);
	for (size_t i = 0; i < count; i++) {
		if (!prefix_read(source, config_setting_get_elem(setting, (unsigned int)i),
			    &subscribers->prefixes[i]))
			return false;
		subscribers->prefix_count++;
	}
	return true;
}

static bool port_block_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write a power of two from 1 to 65536, such as 1024";
	struct config_subscribers *subscribers = target;
	uint32_t ports = 0;

	if (!setting_number(source, setting, 1, UINT16_MAX + 1, &ports))
		return false;
	if (ports & (ports - 1))
		return setting_wrong(source, setting, "not a block of ports", "%s", right);
	subscribers->port_block = ports;
	return true;
}

static bool consent_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"opt-out\" or \"opt-in\"";
	struct config_subscribers *subscribers = target;
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	return consent_parse(text, &subscribers->consent) ||
	       setting_wrong(source, setting, "unknown consent", "%s", right);
}

static const struct setting_field subscribers_fields[] = {
	{"prefixes", SETTING_SECTION, .read = prefixes_read},
	{"v4_length", SETTING_U8, .minimum = 1, .maximum = 32,
		.offset = offsetof(struct config_subscribers, v4_length)},
	{"v6_length", SETTING_U8, .minimum = 1, .maximum = 128,
		.offset = offsetof(struct config_subscribers, v6_length)},
	{"port_block", SETTING_SECTION, .read = port_block_read},
	{"consent", SETTING_SECTION, .read = consent_read},
	{"total", SETTING_U32, .minimum = 1, .maximum = UINT32_MAX,
		.offset = offsetof(struct config_subscribers, total)},
	{"mapping", SETTING_SECTION, .read = section_mapping_read},
	{"cgn", SETTING_SECTION, .read = section_cgn_read},
	{"map_e", SETTING_SECTION, .read = section_map_e_read},
};

// A subscriber that is wider than the prefix it lives in would reach into its neighbours.
static bool lengths_check(const struct setting_source *source, const config_setting_t *setting,
	const struct config_subscribers *subscribers)
{
	const config_setting_t *list = config_setting_get_member(setting, "prefixes");

	for (size_t i = 0; i < subscribers->prefix_count; i++) {
		const struct prefix *prefix = &subscribers->prefixes[i];
		bool v4 = address_is_v4(&prefix->address);
		const char *name = v4 ? "v4_length" : "v6_length";
		uint8_t bits = v4 ? subscribers->v4_length : subscribers->v6_length;
		int needed = v4 ? prefix->length - ADDRESS_V4_OFFSET_BITS : prefix->length;
		char text[PREFIX_TEXT_SIZE];

		if (bits >= needed)
			continue;
		if (list)
			return setting_wrong(source, config_setting_get_elem(list, (unsigned int)i),
				"smaller than one subscriber", "%s is %u; it must be at least %d",
				name, bits, needed);
		prefix_format(prefix, text);
		return setting_wrong(source, config_setting_get_member(setting, name),
			"wider than the default prefix",
			"write at least %d, or prefixes other than %s", needed, text);
	}
	return true;
}

bool section_subscribers_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config *config = target;

	return setting_read_group(source, setting, subscribers_fields,
		       sizeof(subscribers_fields) / sizeof(subscribers_fields[0]),
		       &config->subscribers) &&
	       lengths_check(source, setting, &config->subscribers);
}
