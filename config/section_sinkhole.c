// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

bool section_link_sinkhole_mac_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write the MAC address of the sinkhole's interface, such as "
			    "\"02:00:00:00:00:03\"";
	struct config_link *link = target;
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	return mac_parse(text, link->sinkhole_mac) ||
	       setting_wrong(source, setting, "not the MAC address of a station", "%s", right);
}

bool section_link_sinkhole_check(
	const struct setting_source *source, const config_setting_t *setting)
{
	const config_setting_t *port = config_setting_get_member(setting, "sinkhole");
	const config_setting_t *mac = config_setting_get_member(setting, "sinkhole_mac");

	if (port && !mac)
		return setting_wrong(
			source, port, "a sinkhole without its MAC address", "add sinkhole_mac");
	if (mac && !port)
		return setting_wrong(
			source, mac, "there is no sinkhole on this link", "add sinkhole");
	return true;
}
