// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/audit.h"

#include "control/report/contact.h"
#include "control/report/error.h"
#include "control/store/audit.h"

#define LIMIT_DEFAULT 100

static void append_entry(void *context, const struct audit_entry *entry)
{
	char hash[CHAIN_TEXT_SIZE];

	chain_format(entry->hash, hash);
	json_array_append_new(
		context, json_pack("{s:I, s:o, s:s, s:s, s:s, s:s, s:s, s:s}", "id",
				 (json_int_t)entry->id, "time", time_json(entry->at_ns), "actor",
				 entry->actor, "action", entry->action, "from", entry->from, "to",
				 entry->to, "detail", entry->detail, "hash", hash));
}

json_t *audit_json(const struct control *control, const json_t *request)
{
	json_int_t limit = LIMIT_DEFAULT;
	json_error_t error;
	json_t *entries;

	if (json_unpack_ex((json_t *)request, &error, 0, "{s?I}", "limit", &limit) < 0)
		return error_json("audit: %s", error.text);
	if (limit < 1 || limit > AUDIT_LIMIT_MAX)
		return error_json(
			"audit: limit %lld is not in 1..%d", (long long)limit, AUDIT_LIMIT_MAX);
	entries = json_array();
	if (store_audit_list(control->store, (uint32_t)limit, append_entry, entries) < 0) {
		json_decref(entries);
		return error_json("%s", store_error(control->store));
	}
	return json_pack("{s:o}", "entries", entries);
}

json_t *audit_proof_json(const struct audit_proof *proof)
{
	const bool broken = proof->problem[0] != '\0';
	char head[CHAIN_TEXT_SIZE];

	chain_format(proof->head, head);
	return json_pack("{s:b, s:I, s:o, s:I, s:s, s:o, s:s?}", "unbroken", !broken, "entries",
		(json_int_t)proof->entries, "since", time_json(proof->since_ns), "cut",
		(json_int_t)proof->entries_cut, "head", head, "broken_entry",
		proof->broken_id != 0 ? json_integer(proof->broken_id) : json_null(), "problem",
		broken ? proof->problem : NULL);
}

json_t *audit_verify_json(const struct control *control)
{
	struct audit_proof proof;

	if (store_audit_prove(control->store, &proof) < 0)
		return error_json("%s", store_error(control->store));
	return audit_proof_json(&proof);
}
