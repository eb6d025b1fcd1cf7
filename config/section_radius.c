// SPDX-License-Identifier: BSD-3-Clause
#include "config/section.h"

#include <stdlib.h>
#include <string.h>

// Bounds a typing slip: a carrier has some hundred NASes, most of them behind a few prefixes.
#define CLIENTS_MAX        4096
#define ENDPOINT_TEXT_MAX  64
#define RETENTION_DAYS     180
#define RETENTION_DAYS_MAX 36500

// "192.0.2.1:1813", "[2001:db8::1]:1813"
static bool endpoint_parse(const char *text, struct config_endpoint *endpoint)
{
	const char *colon = strrchr(text, ':');
	const bool bracketed = text[0] == '[';
	size_t length;
	unsigned port = 0;

	if (!colon || colon == text || colon[1] == '\0' || strlen(colon + 1) > 5)
		return false;
	for (const char *digit = colon + 1; *digit; digit++) {
		if (*digit < '0' || *digit > '9')
			return false;
		port = port * 10 + (unsigned)(*digit - '0');
	}
	if (port == 0 || port > UINT16_MAX)
		return false;
	length = (size_t)(colon - text);
	if (bracketed) {
		if (length < 2 || text[length - 1] != ']')
			return false;
		text++;
		length -= 2;
	}
	endpoint->port = (uint16_t)port;
	return address_parse(text, length, &endpoint->address) &&
	       address_is_v4(&endpoint->address) == !bracketed;
}

static bool listen_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right =
		"write an address and a port, such as \"192.0.2.1:1813\" or \"[::1]:1813\"";
	struct config_radius *radius = target;
	int count;

	if (!setting_expect_list(source, setting, "an address and a port", 1, CONFIG_LISTEN_MAX))
		return false;
	count = config_setting_length(setting);
	for (int i = 0; i < count; i++) {
		const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
		struct config_endpoint *endpoint = &radius->listen[radius->listen_count];
		const char *text = setting_text(source, element, right);

		if (!text)
			return false;
		if (!endpoint_parse(text, endpoint))
			return setting_wrong(source, element, "not an endpoint", "%s", right);
		for (size_t j = 0; j < radius->listen_count; j++)
			if (radius->listen[j].port == endpoint->port &&
				address_compare(&radius->listen[j].address, &endpoint->address) ==
					0)
				return setting_wrong(
					source, element, "named twice", "name it once");
		if (!setting_string(source, element, 1, ENDPOINT_TEXT_MAX, &endpoint->text))
			return false;
		radius->listen_count++;
	}
	return true;
}

static bool client_prefix_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	const char *right = "write an address, or a prefix with host bits zero, such as "
			    "\"192.0.2.1\" or \"2001:db8::/64\"";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	if (!prefix_parse(text, strlen(text), target))
		return setting_wrong(source, setting, "not a prefix", "%s", right);
	return true;
}

static const struct setting_field client_fields[] = {
	{"address", SETTING_SECTION, .required = true, .read = client_prefix_read,
		.offset = offsetof(struct config_radius_client, prefix)},
	{"secret_file", SETTING_PATH, .required = true, .minimum = 1, .maximum = PATH_MAX - 1,
		.offset = offsetof(struct config_radius_client, secret_path)},
};

static bool clients_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_radius *radius = target;
	int count;

	if (!setting_expect_list(source, setting, "a client { ... }", 1, CLIENTS_MAX))
		return false;
	count = config_setting_length(setting);
	radius->clients = calloc((size_t)count, sizeof(*radius->clients));
	if (!radius->clients)
		return setting_no_memory(source);
	for (int i = 0; i < count; i++) {
		const config_setting_t *group = config_setting_get_elem(setting, (unsigned)i);
		struct config_radius_client *client = &radius->clients[radius->client_count++];

		if (!setting_read_group(source, group, client_fields,
			    sizeof(client_fields) / sizeof(client_fields[0]), client))
			return false;
		for (const struct config_radius_client *other = radius->clients; other < client;
			other++)
			if (other->prefix.length == client->prefix.length &&
				address_compare(&other->prefix.address, &client->prefix.address) ==
					0)
				return setting_wrong(source,
					config_setting_get_member(group, "address"),
					"address of two clients", "name it once");
	}
	return true;
}

static bool subscriber_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	static const char *const names[] = {
		[CONFIG_RADIUS_USER_NAME] = "User-Name",
		[CONFIG_RADIUS_CALLING_STATION_ID] = "Calling-Station-Id",
		[CONFIG_RADIUS_NAS_PORT_ID] = "NAS-Port-Id",
		[CONFIG_RADIUS_SESSION_ID] = "Acct-Session-Id",
	};
	const char *right = "write \"User-Name\", \"Calling-Station-Id\", \"NAS-Port-Id\" or "
			    "\"Acct-Session-Id\"";
	const char *text = setting_text(source, setting, right);

	if (!text)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			*(enum config_radius_subscriber *)target = (enum config_radius_subscriber)i;
			return true;
		}
	}
	return setting_wrong(source, setting, "not an attribute for this", "%s", right);
}

static const struct setting_field fields[] = {
	{"listen", SETTING_SECTION, .required = true, .read = listen_read},
	{"clients", SETTING_SECTION, .required = true, .read = clients_read},
	{"subscriber", SETTING_SECTION, .read = subscriber_read,
		.offset = offsetof(struct config_radius, subscriber)},
	{"session_timeout", SETTING_U32, .minimum = 60, .maximum = 31536000, .zero = true,
		.offset = offsetof(struct config_radius, session_timeout_s)},
	{"retention", SETTING_U32, .minimum = 1, .maximum = RETENTION_DAYS_MAX,
		.offset = offsetof(struct config_radius, retention_days)},
};

bool section_radius_read(
	const struct setting_source *source, const config_setting_t *setting, void *target)
{
	struct config_radius *radius = &((struct config *)target)->radius;

	radius->retention_days = RETENTION_DAYS;
	return setting_read_group(
		source, setting, fields, sizeof(fields) / sizeof(fields[0]), radius);
}

void section_radius_clear(struct config_radius *radius)
{
	for (size_t i = 0; i < radius->listen_count; i++)
		free(radius->listen[i].text);
	for (size_t i = 0; i < radius->client_count; i++)
		free(radius->clients[i].secret_path);
	free(radius->clients);
}
