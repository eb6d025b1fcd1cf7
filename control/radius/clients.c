// SPDX-License-Identifier: BSD-3-Clause
#include "control/radius/clients.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct radius_clients {
	struct prefix_set *prefixes;
	struct radius_secret *secrets;
	size_t count;
};

static int read_secret(const char *path, const char *user, struct radius_secret *secret,
	char *error, size_t error_size)
{
	char line[RADIUS_SECRET_MAX + 3]; // with its end and the terminating zero
	FILE *file = fopen(path, "re");
	struct stat status;
	size_t length;

	if (file == NULL || fstat(fileno(file), &status) < 0) {
		snprintf(error, error_size,
			"%s: secret cannot be read: %s; user %s must be able to read it "
			"(chgrp, chmod 640)",
			path, strerror(errno), user);
		goto fail;
	}
	if ((status.st_mode & S_IRWXO) != 0) {
		snprintf(error, error_size,
			"%s: secret is open to everybody (mode %04o); chmod 640 it", path,
			(unsigned)status.st_mode & 07777u);
		goto fail;
	}
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	length = strcspn(line, "\r\n");
	if (length == 0 || length > RADIUS_SECRET_MAX) {
		snprintf(error, error_size, "%s: first line is %s; write a secret of 1 to %d bytes",
			path, length == 0 ? "empty" : "too long", RADIUS_SECRET_MAX);
		goto fail;
	}
	secret->bytes = malloc(length);
	if (secret->bytes == NULL) {
		snprintf(error, error_size, "no memory for the secrets");
		goto fail;
	}
	memcpy((uint8_t *)secret->bytes, line, length);
	secret->length = length;
	explicit_bzero(line, sizeof(line));
	fclose(file);
	return 0;
fail:
	if (file != NULL)
		fclose(file);
	return -1;
}

static struct prefix_set *make_set(const struct config_radius *radius)
{
	struct prefix *prefixes = calloc(radius->client_count + 1, sizeof(*prefixes));
	struct prefix_set *set;

	if (prefixes == NULL)
		return NULL;
	for (size_t i = 0; i < radius->client_count; i++)
		prefixes[i] = radius->clients[i].prefix;
	set = prefix_set_create(prefixes, radius->client_count);
	free(prefixes);
	return set;
}

struct radius_clients *radius_clients_create(
	const struct config_radius *radius, const char *user, char *error, size_t error_size)
{
	struct radius_clients *clients = calloc(1, sizeof(*clients));

	if (clients == NULL) {
		snprintf(error, error_size, "no memory for the RADIUS clients");
		return NULL;
	}
	clients->prefixes = make_set(radius);
	clients->secrets = calloc(radius->client_count + 1, sizeof(*clients->secrets));
	if (clients->prefixes == NULL || clients->secrets == NULL) {
		snprintf(error, error_size, "no memory for the RADIUS clients");
		goto fail;
	}
	for (; clients->count < radius->client_count; clients->count++)
		if (read_secret(radius->clients[clients->count].secret_path, user,
			    &clients->secrets[clients->count], error, error_size) < 0)
			goto fail;
	return clients;
fail:
	radius_clients_free(clients);
	return NULL;
}

void radius_clients_free(struct radius_clients *clients)
{
	if (clients == NULL)
		return;
	for (size_t i = 0; i < clients->count; i++) {
		explicit_bzero((uint8_t *)clients->secrets[i].bytes, clients->secrets[i].length);
		free((uint8_t *)clients->secrets[i].bytes);
	}
	free(clients->secrets);
	prefix_set_free(clients->prefixes);
	free(clients);
}

int radius_clients_find(const struct radius_clients *clients, const struct address *address)
{
	return prefix_set_find(clients->prefixes, address);
}

const struct radius_secret *radius_clients_secret(const struct radius_clients *clients, int client)
{
	return &clients->secrets[client];
}
