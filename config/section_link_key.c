// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdlib.h>

// A search goes through all of them.
#define RANGES_MAX 256

bool section_link_key_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write " LINK_KEY_NAMES;
	struct config_link *link = target;
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	return link_key_parse(text, &link->subscriber_key) ||
	       setting_wrong(source, setting, "unknown key", "%s", right);
}

bool section_link_vlans_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"100\", \"100-199\" or, outer and inner tag, "
			    "\"300-310.1-4094\", with numbers from 1 to 4094";
	struct config_link *link = target;
	size_t count;

	if (!setting_expect_list(source, setting, "a range of VLANs", 1, RANGES_MAX))
		return false;
	count = (size_t)config_setting_length(setting);
	link->vlans = calloc(count, sizeof(*link->vlans));
	if (!link->vlans)
		return setting_no_memory(source);
	link->vlan_count = count;
	for (size_t i = 0; i < count; i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned int)i);
		const char *text = setting_text(source, element, right);

		if (!text)
			return false;
		if (!vlan_range_parse(text, &link->vlans[i]))
			return setting_wrong(source, element, "not a range of VLANs", "%s", right);
	}
	return true;
}

bool section_link_labels_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write \"1000\" or \"1000-1999\", with numbers from 16 to 1048575";
	struct config_link *link = target;
	size_t count;

	if (!setting_expect_list(source, setting, "a range of labels", 1, RANGES_MAX))
		return false;
	count = (size_t)config_setting_length(setting);
	link->labels = calloc(count, sizeof(*link->labels));
	if (!link->labels)
		return setting_no_memory(source);
	link->label_count = count;
	for (size_t i = 0; i < count; i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned int)i);
		const char *text = setting_text(source, element, right);

		if (!text)
			return false;
		if (!label_range_parse(text, &link->labels[i]))
			return setting_wrong(source, element, "not a range of labels", "%s", right);
	}
	return true;
}

// A range that nobody looks at is somebody's mistake.
bool section_link_key_check(const struct setting_source *source, const config_setting_t *setting,
	const struct config_link *link)
{
	const config_setting_t *vlans = config_setting_get_member(setting, "vlans");
	const char *key = link_key_name(link->subscriber_key);

	if (vlans && !link_key_has_vlans(link->subscriber_key))
		return setting_wrong(source, vlans, "of no use on this link",
			"subscriber_key is \"%s\": make it \"vlan\", \"vlan_pair\" or \"pppoe\", "
			"or leave vlans out",
			key);
	if (link->label_count > 0 && !link_key_has_labels(link->subscriber_key))
		return setting_wrong(source, config_setting_get_member(setting, "labels"),
			"of no use on this link",
			"subscriber_key is \"%s\": make it \"mpls\", or leave labels out", key);
	for (size_t i = 0; link->subscriber_key == LINK_KEY_VLAN && i < link->vlan_count; i++) {
		if (vlan_range_has_inner(&link->vlans[i]))
			return setting_wrong(source,
				config_setting_get_elem(vlans, (unsigned int)i), "names inner tags",
				"subscriber_key is \"vlan\": name the outer one alone, or make it "
				"\"vlan_pair\"");
	}
	return true;
}
