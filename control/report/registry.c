// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/registry.h"

#include "control/report/contact.h"

static json_t *file_json(const struct registry_state *file)
{
	return json_pack("{s:s, s:o, s:o, s:s?, s:o}", "path", file->path, "accepted",
		json_integer(file->accepted), "rejected", json_integer(file->rejected), "problem",
		file->problem[0] != '\0' ? file->problem : NULL, "loaded",
		time_json(file->loaded_ns));
}

json_t *registry_json(const struct loader_view *lists)
{
	const struct identity *identity = lists->identity;
	json_t *mapping = json_array(), *cgn = json_array();

	for (size_t i = 0; i < lists->registry_count; i++)
		json_array_append_new(lists->registry[i].kind == REGISTRY_MAPPING ? mapping : cgn,
			file_json(&lists->registry[i]));
	return json_pack("{s:o, s:o, s:I, s:I}", "mapping", mapping, "cgn", cgn, "mapped",
		identity == NULL ? (json_int_t)0 : (json_int_t)identity_mapped(identity), "flagged",
		identity == NULL ? (json_int_t)0 : (json_int_t)identity_flagged_count(identity));
}
