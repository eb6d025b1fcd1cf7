// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The parts of the configuration that are more than one value: each reads its list or group into
// the struct config that `target` points to. Errors as in config/setting.h. What was read before an
// error is left for config_free.

#include "config/config.h"
#include "config/setting.h"

bool section_links_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
// Three members of a link, and what they have to do with each other.
bool section_link_key_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_link_vlans_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_link_labels_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_link_key_check(const struct setting_source *source, const config_setting_t *setting,
	const struct config_link *link);

// Two more members of a link.
bool section_link_sinkhole_mac_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_link_sinkhole_check(
	const struct setting_source *source, const config_setting_t *setting);

bool section_decode_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_subscribers_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
// Three members of subscribers, and what they hold.
bool section_mapping_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_cgn_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_map_e_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
void section_identity_clear(struct config_subscribers *subscribers);

bool section_feeds_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
// Members of a feed that is a table, what they have to do with its format, and what they hold.
bool section_table_columns_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_table_separator_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_table_time_format_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_table_check(const struct setting_source *source, const config_setting_t *setting,
	const struct config_feed *feed);
void section_table_clear(struct list_table *table);
bool section_never_block_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_sinkholes_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_policy_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_caps_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
// One entry of the policy into the struct config_policy_entry that `target` points to.
bool section_policy_entry_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
// A list of levels 1..4, none twice, into the bool[CONFIG_LEVELS] that `target` points to.
bool section_levels_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_action_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_guard_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_radius_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);
bool section_workers_read(
	const struct setting_source *source, const config_setting_t *setting, void *target);

// What stands where the file says nothing. false only when memory is out.
bool section_subscribers_default(struct config_subscribers *subscribers);
bool section_policy_default(struct config_policy *policy); // likewise
void section_policy_entry_default(struct config_policy_entry *entry);
void section_guard_default(struct config_guard *guard);

void section_policy_clear(struct config_policy *policy); // frees what it holds
void section_radius_clear(struct config_radius *radius); // frees what it holds
