// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/session.h"

#include "config/utc.h"
#include "control/store/claims.h"
#include "control/store/sessions.h"

// Sessions that one query gives.
#define SESSION_BATCH 256

// One event on its way.
struct applying {
	struct store *store;
	const struct binding_observer *observer;
	const struct session_event *event;
	const struct radius_request *request;
	char nas[RADIUS_TEXT_SIZE];
	uint64_t at_ns; // the event's moment
	bool told;      // by the NAS, not by the arrival
	struct stored_session session;
	struct binding binding; // all but prefix, source, start and end
};

static void find_moment(struct applying *applying)
{
	const struct radius_request *request = applying->request;
	const uint64_t arrival_ns = applying->event->arrival_ns;
	const uint64_t delay_ns = request->delay_s * UTC_NS_PER_S;

	applying->told = true;
	applying->at_ns = request->event_s * UTC_NS_PER_S;
	if (applying->at_ns != 0 &&
		applying->at_ns <= arrival_ns + SESSION_FUTURE_MAX_S * UTC_NS_PER_S)
		return;
	applying->told = request->has_delay;
	applying->at_ns = delay_ns < arrival_ns ? arrival_ns - delay_ns : 1;
}

// When the session started, as far as the event tells.
static uint64_t started_ns(const struct applying *applying)
{
	const uint64_t time_ns = applying->request->status == RADIUS_START
					 ? 0
					 : applying->request->session_time_s * UTC_NS_PER_S;

	return time_ns < applying->at_ns ? applying->at_ns - time_ns : 1;
}

static void name_nas(struct applying *applying)
{
	const struct radius_request *request = applying->request;

	if (request->has_nas_address)
		address_format(&request->nas_address, applying->nas);
	else if (request->has_nas_v6_address)
		address_format(&request->nas_v6_address, applying->nas);
	else if (request->nas_identifier[0] != '\0')
		memcpy(applying->nas, request->nas_identifier, sizeof(applying->nas));
	else
		address_format(&applying->event->client, applying->nas);
}

static const char *subscriber_of(const struct session_event *event)
{
	switch (event->subscriber) {
	case CONFIG_RADIUS_USER_NAME:
		break;
	case CONFIG_RADIUS_CALLING_STATION_ID:
		return event->request->calling_station_id;
	case CONFIG_RADIUS_NAS_PORT_ID:
		return event->request->nas_port_id;
	case CONFIG_RADIUS_SESSION_ID:
		return event->request->session_id;
	}
	return event->request->user_name;
}

static void describe(struct applying *applying)
{
	const struct radius_request *request = applying->request;
	struct binding *binding = &applying->binding;

	_Static_assert(RADIUS_TEXT_SIZE == BINDING_TEXT_SIZE, "names are copied whole");
	memcpy(binding->subscriber, subscriber_of(applying->event), BINDING_TEXT_SIZE);
	memcpy(binding->nas, applying->nas, BINDING_TEXT_SIZE);
	memcpy(binding->session, request->session_id, BINDING_TEXT_SIZE);
	memcpy(binding->calling_station, request->calling_station_id, BINDING_TEXT_SIZE);
	memcpy(binding->nas_port, request->nas_port_id, BINDING_TEXT_SIZE);
	binding->heard_ns = applying->at_ns;
}

static int claim(struct applying *applying, const struct radius_address *address, uint64_t start_ns,
	uint64_t end_ns)
{
	struct binding *binding = &applying->binding;

	binding->prefix = address->prefix;
	binding->source = (uint8_t)address->source;
	binding->start_ns = start_ns;
	binding->end_ns = end_ns;
	return store_claim_enter(
		applying->store, applying->session.row, binding, applying->observer);
}

static int claim_all(struct applying *applying, uint64_t start_ns, uint64_t end_ns)
{
	for (size_t i = 0; i < applying->request->address_count; i++)
		if (claim(applying, &applying->request->addresses[i], start_ns, end_ns) < 0)
			return -1;
	return 0;
}

static int end_all(struct applying *applying, const struct stored_session *session)
{
	const struct claim_ending ending = {.at_ns = session->end_ns, .all = true};

	return store_claims_end(applying->store, session->row, &ending, applying->observer);
}

static int make_session(struct applying *applying, uint64_t start_ns, uint64_t end_ns)
{
	applying->session = (struct stored_session){
		.start_ns = start_ns,
		.end_ns = end_ns,
		.stopped = end_ns != SESSION_OPEN,
		.word_ns = applying->at_ns,
		.heard_ns = applying->event->arrival_ns,
	};
	if (store_session_make(applying->store, applying->nas, applying->request->session_id,
		    &applying->session) < 0)
		return -1;
	return claim_all(applying, start_ns, end_ns);
}

// Rules 5 and 11, for one address.
static int begin_address(struct applying *applying, const struct radius_address *address)
{
	struct claim_standing standing;

	if (store_claim_standing(applying->store, applying->session.row, &address->prefix,
		    applying->at_ns, &standing) < 0)
		return -1;
	if (standing.open || (standing.known && standing.held))
		return 0;
	return claim(applying, address, applying->at_ns, BINDING_OPEN);
}

// Rule 5: what the session had by the attribute of the first address, and is not carried now.
static int end_missing(struct applying *applying, size_t first)
{
	const struct radius_request *request = applying->request;
	const enum radius_source source = request->addresses[first].source;
	struct prefix kept[RADIUS_ADDRESSES_MAX];
	struct claim_ending ending = {
		.at_ns = applying->at_ns, .source = (uint8_t)source, .keep = kept};

	for (size_t i = 0; i < request->address_count; i++) {
		// Each attribute once.
		if (i < first && request->addresses[i].source == source)
			return 0;
		kept[ending.keep_count++] = request->addresses[i].prefix;
	}
	return store_claims_end(
		applying->store, applying->session.row, &ending, applying->observer);
}

// Rule 5, of an open session.
static int go_on(struct applying *applying)
{
	const struct radius_request *request = applying->request;

	for (size_t i = 0; i < request->address_count; i++)
		if (end_missing(applying, i) < 0)
			return -1;
	for (size_t i = 0; i < request->address_count; i++)
		if (begin_address(applying, &request->addresses[i]) < 0)
			return -1;
	return store_claims_hear(applying->store, applying->session.row, applying->at_ns);
}

// Which addresses came by an attribute that no word has carried yet, before any of them is added.
static int find_news(struct applying *applying, bool news[RADIUS_ADDRESSES_MAX])
{
	const struct radius_request *request = applying->request;

	for (size_t i = 0; i < request->address_count; i++) {
		const int known = store_claim_known(applying->store, applying->session.row,
			(uint8_t)request->addresses[i].source);

		if (known < 0)
			return -1;
		news[i] = known == 0;
	}
	return 0;
}

// Rules 6 and 8: what is carried was held from `start_ns` on, to the session's end.
static int add_earlier(struct applying *applying, uint64_t start_ns, uint64_t end_ns, bool extend)
{
	const struct radius_request *request = applying->request;
	bool news[RADIUS_ADDRESSES_MAX];
	struct claim_standing standing;

	if (find_news(applying, news) < 0)
		return -1;
	for (size_t i = 0; i < request->address_count; i++) {
		const struct radius_address *address = &request->addresses[i];

		if (store_claim_standing(applying->store, applying->session.row, &address->prefix,
			    start_ns, &standing) < 0)
			return -1;
		if (standing.known && extend &&
			store_claim_extend(applying->store, standing.first_row, start_ns,
				applying->observer) < 0)
			return -1;
		if (!standing.known && news[i] && claim(applying, address, start_ns, end_ns) < 0)
			return -1;
	}
	return 0;
}

static int start_known(struct applying *applying)
{
	struct stored_session *session = &applying->session;

	if (session->end_ns == SESSION_OPEN && applying->at_ns > session->word_ns)
		return go_on(applying);
	if (add_earlier(applying, applying->at_ns, session->end_ns, true) < 0)
		return -1;
	if (applying->at_ns < session->start_ns)
		session->start_ns = applying->at_ns;
	return 0;
}

static int update_known(struct applying *applying)
{
	struct stored_session *session = &applying->session;

	if (session->stopped || applying->at_ns < session->word_ns ||
		(session->end_ns != SESSION_OPEN && applying->at_ns <= session->end_ns))
		return 0;
	session->end_ns = SESSION_OPEN;
	return go_on(applying);
}

static int stop_known(struct applying *applying)
{
	struct stored_session *session = &applying->session;
	const uint64_t told_ns = started_ns(applying);
	const uint64_t start_ns = applying->request->has_session_time && told_ns > session->start_ns
					  ? told_ns
					  : session->start_ns;

	if (session->end_ns == SESSION_OPEN || applying->at_ns < session->end_ns)
		session->end_ns = applying->at_ns;
	session->stopped = true;
	if (add_earlier(applying, start_ns, session->end_ns, false) < 0 ||
		store_claims_hear(applying->store, session->row, applying->at_ns) < 0)
		return -1;
	return end_all(applying, session);
}

// Rule 9. An event that does not tell when its session started is of the one that is known.
static bool is_reused(const struct applying *applying)
{
	const struct stored_session *session = &applying->session;
	const struct radius_request *request = applying->request;
	const uint64_t slack_ns = applying->told ? 0 : SESSION_REUSE_S * UTC_NS_PER_S;

	if (session->end_ns == SESSION_OPEN)
		return false;
	if (request->status != RADIUS_START && !request->has_session_time)
		return false;
	return started_ns(applying) > session->end_ns + slack_ns;
}

static int apply_known(struct applying *applying)
{
	struct stored_session *session = &applying->session;
	int result;

	switch (applying->request->status) {
	case RADIUS_START:
		result = start_known(applying);
		break;
	case RADIUS_STOP:
		result = stop_known(applying);
		break;
	default:
		result = update_known(applying);
		break;
	}
	if (result < 0)
		return -1;
	if (applying->at_ns > session->word_ns)
		session->word_ns = applying->at_ns;
	if (applying->event->arrival_ns > session->heard_ns)
		session->heard_ns = applying->event->arrival_ns;
	return store_session_update(applying->store, session);
}

static int apply_to_session(struct applying *applying)
{
	const bool stops = applying->request->status == RADIUS_STOP;
	const int found = store_session_get(
		applying->store, applying->nas, applying->request->session_id, &applying->session);

	if (found < 0)
		return -1;
	describe(applying);
	if (found == 1 && !is_reused(applying))
		return apply_known(applying);
	return make_session(applying, started_ns(applying), stops ? applying->at_ns : SESSION_OPEN);
}

static int end_session(struct applying *applying, struct stored_session *session, uint64_t end_ns)
{
	session->end_ns = end_ns > session->start_ns ? end_ns : session->start_ns;
	if (end_all(applying, session) < 0)
		return -1;
	return store_session_update(applying->store, session);
}

// Rule 13.
static int apply_to_nas(struct applying *applying)
{
	struct stored_session sessions[SESSION_BATCH];
	int count;

	do {
		count = store_sessions_open(
			applying->store, applying->nas, applying->at_ns, sessions, SESSION_BATCH);
		for (int i = 0; i < count; i++)
			if (end_session(applying, &sessions[i], applying->at_ns) < 0)
				return -1;
	} while (count == SESSION_BATCH);
	return count < 0 ? -1 : 0;
}

int session_apply(struct store *store, const struct session_event *event,
	const struct binding_observer *observer)
{
	struct applying applying = {
		.store = store, .observer = observer, .event = event, .request = event->request};

	find_moment(&applying);
	name_nas(&applying);
	switch (event->request->status) {
	case RADIUS_START:
	case RADIUS_STOP:
	case RADIUS_INTERIM_UPDATE:
		return apply_to_session(&applying);
	case RADIUS_ACCOUNTING_ON:
	case RADIUS_ACCOUNTING_OFF:
		return apply_to_nas(&applying);
	default:
		return 0;
	}
}

int session_expire(struct store *store, uint64_t silent_ns, const struct binding_observer *observer)
{
	struct applying applying = {.store = store, .observer = observer};
	struct stored_session sessions[SESSION_BATCH];
	const int count = store_sessions_open(store, NULL, silent_ns, sessions, SESSION_BATCH);

	for (int i = 0; i < count; i++)
		if (end_session(&applying, &sessions[i], sessions[i].word_ns) < 0)
			return -1;
	return count;
}
