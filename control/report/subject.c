// SPDX-License-Identifier: BSD-3-Clause
#include "control/report/subject.h"

#include "config/config.h"
#include "config/utc.h"
#include "control/report/contact.h"
#include "control/resolver.h"
#include "control/trial.h"

#include <stdio.h>
#include <string.h>

// As the data plane would have it of that address.
static struct subscriber_key key_of(const struct config *config, const struct address *address)
{
	const bool is_v4 = address_is_v4(address);
	const uint8_t length = is_v4 ? (uint8_t)(96 + config->subscribers.v4_length)
				     : config->subscribers.v6_length;

	return (struct subscriber_key){
		.address = address_mask(address, length),
		.length = length,
		.kind = SUBSCRIBER_ADDRESS,
	};
}

static int resolve(const struct control *control, const struct identity *identity, const char *text,
	struct record_key *key, struct resolved *resolved)
{
	const struct resolver resolver = {control->config, control->store, control->loader};
	struct subscriber_key whole = {
		.kind = SUBSCRIBER_ADDRESS, .length = 8 * sizeof(struct address)};

	if (!address_parse(text, strlen(text), &whole.address)) {
		snprintf(resolved->name, sizeof(resolved->name), "%s", text);
		resolved->known = true;
		resolved->flags = identity == NULL ? 0 : identity_flags(identity, text);
		return 0;
	}
	*key = (struct record_key){.key = key_of(control->config, &whole.address)};
	return resolver_ask(&resolver, identity, &whole, "", utc_now_ns(), resolved);
}

int subject_find(struct subject *subject, const struct control *control,
	const struct identity *identity, const char *text)
{
	struct membership membership = {0};
	struct resolved resolved = {.known = false};
	struct record_key key = {0};
	struct trial trial;
	const int running = store_trial_running(control->store, &trial);

	*subject = (struct subject){.json = json_null()};
	if (running < 0)
		return -1;
	if (running == 1)
		snprintf(subject->trial, sizeof(subject->trial), "%s", trial.name);
	if (text == NULL)
		return 0;
	if (resolve(control, identity, text, &key, &resolved) < 0 ||
		trials_member(control->trials, &resolved, &key, utc_now_ns(), &membership) < 0)
		return -1;
	subject->flags = resolved.flags;
	subject->group = membership.group;
	subject->json = flags_add(json_pack("{s:s}", "subscriber", resolved.name), resolved.flags);
	if (membership.group != COHORT_NEITHER)
		json_object_set_new(
			subject->json, "group", json_string(cohort_group_name(membership.group)));
	return 0;
}
