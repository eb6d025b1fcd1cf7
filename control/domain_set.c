// SPDX-License-Identifier: BSD-3-Clause
#include "control/domain_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct member {
	char *domain;
	size_t number;
	bool below;
};

struct domain_set {
	struct member *members; // ascending by domain, then by number, once sealed
	size_t count, room;
	bool sealed;
};

struct domain_set *domain_set_create(void)
{
	return calloc(1, sizeof(struct domain_set));
}

void domain_set_free(struct domain_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		free(set->members[i].domain);
	free(set->members);
	free(set);
}

bool domain_set_add(struct domain_set *set, const char *domain, bool below, size_t number)
{
	assert(!set->sealed);
	if (set->count == set->room) {
		size_t room = set->room ? 2 * set->room : 64;
		struct member *members = realloc(set->members, room * sizeof(*members));
		if (!members)
			return false;
		set->members = members;
		set->room = room;
	}
	struct member member = {strdup(domain), number, below};
	if (!member.domain)
		return false;
	set->members[set->count++] = member;
	return true;
}

static int compare(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = strcmp(a->domain, b->domain);
	return order ? order : (a->number > b->number) - (a->number < b->number);
}

void domain_set_seal(struct domain_set *set)
{
	if (set->count > 0)
		qsort(set->members, set->count, sizeof(*set->members), compare);
	set->sealed = true;
}

size_t domain_set_count(const struct domain_set *set)
{
	return set->count;
}

// The first member of that name that protects: of one above, only if it protects what is below.
static const char *find_name(
	const struct domain_set *set, const char *name, bool above, size_t *number)
{
	size_t low = 0, high = set->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(set->members[middle].domain, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < set->count && strcmp(set->members[low].domain, name) == 0; low++) {
		if (above && !set->members[low].below)
			continue;
		*number = set->members[low].number;
		return set->members[low].domain;
	}
	return NULL;
}

const char *domain_set_find(const struct domain_set *set, const char *domain, size_t *number)
{
	assert(set->sealed);
	for (const char *name = domain; name; name = strchr(name, '.')) {
		if (name != domain)
			name++;
		const char *member = find_name(set, name, name != domain, number);
		if (member)
			return member;
	}
	return NULL;
}
