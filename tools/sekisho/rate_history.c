// SPDX-License-Identifier: BSD-3-Clause
#include "tools/sekisho/rate_history.h"

#include <stdio.h>
#include <string.h>

// From nothing to the greatest, by how much ink they have.
static const char heights[] = " .:-=+*#";

static size_t find(const struct rate_history *history, const char *name)
{
	size_t i = 0;

	while (i < RATE_HISTORY_PORTS && history->ports[i].name[0] != '\0' &&
		strncmp(history->ports[i].name, name, sizeof(history->ports[i].name) - 1) != 0)
		i++;
	return i;
}

void rate_history_add(struct rate_history *history, const json_t *ports)
{
	const json_t *port;
	size_t index;

	json_array_foreach (ports, index, port) {
		const char *name = json_string_value(json_object_get(port, "name"));
		const size_t i = name ? find(history, name) : RATE_HISTORY_PORTS;

		if (i == RATE_HISTORY_PORTS)
			continue;
		snprintf(history->ports[i].name, sizeof(history->ports[i].name), "%s", name);
		memmove(history->ports[i].rates, history->ports[i].rates + 1,
			sizeof(history->ports[i].rates) - sizeof(history->ports[i].rates[0]));
		history->ports[i].rates[RATE_HISTORY_SAMPLES - 1] =
			json_number_value(json_object_get(port, "received_pps"));
		if (history->ports[i].count < RATE_HISTORY_SAMPLES)
			history->ports[i].count++;
	}
}

void rate_history_graph(
	const struct rate_history *history, const char *name, size_t width, char *graph)
{
	const size_t i = find(history, name), steps = sizeof(heights) - 2;
	size_t shown = width < RATE_HISTORY_SAMPLES ? width : RATE_HISTORY_SAMPLES;
	const double *newest;
	double most = 0;

	memset(graph, ' ', width);
	graph[width] = '\0';
	if (i == RATE_HISTORY_PORTS)
		return;
	if (shown > history->ports[i].count)
		shown = history->ports[i].count;
	newest = history->ports[i].rates + RATE_HISTORY_SAMPLES - shown;
	for (size_t j = 0; j < shown; j++)
		if (newest[j] > most)
			most = newest[j];
	for (size_t j = 0; j < shown && most > 0; j++)
		if (newest[j] > 0)
			// Whatever is not nothing leaves a mark.
			graph[width - shown + j] =
				heights[1 + (size_t)(newest[j] / most * ((double)steps - 1) + 0.5)];
}
