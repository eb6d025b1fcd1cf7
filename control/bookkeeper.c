// SPDX-License-Identifier: BSD-3-Clause
#include "control/bookkeeper.h"

#include "config/log.h"
#include "config/utc.h"
#include "control/store/activity.h"
#include "control/store/tidying.h"
#include "control/trial.h"

#include <event2/event.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Changes that wait; one look at all keys costs less than so many looks at one.
#define CHANGES_MAX 4096
// As many contacts as one transaction may touch.
#define PENDING_MAX REATTRIBUTION_CHUNK

_Static_assert(MESSAGE_CONTACTS_MAX <= PENDING_MAX, "room for the events of a batch");

// What is to be told once it is stored.
struct pending_event {
	enum event_kind kind;
	struct stored_contact contact;
};

struct bookkeeper {
	const struct config *config;
	struct store *store;
	struct loader *loader;
	struct event_log *log;
	struct trials *trials;
	struct contact_observer observer;
	struct event *tidy;        // periodic
	struct event *reattribute; // once more, now

	struct holder_change changes[CHANGES_MAX]; // the first one is under way
	size_t change_count;
	struct reattribution progress; // of the first change
	uint64_t settled_early;
	uint64_t generation; // for events
	char problem[512];

	struct identity *identity; // by which contacts are attributed; NULL: none yet
	struct loader_view *view;  // of the transaction at hand
	struct pending_event pending[PENDING_MAX];
	size_t pending_count;
};

static const char *find_family(void *context, const struct contact_record *record)
{
	const struct bookkeeper *bookkeeper = context;
	const struct indicator *indicator;
	struct address address;

	if (bookkeeper->view->catalogue == NULL)
		return NULL;
	memcpy(address.bytes, record->address, sizeof(address.bytes));
	indicator = catalogue_find(
		bookkeeper->view->catalogue, &address, record->port, record->rule_transport);
	return indicator == NULL ? NULL : indicator->family;
}

static const char *find_link(void *context, uint16_t link)
{
	const struct bookkeeper *bookkeeper = context;

	return link < bookkeeper->config->link_count ? bookkeeper->config->links[link].name : NULL;
}

static int find_group(void *context, const struct resolved *resolved, const struct record_key *key,
	uint64_t at_ns, struct membership *membership)
{
	const struct bookkeeper *bookkeeper = context;

	return trials_member(bookkeeper->trials, resolved, key, at_ns, membership);
}

static void judge(void *context, struct stored_contact *contact)
{
	struct bookkeeper *bookkeeper = context;
	const uint64_t now_ns = utc_now_ns();
	const enum event_kind kind =
		event_judge(contact, now_ns, bookkeeper->config->event_interval_s * UTC_NS_PER_S);

	if (kind == EVENT_NONE)
		return;
	contact->told_ns = now_ns;
	contact->told_evidence = contact->evidence;
	contact->told_verdict = contact->total.verdict;
	contact->told_applied = contact->total.applied;
	bookkeeper->pending[bookkeeper->pending_count].kind = kind;
	bookkeeper->pending[bookkeeper->pending_count].contact = *contact;
	bookkeeper->pending_count++;
}

// Another identity may know other names for all keys. The first one is the look at the start.
static void note_identity(struct bookkeeper *bookkeeper, struct identity *identity)
{
	const struct holder_change change = {.all = true};

	if (identity == bookkeeper->identity)
		return;
	// Held, so that another one is not taken for it for being in its place.
	identity_release(bookkeeper->identity);
	bookkeeper->identity = identity_hold(identity);
	bookkeeper_change(bookkeeper, &change);
}

static void begin(struct bookkeeper *bookkeeper)
{
	bookkeeper->pending_count = 0;
	bookkeeper->view = loader_view(bookkeeper->loader);
	note_identity(bookkeeper, bookkeeper->view->identity);
}

// After the transaction: tells what it made, unless it failed. Returns `result`.
static int finish(struct bookkeeper *bookkeeper, int result)
{
	loader_view_release(bookkeeper->view);
	bookkeeper->view = NULL;
	if (result < 0) {
		snprintf(bookkeeper->problem, sizeof(bookkeeper->problem), "%s",
			store_error(bookkeeper->store));
		return result;
	}
	bookkeeper->problem[0] = '\0';
	for (size_t i = 0; i < bookkeeper->pending_count; i++)
		event_log_write(bookkeeper->log, bookkeeper->pending[i].kind,
			&bookkeeper->pending[i].contact, bookkeeper->generation);
	return result;
}

int bookkeeper_store(struct bookkeeper *bookkeeper, const uint8_t instance[INSTANCE_SIZE],
	const struct message_contacts *batch, uint64_t generation)
{
	bookkeeper->generation = generation;
	begin(bookkeeper);
	return finish(bookkeeper,
		store_contacts_apply(bookkeeper->store, instance, batch, &bookkeeper->observer));
}

static void begin_change(struct bookkeeper *bookkeeper)
{
	bookkeeper->progress = (struct reattribution){.change = bookkeeper->changes[0]};
	event_active(bookkeeper->reattribute, 0, 0);
}

void bookkeeper_change(struct bookkeeper *bookkeeper, const struct holder_change *change)
{
	struct holder_change *changes = bookkeeper->changes;
	struct holder_change *last =
		bookkeeper->change_count > 1 ? &changes[bookkeeper->change_count - 1] : NULL;

	// All keys will be looked at, once.
	if (change->all && last != NULL && last->all) {
		if (change->from_ns < last->from_ns)
			last->from_ns = change->from_ns;
		return;
	}
	if (bookkeeper->change_count < CHANGES_MAX) {
		changes[bookkeeper->change_count++] = *change;
		if (bookkeeper->change_count == 1)
			begin_change(bookkeeper);
		return;
	}
	changes[0].all = true;
	for (size_t i = 1; i < bookkeeper->change_count; i++)
		if (changes[i].from_ns < changes[0].from_ns)
			changes[0].from_ns = changes[i].from_ns;
	if (change->from_ns < changes[0].from_ns)
		changes[0].from_ns = change->from_ns;
	bookkeeper->change_count = 1;
	begin_change(bookkeeper);
}

static void look_at_identity(struct bookkeeper *bookkeeper)
{
	struct loader_view *view = loader_view(bookkeeper->loader);

	note_identity(bookkeeper, view->identity);
	loader_view_release(view);
}

static void on_reattribute(evutil_socket_t fd, short what, void *context)
{
	struct bookkeeper *bookkeeper = context;
	int result;

	(void)fd;
	(void)what;
	look_at_identity(bookkeeper);
	// Before mapping files were read, those who are known by them would lose their names.
	if (bookkeeper->change_count == 0 || bookkeeper->identity == NULL)
		return;
	begin(bookkeeper);
	result = finish(bookkeeper, store_contacts_reattribute(bookkeeper->store,
					    &bookkeeper->progress, &bookkeeper->observer));
	// What failed is tried again with the next tidying.
	if (result < 0)
		return;
	if (result == 1) {
		event_active(bookkeeper->reattribute, 0, 0);
		return;
	}
	if (bookkeeper->progress.moved > 0)
		log_info("%" PRIu64 " differences of contacts went to whom they belong",
			bookkeeper->progress.moved);
	bookkeeper->change_count--;
	memmove(&bookkeeper->changes[0], &bookkeeper->changes[1],
		bookkeeper->change_count * sizeof(bookkeeper->changes[0]));
	if (bookkeeper->change_count > 0)
		begin_change(bookkeeper);
}

static void on_tidy(evutil_socket_t fd, short what, void *context)
{
	struct bookkeeper *bookkeeper = context;
	const uint64_t now_ns = utc_now_ns();
	const int result = store_tidy(bookkeeper->store, now_ns, &bookkeeper->settled_early);
	int expired;

	(void)fd;
	(void)what;
	look_at_identity(bookkeeper);
	expired = result < 0 ? -1
			     : store_activity_expire(bookkeeper->store, now_ns,
				       bookkeeper->config->retention_days, ACTIVITY_MAX);
	if (result == 1 || expired == 1)
		event_active(bookkeeper->tidy, 0, 0);
	if (expired < 0)
		snprintf(bookkeeper->problem, sizeof(bookkeeper->problem), "%s",
			store_error(bookkeeper->store));
	if (bookkeeper->change_count > 0)
		event_active(bookkeeper->reattribute, 0, 0);
}

struct bookkeeper *bookkeeper_create(struct event_base *base, const struct config *config,
	struct store *store, struct loader *loader, struct event_log *log, struct trials *trials,
	const struct subscriber_resolver *resolver, char *error, size_t error_size)
{
	const struct timeval period = {
		.tv_sec = BOOKKEEPER_TIDY_MS / 1000, .tv_usec = BOOKKEEPER_TIDY_MS % 1000 * 1000};
	struct bookkeeper *bookkeeper = calloc(1, sizeof(*bookkeeper));

	if (bookkeeper == NULL)
		goto no_memory;
	bookkeeper->config = config;
	bookkeeper->store = store;
	bookkeeper->loader = loader;
	bookkeeper->log = log;
	bookkeeper->trials = trials;
	bookkeeper->observer = (struct contact_observer){.context = bookkeeper,
		.family = find_family,
		.link = find_link,
		.judge = judge,
		.member = find_group,
		.resolver = *resolver};
	bookkeeper->tidy = event_new(base, -1, EV_PERSIST, on_tidy, bookkeeper);
	bookkeeper->reattribute = event_new(base, -1, 0, on_reattribute, bookkeeper);
	if (bookkeeper->tidy == NULL || bookkeeper->reattribute == NULL ||
		event_add(bookkeeper->tidy, &period) < 0)
		goto no_memory;
	event_active(bookkeeper->tidy, 0, 0);
	return bookkeeper;
no_memory:
	snprintf(error, error_size, "no memory for contacts");
	bookkeeper_free(bookkeeper);
	return NULL;
}

void bookkeeper_free(struct bookkeeper *bookkeeper)
{
	if (bookkeeper == NULL)
		return;
	if (bookkeeper->reattribute != NULL)
		event_free(bookkeeper->reattribute);
	if (bookkeeper->tidy != NULL)
		event_free(bookkeeper->tidy);
	identity_release(bookkeeper->identity);
	free(bookkeeper);
}

const char *bookkeeper_problem(const struct bookkeeper *bookkeeper)
{
	return bookkeeper->problem;
}

uint64_t bookkeeper_settled_early(const struct bookkeeper *bookkeeper)
{
	return bookkeeper->settled_early;
}
