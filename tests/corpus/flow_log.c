// SPDX-License-Identifier: BSD-3-Clause
#include "tests/corpus/flow_log.h"

#include "config/transport.h"
#include "config/utc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Zeek's columns. Behind RESPONDER_BYTES_IP come tunnel, label and detailed label, which the
// labelled logs separate by blanks and which are not needed here.
enum field {
	START,
	UID,
	ORIGINATOR,
	ORIGINATOR_PORT,
	RESPONDER,
	RESPONDER_PORT,
	TRANSPORT,
	SERVICE,
	DURATION,
	ORIGINATOR_BYTES,
	RESPONDER_BYTES,
	STATE,
	LOCAL_ORIGINATOR,
	LOCAL_RESPONDER,
	MISSED_BYTES,
	HISTORY,
	ORIGINATOR_PACKETS,
	ORIGINATOR_BYTES_IP,
	RESPONDER_PACKETS,
	RESPONDER_BYTES_IP,
	FIELD_COUNT
};

static bool is_unset(const char *text)
{
	return text[0] == '\0' || strcmp(text, "-") == 0;
}

static bool number_parse(const char *text, uint64_t maximum, uint64_t *number)
{
	char *end;

	*number = 0;
	if (is_unset(text))
		return true;
	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return *end == '\0' && errno == 0 && *number <= maximum;
}

// "1545403816.962094" → nanoseconds.
static bool time_parse(const char *text, uint64_t *ns)
{
	uint64_t seconds = 0, unit = 100000000u;
	char *end;

	*ns = 0;
	if (is_unset(text))
		return true;
	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	seconds = strtoull(text, &end, 10);
	if (errno != 0 || seconds > UINT64_MAX / UTC_NS_PER_S - 1)
		return false;
	*ns = seconds * UTC_NS_PER_S;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			*ns += (uint64_t)(*end - '0') * unit;
	return *end == '\0';
}

static bool flow_parse(char *fields[FIELD_COUNT], struct flow *flow)
{
	uint64_t originator_port, responder_port, originator_packets, responder_packets;

	if (!time_parse(fields[START], &flow->start_ns) ||
		!time_parse(fields[DURATION], &flow->duration_ns) ||
		!address_parse(fields[ORIGINATOR], strlen(fields[ORIGINATOR]), &flow->originator) ||
		!address_parse(fields[RESPONDER], strlen(fields[RESPONDER]), &flow->responder) ||
		!number_parse(fields[ORIGINATOR_PORT], UINT16_MAX, &originator_port) ||
		!number_parse(fields[RESPONDER_PORT], UINT16_MAX, &responder_port) ||
		!transport_parse(fields[TRANSPORT], &flow->transport) ||
		!number_parse(fields[ORIGINATOR_BYTES], UINT64_MAX, &flow->originator_bytes) ||
		!number_parse(fields[RESPONDER_BYTES], UINT64_MAX, &flow->responder_bytes) ||
		!number_parse(fields[ORIGINATOR_PACKETS], UINT32_MAX, &originator_packets) ||
		!number_parse(fields[RESPONDER_PACKETS], UINT32_MAX, &responder_packets) ||
		strlen(fields[STATE]) >= FLOW_STATE_SIZE)
		return false;
	flow->originator_port = (uint16_t)originator_port;
	flow->responder_port = (uint16_t)responder_port;
	flow->originator_packets = (uint32_t)originator_packets;
	flow->responder_packets = (uint32_t)responder_packets;
	memcpy(flow->state, fields[STATE], strlen(fields[STATE]) + 1);
	return true;
}

static bool line_parse(char *line, struct flow *flow)
{
	const char *separator = strchr(line, '\t') != NULL ? "\t" : ",";
	char *fields[FIELD_COUNT];

	for (int i = 0; i < FIELD_COUNT; i++) {
		fields[i] = strsep(&line, separator);
		if (fields[i] == NULL)
			return false;
	}
	*flow = (struct flow){0};
	return flow_parse(fields, flow);
}

struct flow *flow_log_read(const char *path, size_t *count, char error[FLOW_LOG_ERROR_SIZE])
{
	FILE *file = fopen(path, "r");
	struct flow *flows = NULL;
	size_t line_size = 0, line_number = 0, room = 0;
	char *line = NULL;

	*count = 0;
	if (file == NULL) {
		snprintf(error, FLOW_LOG_ERROR_SIZE, "%s: %s", path, strerror(errno));
		return NULL;
	}
	while (getline(&line, &line_size, file) > 0) {
		line_number++;
		line[strcspn(line, "\r\n")] = '\0';
		// Zeek's header; CSV's header.
		if (line[0] == '#' || line[0] == '\0' || strncmp(line, "ts,", 3) == 0)
			continue;
		if (*count == room) {
			room = room == 0 ? 1024 : 2 * room;
			struct flow *grown = reallocarray(flows, room, sizeof(*flows));
			if (grown == NULL) {
				snprintf(error, FLOW_LOG_ERROR_SIZE, "%s: no memory", path);
				goto fail;
			}
			flows = grown;
		}
		if (!line_parse(line, &flows[*count])) {
			snprintf(error, FLOW_LOG_ERROR_SIZE,
				"%s:%zu: not a TCP or UDP flow of a Zeek conn.log", path,
				line_number);
			goto fail;
		}
		(*count)++;
	}
	if (*count == 0) {
		snprintf(error, FLOW_LOG_ERROR_SIZE, "%s: no flow", path);
		goto fail;
	}
	free(line);
	fclose(file);
	return flows;
fail:
	free(flows);
	free(line);
	fclose(file);
	return NULL;
}
