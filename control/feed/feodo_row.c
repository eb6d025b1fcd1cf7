// SPDX-License-Identifier: BSD-3-Clause
#include "control/feed/feodo_row.h"

#include "config/transport.h"
#include "control/feed/endpoint.h"
#include "control/feed/text.h"
#include "control/feed/timestamp.h"

#include <string.h>

const char *feodo_row_parse(
	const char *const values[FEODO_VALUE_COUNT], struct feed_row *row, enum feed_reason *reason)
{
	const char *address = values[FEODO_ADDRESS], *last_online = values[FEODO_LAST_ONLINE];
	*reason = FEED_BAD_ROW;
	if (strcmp(values[FEODO_STATUS], "online") != 0 &&
		strcmp(values[FEODO_STATUS], "offline") != 0)
		return values[FEODO_STATUS];
	if (!text_valid(values[FEODO_MALWARE]))
		return values[FEODO_MALWARE];

	*reason = FEED_BAD_TIME;
	if (!timestamp_parse_spaced(values[FEODO_FIRST_SEEN], &row->first_seen_s))
		return values[FEODO_FIRST_SEEN];
	if (last_online[0] && !timestamp_parse_date(last_online, &row->last_seen_s))
		return last_online;

	*reason = FEED_BAD_ADDRESS;
	if (!address_parse(address, strlen(address), &row->address))
		return address;
	*reason = FEED_BAD_PORT;
	if (!endpoint_parse_port(values[FEODO_PORT], &row->port))
		return values[FEODO_PORT];
	row->transport = TRANSPORT_TCP;
	row->source = "abuse.ch Feodo Tracker";
	if (values[FEODO_MALWARE][0])
		row->family = values[FEODO_MALWARE];
	return NULL;
}
