// SPDX-License-Identifier: BSD-3-Clause
#include "control/subscriber/registry.h"

#include "config/utc.h"
#include "control/file_stamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As the shrink_limit of feeds by default.
#define SHRINK_PERCENT 50

struct registry_file {
	struct registry_state state;
	struct mapping_file *mapping; // of that kind; NULL: none stands
	struct cgn_file *cgn;
	uint32_t rejected; // rows of what stands, for what they say themselves
	struct stat stamp; // as last read; all zero: not there, or never looked at
	bool looked;
};

struct registry {
	const struct config *config;
	struct identity *identity;
	size_t mapping_count, count;
	struct registry_file files[];
};

struct registry *registry_create(const struct config *config)
{
	const struct config_subscribers *subscribers = &config->subscribers;
	const size_t count = subscribers->mapping_count + subscribers->cgn_count;
	struct registry *registry =
		calloc(1, sizeof(*registry) + count * sizeof(registry->files[0]));

	if (registry == NULL)
		return NULL;
	registry->config = config;
	registry->mapping_count = subscribers->mapping_count;
	registry->count = count;
	for (size_t i = 0; i < count; i++) {
		struct registry_state *state = &registry->files[i].state;
		const bool mapping = i < registry->mapping_count;

		state->kind = mapping ? REGISTRY_MAPPING : REGISTRY_CGN;
		state->path = mapping ? subscribers->mapping[i]
				      : subscribers->cgn[i - registry->mapping_count];
	}
	return registry;
}

void registry_free(struct registry *registry)
{
	if (registry == NULL)
		return;
	identity_release(registry->identity);
	for (size_t i = 0; i < registry->count; i++) {
		mapping_file_release(registry->files[i].mapping);
		cgn_file_release(registry->files[i].cgn);
	}
	free(registry);
}

static bool differs(const struct registry_file *file, struct stat *now)
{
	if (stat(file->state.path, now) < 0)
		memset(now, 0, sizeof(*now));
	return !file->looked || file->state.problem[0] != '\0' ||
	       !file_stamp_same(now, &file->stamp);
}

bool registry_changed(const struct registry *registry, uint64_t *changed_ns)
{
	bool any = false;

	*changed_ns = 0;
	for (size_t i = 0; i < registry->count; i++) {
		struct stat now;
		uint64_t written_ns;

		if (!differs(&registry->files[i], &now))
			continue;
		any = true;
		written_ns =
			(uint64_t)now.st_mtim.tv_sec * UTC_NS_PER_S + (uint64_t)now.st_mtim.tv_nsec;
		if (written_ns > *changed_ns)
			*changed_ns = written_ns;
	}
	return any;
}

// false: may not replace what stands.
static bool judge_size(const struct registry_file *file, size_t before, size_t now,
	uint32_t rejected, char problem[REGISTRY_PROBLEM_SIZE])
{
	if (now == 0) {
		snprintf(problem, REGISTRY_PROBLEM_SIZE,
			"%s: no row that can be used (%u rejected); sekisho check-config says why, "
			"sekisho list load --force takes it nevertheless",
			file->state.path, rejected);
		return false;
	}
	if (now < before && (before - now) * 100 > before * SHRINK_PERCENT) {
		snprintf(problem, REGISTRY_PROBLEM_SIZE,
			"%s: shrank from %zu to %zu rows, more than %d %%; sekisho list load "
			"--force takes it nevertheless",
			file->state.path, before, now, SHRINK_PERCENT);
		return false;
	}
	return true;
}

static bool read_mapping(struct registry_file *file, const struct config *config, bool force,
	const struct table_listener *listener, char problem[REGISTRY_PROBLEM_SIZE])
{
	struct mapping_file *fresh = mapping_file_read(
		file->state.path, config, listener, problem, REGISTRY_PROBLEM_SIZE);

	if (fresh == NULL)
		return false;
	if (!force && !judge_size(file, file->mapping == NULL ? 0 : file->mapping->count,
			      fresh->count, fresh->rejected, problem)) {
		mapping_file_release(fresh);
		return false;
	}
	mapping_file_release(file->mapping);
	file->mapping = fresh;
	file->rejected = fresh->rejected;
	file->state.accepted = (uint32_t)fresh->count;
	return true;
}

static bool read_cgn(struct registry_file *file, bool force, const struct table_listener *listener,
	char problem[REGISTRY_PROBLEM_SIZE])
{
	struct cgn_file *fresh =
		cgn_file_read(file->state.path, listener, problem, REGISTRY_PROBLEM_SIZE);

	if (fresh == NULL)
		return false;
	if (!force && !judge_size(file, file->cgn == NULL ? 0 : file->cgn->count, fresh->count,
			      fresh->rejected, problem)) {
		cgn_file_release(fresh);
		return false;
	}
	cgn_file_release(file->cgn);
	file->cgn = fresh;
	file->rejected = fresh->rejected;
	file->state.accepted = (uint32_t)fresh->count;
	return true;
}

static bool read_file(struct registry *registry, struct registry_file *file, bool force,
	const struct table_listener *listener)
{
	char problem[REGISTRY_PROBLEM_SIZE] = "";
	const uint64_t now_ns = utc_now_ns();
	bool good;

	// Before reading: what changes meanwhile makes the file another one afterwards.
	if (stat(file->state.path, &file->stamp) < 0)
		memset(&file->stamp, 0, sizeof(file->stamp));
	file->looked = true;
	good = file->state.kind == REGISTRY_MAPPING
		       ? read_mapping(file, registry->config, force, listener, problem)
		       : read_cgn(file, force, listener, problem);
	if (good) {
		file->state.loaded_ns = now_ns;
		file->state.problem_since_ns = 0;
	} else if (file->state.problem[0] == '\0') {
		file->state.problem_since_ns = now_ns;
	}
	memcpy(file->state.problem, problem, sizeof(problem));
	return good;
}

// Rows that conflict are no longer accepted.
static void count_rows(struct registry *registry, const struct mapping *mapping)
{
	for (size_t i = 0; i < registry->mapping_count; i++) {
		struct registry_file *file = &registry->files[i];
		const uint32_t conflicts = mapping_conflicts(mapping, i);

		file->state.accepted = (uint32_t)file->mapping->count - conflicts;
		file->state.rejected = file->rejected + conflicts;
	}
	for (size_t i = registry->mapping_count; i < registry->count; i++)
		registry->files[i].state.rejected = registry->files[i].rejected;
}

static bool make_identity(struct registry *registry, const struct table_listener *listener)
{
	struct mapping_file *files[CONFIG_MAPPING_MAX];
	struct cgn_file *cgns[CONFIG_CGN_MAX];
	struct translation *translation = NULL;
	struct identity *identity = NULL;
	struct mapping *mapping;

	for (size_t i = 0; i < registry->count; i++)
		if (i < registry->mapping_count)
			files[i] = registry->files[i].mapping;
		else
			cgns[i - registry->mapping_count] = registry->files[i].cgn;
	mapping = mapping_create(files, registry->mapping_count, registry->config, listener);
	if (mapping != NULL)
		translation = translation_create(cgns, registry->count - registry->mapping_count,
			&registry->config->subscribers);
	if (translation != NULL)
		identity = identity_create(mapping, translation);
	if (identity == NULL) {
		translation_free(translation);
		mapping_free(mapping);
		return false;
	}
	count_rows(registry, mapping);
	identity_release(registry->identity);
	registry->identity = identity;
	return true;
}

bool registry_read(struct registry *registry, bool force, const struct table_listener *listener,
	char *error, size_t error_size)
{
	bool renewed = registry->identity == NULL;

	error[0] = '\0';
	for (size_t i = 0; i < registry->count; i++) {
		struct stat now;

		if (force || differs(&registry->files[i], &now))
			renewed |= read_file(registry, &registry->files[i], force, listener);
	}
	if (!renewed)
		return false;
	for (size_t i = 0; i < registry->mapping_count; i++)
		if (registry->files[i].mapping == NULL)
			return false;
	if (make_identity(registry, listener))
		return true;
	snprintf(error, error_size, "no memory for the subscribers' mapping");
	return false;
}

struct identity *registry_identity(const struct registry *registry)
{
	return registry->identity;
}

const char *registry_problem(const struct registry *registry)
{
	for (size_t i = 0; i < registry->count; i++)
		if (registry->files[i].state.problem[0] != '\0')
			return registry->files[i].state.problem;
	return NULL;
}

size_t registry_count(const struct registry *registry)
{
	return registry->count;
}

const struct registry_state *registry_state(const struct registry *registry, size_t index)
{
	return &registry->files[index].state;
}
