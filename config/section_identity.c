// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdlib.h>
#include <string.h>

#define PSID_OFFSET_DEFAULT 6 // RFC 7597 section 5.1

static bool files_read(const struct setting_source *source, const config_setting_t *setting,
	size_t maximum, char ***files, size_t *file_count)
{
	int count;

	if (!setting_expect_list(source, setting, "a file name", 0, maximum))
		return false;
	count = config_setting_length(setting);
	*files = calloc((size_t)count + 1, sizeof(**files));
	if (!*files)
		return setting_no_memory(source);
	for (int i = 0; i < count; i++) {
		const config_setting_t *file = config_setting_get_elem(setting, (unsigned int)i);

		if (!setting_path(source, file, 1, PATH_MAX - 1, &(*files)[i]))
			return false;
		(*file_count)++;
		for (int j = 0; j < i; j++)
			if (strcmp((*files)[i], (*files)[j]) == 0)
				return setting_wrong(
					source, file, "named twice", "name each file once");
	}
	return true;
}

bool section_mapping_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_subscribers *subscribers = target;

	return files_read(source, setting, CONFIG_MAPPING_MAX, &subscribers->mapping,
		&subscribers->mapping_count);
}

bool section_cgn_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_subscribers *subscribers = target;

	return files_read(
		source, setting, CONFIG_CGN_MAX, &subscribers->cgn, &subscribers->cgn_count);
}

static bool rule_prefix_read(const struct setting_source *source, const config_setting_t *setting,
	bool v4, struct prefix *prefix)
{
	const char *right = v4 ? "write an IPv4 network such as \"192.0.2.0/24\""
			       : "write an IPv6 network such as \"2001:db8::/40\"";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	if (!prefix_parse(text, strlen(text), prefix) || address_is_v4(&prefix->address) != v4)
		return setting_wrong(source, setting,
			v4 ? "not an IPv4 prefix" : "not an IPv6 prefix", "%s", right);
	return true;
}

static bool rule_v4_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	return rule_prefix_read(source, setting, true, target);
}

static bool rule_v6_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	return rule_prefix_read(source, setting, false, target);
}

// RFC 7598 section 4.4 gives EA bits 0 to 48 and offsets 0 to 15.
static const struct setting_field rule_fields[] = {
	{"ipv6", SETTING_SECTION, .required = true, .read = rule_v6_read,
		.offset = offsetof(struct config_map_e, ipv6)},
	{"ipv4", SETTING_SECTION, .required = true, .read = rule_v4_read,
		.offset = offsetof(struct config_map_e, ipv4)},
	{"ea_length", SETTING_U8, .required = true, .maximum = 48,
		.offset = offsetof(struct config_map_e, ea_length)},
	{"psid_offset", SETTING_U8, .maximum = 15,
		.offset = offsetof(struct config_map_e, psid_offset)},
};

// Compares the rule just read with itself and all before it.
static bool rule_check(const struct setting_source *source, const config_setting_t *setting,
	const struct config_subscribers *subscribers)
{
	const struct config_map_e *rule = &subscribers->map_e[subscribers->map_e_count - 1];
	const config_setting_t *ea = config_setting_get_member(setting, "ea_length");
	const int shared = rule->ipv4.length - ADDRESS_V4_OFFSET_BITS + rule->ea_length - 32;
	const int psid_length = shared > 0 ? shared : 0;

	if (rule->ipv6.length + rule->ea_length > 128)
		return setting_wrong(source, ea, "more bits than an IPv6 address has",
			"with ipv6 of %u bits write at most %u", rule->ipv6.length,
			128u - rule->ipv6.length);
	if (psid_length + rule->psid_offset > 16)
		return setting_wrong(source, ea, "more bits than a port has",
			"it makes a PSID of %d bits, and with psid_offset %u at most %u fit",
			psid_length, rule->psid_offset, 16u - rule->psid_offset);
	for (size_t i = 0; i + 1 < subscribers->map_e_count; i++) {
		const struct prefix *other = &subscribers->map_e[i].ipv4;

		if (prefix_contains(other, &rule->ipv4.address) ||
			prefix_contains(&rule->ipv4, &other->address))
			return setting_wrong(source, config_setting_get_member(setting, "ipv4"),
				"in two rules", "map_e[%zu] has some of it already", i);
	}
	return true;
}

bool section_map_e_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_subscribers *subscribers = target;
	size_t count;

	if (!setting_expect_list(source, setting, "a rule { ... }", 0, CONFIG_MAP_E_MAX))
		return false;
	count = (size_t)config_setting_length(setting);
	subscribers->map_e = calloc(count + 1, sizeof(*subscribers->map_e));
	if (!subscribers->map_e)
		return setting_no_memory(source);
	for (size_t i = 0; i < count; i++) {
		const config_setting_t *rule = config_setting_get_elem(setting, (unsigned int)i);

		subscribers->map_e[i].psid_offset = PSID_OFFSET_DEFAULT;
		if (!setting_read_group(source, rule, rule_fields,
			    sizeof(rule_fields) / sizeof(rule_fields[0]), &subscribers->map_e[i]))
			return false;
		subscribers->map_e_count++;
		if (!rule_check(source, rule, subscribers))
			return false;
	}
	return true;
}

void section_identity_clear(struct config_subscribers *subscribers)
{
	for (size_t i = 0; i < subscribers->mapping_count; i++)
		free(subscribers->mapping[i]);
	for (size_t i = 0; i < subscribers->cgn_count; i++)
		free(subscribers->cgn[i]);
	free(subscribers->mapping);
	free(subscribers->cgn);
	free(subscribers->map_e);
}
