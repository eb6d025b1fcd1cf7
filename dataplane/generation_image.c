// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/generation_image.h"

#include "config/address.h"
#include "config/config.h"
#include "config/transport.h"
#include "dataplane/decision.h"
#include "dataplane/subscriber_flags.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS_NEEDED (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

// A small pair, so that every complaint is one statement.
struct complaint {
	char *text;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static bool complain(
	const struct complaint *complaint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(complaint->text, complaint->size, format, arguments);
	va_end(arguments);
	return false;
}

static bool check_memfd(int memfd, uint64_t *size, const struct complaint *complaint)
{
	struct stat status;
	int seals = fcntl(memfd, F_GET_SEALS);

	if (seals < 0)
		return complain(complaint, "generation: not a memfd that can be sealed (%s)",
			strerror(errno));
	if ((seals & SEALS_NEEDED) != SEALS_NEEDED)
		return complain(complaint,
			"generation: the memfd's seals are 0x%x, need F_SEAL_SHRINK, F_SEAL_GROW "
			"and "
			"F_SEAL_WRITE (0x%x)",
			(unsigned)seals, (unsigned)SEALS_NEEDED);
	if (fstat(memfd, &status) < 0)
		return complain(complaint, "generation: memfd: %s", strerror(errno));
	*size = (uint64_t)status.st_size;
	if (*size < sizeof(struct generation_header))
		return complain(complaint,
			"generation: the memfd holds %" PRIu64 " bytes, a header alone has %zu",
			*size, sizeof(struct generation_header));
	return true;
}

static bool check_header(const struct generation_header *header, uint64_t size, uint32_t rule_limit,
	const struct complaint *complaint)
{
	static const char magic[sizeof(header->magic)] = GENERATION_MAGIC;
	uint64_t expected;

	if (memcmp(header->magic, magic, sizeof(magic)) != 0)
		return complain(
			complaint, "generation: does not begin with \"" GENERATION_MAGIC "\"");
	if (header->layout_version != GENERATION_LAYOUT_VERSION)
		return complain(complaint,
			"generation: layout version %" PRIu32 ", this data plane reads version %d",
			header->layout_version, GENERATION_LAYOUT_VERSION);
	if (header->header_size != sizeof(*header))
		return complain(complaint,
			"generation %" PRIu64 ": header of %" PRIu32 " bytes, should be %zu",
			header->number, header->header_size, sizeof(*header));
	if (header->rules_by_level[0] != 0 || header->reserved != 0)
		return complain(complaint,
			"generation %" PRIu64 ": reserved fields of the header are not zero",
			header->number);
	if (header->cohort.per_mille > COHORT_PER_MILLE || header->cohort.reserved != 0 ||
		(header->cohort.trial == 0 && header->cohort.per_mille != 0))
		return complain(complaint,
			"generation %" PRIu64 ": trial %" PRIu32 " with %u per mille, should be 0 "
			"to %d, and 0 without a trial",
			header->number, header->cohort.trial, header->cohort.per_mille,
			COHORT_PER_MILLE);
	if (header->service_count > rule_limit || header->service_count > GENERATION_RULES_MAX)
		return complain(complaint,
			"generation %" PRIu64 ": %" PRIu32 " rules, rule_limit is %" PRIu32,
			header->number, header->service_count,
			rule_limit < GENERATION_RULES_MAX ? rule_limit : GENERATION_RULES_MAX);
	if (header->address_count > header->service_count)
		return complain(complaint,
			"generation %" PRIu64 ": %" PRIu32 " addresses but only %" PRIu32 " rules",
			header->number, header->address_count, header->service_count);
	if (header->decision_count > GENERATION_DECISIONS_MAX)
		return complain(complaint,
			"generation %" PRIu64 ": %" PRIu32 " decisions, should be at most %u",
			header->number, header->decision_count, GENERATION_DECISIONS_MAX);
	if (header->subscriber_count > GENERATION_SUBSCRIBERS_MAX)
		return complain(complaint,
			"generation %" PRIu64 ": %" PRIu32
			" ranges of subscribers, should be at most %u",
			header->number, header->subscriber_count, GENERATION_SUBSCRIBERS_MAX);
	// All counts are below a few million by now: no overflow.
	expected = sizeof(*header) +
		   (uint64_t)header->address_count * sizeof(struct generation_address) +
		   (uint64_t)header->service_count * sizeof(struct generation_service) +
		   (uint64_t)header->decision_count * sizeof(struct generation_decision) +
		   (uint64_t)header->subscriber_count * sizeof(struct generation_subscriber);
	if (header->total_size != expected || size != expected)
		return complain(complaint,
			"generation %" PRIu64 ": the header says %" PRIu64
			" bytes, the memfd holds "
			"%" PRIu64 ", its counts need %" PRIu64,
			header->number, header->total_size, size, expected);
	return true;
}

static bool read_all(int memfd, void *to, size_t size, off_t offset)
{
	uint8_t *bytes = to;

	while (size > 0) {
		ssize_t done = pread(memfd, bytes, size, offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done == 0)
			errno = ENODATA;
		if (done <= 0)
			return false;
		bytes += done;
		size -= (size_t)done;
		offset += done;
	}
	return true;
}

// One section, at `offset`, which moves behind it. NULL after the complaint.
static void *read_section(struct generation_image *image, int memfd, size_t size, off_t *offset,
	const struct complaint *complaint)
{
	uint64_t number = image->header.number;
	void *section = malloc(size + 1); // an empty one is not out of memory

	if (!section) {
		complain(
			complaint, "generation %" PRIu64 ": no memory for %zu bytes", number, size);
		return NULL;
	}
	if (!read_all(memfd, section, size, *offset)) {
		complain(complaint, "generation %" PRIu64 ": memfd: %s", number, strerror(errno));
		free(section);
		return NULL;
	}
	*offset += (off_t)size;
	return section;
}

bool generation_image_read(struct generation_image *image, int memfd, uint32_t rule_limit,
	char *error, size_t error_size)
{
	const struct complaint complaint = {error, error_size};
	struct generation_header *header = &image->header;
	off_t offset = sizeof(*header);
	uint64_t size = 0;

	memset(image, 0, sizeof(*image));
	if (!check_memfd(memfd, &size, &complaint))
		return false;
	if (!read_all(memfd, header, sizeof(*header), 0))
		return complain(&complaint, "generation: memfd: %s", strerror(errno));
	if (!check_header(header, size, rule_limit, &complaint))
		return false;

	image->addresses = read_section(image, memfd,
		header->address_count * sizeof(*image->addresses), &offset, &complaint);
	if (!image->addresses)
		goto release;
	image->services = read_section(image, memfd,
		header->service_count * sizeof(*image->services), &offset, &complaint);
	if (!image->services)
		goto release;
	image->decisions = read_section(image, memfd,
		header->decision_count * sizeof(*image->decisions), &offset, &complaint);
	if (!image->decisions)
		goto release;
	image->subscribers = read_section(image, memfd,
		header->subscriber_count * sizeof(*image->subscribers), &offset, &complaint);
	if (!image->subscribers)
		goto release;
	return true;

release:
	generation_image_release(image);
	return false;
}

void generation_image_release(struct generation_image *image)
{
	free(image->subscribers);
	free(image->decisions);
	free(image->services);
	free(image->addresses);
	image->subscribers = NULL;
	image->decisions = NULL;
	image->services = NULL;
	image->addresses = NULL;
}

bool generation_image_next_decision(struct generation_image *image, char *error, size_t error_size)
{
	const struct complaint complaint = {error, error_size};
	char wrong[128];

	if (!decision_check(&image->decisions[image->checked_decisions], wrong, sizeof(wrong)))
		return complain(&complaint, "generation %" PRIu64 ": decision %" PRIu32 ": %s",
			image->header.number, image->checked_decisions, wrong);
	image->checked_decisions++;
	return true;
}

static bool check_service(
	const struct generation_image *image, uint32_t index, const struct complaint *complaint)
{
	const struct generation_service *service = &image->services[index];
	uint64_t number = image->header.number;

	if (service->level < 1 || service->level >= GENERATION_LEVELS)
		return complain(complaint,
			"generation %" PRIu64 ": rule %" PRIu32 ": level %u, should be 1 to %d",
			number, index, service->level, GENERATION_LEVELS - 1);
	if (service->transport != TRANSPORT_ANY && service->transport != TRANSPORT_TCP &&
		service->transport != TRANSPORT_UDP)
		return complain(complaint,
			"generation %" PRIu64 ": rule %" PRIu32
			": transport %u, should be 6 (tcp), 17 (udp) or 0 (both)",
			number, index, service->transport);
	if (service->decision >= image->header.decision_count)
		return complain(complaint,
			"generation %" PRIu64 ": rule %" PRIu32
			": decision %u, should be below %" PRIu32,
			number, index, service->decision, image->header.decision_count);
	if (service->port == 0 && service->level < GENERATION_LEVELS - 1 &&
		decision_touches(&image->decisions[service->decision]))
		return complain(complaint,
			"generation %" PRIu64 ": rule %" PRIu32
			": any port at level %u is more than alert, should be alert below level %d",
			number, index, service->level, GENERATION_LEVELS - 1);
	if (service->flags & ~GENERATION_RULE_FLAGS)
		return complain(complaint,
			"generation %" PRIu64 ": rule %" PRIu32
			": flags 0x%x, should be some of 0x%x",
			number, index, service->flags, GENERATION_RULE_FLAGS);
	if (service->reserved)
		return complain(complaint,
			"generation %" PRIu64 ": rule %" PRIu32 ": reserved byte is not zero",
			number, index);
	return true;
}

static bool check_order(const struct generation_image *image, const struct complaint *complaint)
{
	uint32_t index = image->checked_addresses;
	const struct generation_address *address = &image->addresses[index];

	if (index > 0 && memcmp(address[-1].address, address->address, 16) >= 0) {
		struct address value;
		char text[ADDRESS_TEXT_SIZE];

		memcpy(value.bytes, address->address, sizeof(value.bytes));
		address_format(&value, text);
		return complain(complaint,
			"generation %" PRIu64 ": address %" PRIu32
			": %s is not greater than the one before",
			image->header.number, index, text);
	}
	if (address->first_service != image->checked_services)
		return complain(complaint,
			"generation %" PRIu64 ": address %" PRIu32 ": rules begin at %" PRIu32
			", should be %" PRIu32,
			image->header.number, index, address->first_service,
			image->checked_services);
	if (address->service_count == 0 ||
		address->service_count > image->header.service_count - image->checked_services)
		return complain(complaint,
			"generation %" PRIu64 ": address %" PRIu32 ": %" PRIu32
			" rules, should be 1 to %" PRIu32,
			image->header.number, index, address->service_count,
			image->header.service_count - image->checked_services);
	return true;
}

const struct generation_address *generation_image_next(
	struct generation_image *image, char *error, size_t error_size)
{
	const struct complaint complaint = {error, error_size};
	const struct generation_address *address = &image->addresses[image->checked_addresses];

	if (!check_order(image, &complaint))
		return NULL;
	for (uint32_t i = 0; i < address->service_count; i++) {
		uint32_t index = address->first_service + i;

		if (!check_service(image, index, &complaint))
			return NULL;
		image->checked_by_level[image->services[index].level]++;
	}
	image->checked_services += address->service_count;
	image->checked_addresses++;
	return address;
}

static bool check_subscriber(
	const struct generation_image *image, uint32_t index, const struct complaint *complaint)
{
	const struct generation_subscriber *range = &image->subscribers[index];
	const struct subscriber_key first = {.address = range->first, .kind = range->kind};
	const struct subscriber_key last = {.address = range->last, .kind = range->kind};
	uint64_t number = image->header.number;

	if (range->kind >= SUBSCRIBER_KINDS)
		return complain(complaint,
			"generation %" PRIu64 ": range %" PRIu32
			" of subscribers: kind %u, should be below %d",
			number, index, range->kind, SUBSCRIBER_KINDS);
	if (range->flags == 0 || range->flags & ~SUBSCRIBER_FLAGS)
		return complain(complaint,
			"generation %" PRIu64 ": range %" PRIu32
			" of subscribers: flags 0x%x, should be some of 0x%x",
			number, index, range->flags, SUBSCRIBER_FLAGS);
	if (range->reserved[0] | range->reserved[1])
		return complain(complaint,
			"generation %" PRIu64 ": range %" PRIu32
			" of subscribers: reserved bytes are not zero",
			number, index);
	if (range->kind != SUBSCRIBER_PORTS &&
		(range->first_port != 0 || range->last_port != UINT16_MAX))
		return complain(complaint,
			"generation %" PRIu64 ": range %" PRIu32
			" of subscribers: ports %u to %u, should be 0 to 65535 for kind %u",
			number, index, range->first_port, range->last_port, range->kind);
	if (subscriber_key_has_link(&first) &&
		(subscriber_key_ids(&first).link >= CONFIG_LINKS_MAX ||
			subscriber_key_ids(&last).link >= CONFIG_LINKS_MAX))
		return complain(complaint,
			"generation %" PRIu64 ": range %" PRIu32
			" of subscribers: link %u to %u, should be below %d",
			number, index, subscriber_key_ids(&first).link,
			subscriber_key_ids(&last).link, CONFIG_LINKS_MAX);
	return true;
}

static bool check_subscriber_order(
	const struct generation_image *image, uint32_t index, const struct complaint *complaint)
{
	const struct generation_subscriber *range = &image->subscribers[index];

	if (subscriber_flags_order(range->kind, &range->first, range->first_port, range->kind,
		    &range->last, range->last_port) > 0)
		return complain(complaint,
			"generation %" PRIu64 ": range %" PRIu32
			" of subscribers: ends before it begins",
			image->header.number, index);
	if (index > 0 &&
		subscriber_flags_order(range[-1].kind, &range[-1].last, range[-1].last_port,
			range->kind, &range->first, range->first_port) >= 0)
		return complain(complaint,
			"generation %" PRIu64 ": range %" PRIu32
			" of subscribers: does not begin behind the one before",
			image->header.number, index);
	return true;
}

bool generation_image_next_subscriber(
	struct generation_image *image, char *error, size_t error_size)
{
	const struct complaint complaint = {error, error_size};

	if (!check_subscriber(image, image->checked_subscribers, &complaint) ||
		!check_subscriber_order(image, image->checked_subscribers, &complaint))
		return false;
	image->checked_subscribers++;
	return true;
}

bool generation_image_complete(const struct generation_image *image, char *error, size_t error_size)
{
	const struct complaint complaint = {error, error_size};
	const struct generation_header *header = &image->header;

	if (image->checked_services != header->service_count)
		return complain(&complaint,
			"generation %" PRIu64 ": %" PRIu32 " of %" PRIu32
			" rules belong to no address",
			header->number, header->service_count - image->checked_services,
			header->service_count);
	for (uint32_t level = 1; level < GENERATION_LEVELS; level++) {
		if (image->checked_by_level[level] != header->rules_by_level[level])
			return complain(&complaint,
				"generation %" PRIu64 ": %" PRIu32 " rules of level %" PRIu32
				", the header says %" PRIu32,
				header->number, image->checked_by_level[level], level,
				header->rules_by_level[level]);
	}
	return true;
}
