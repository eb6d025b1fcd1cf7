// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The tables, and how an older database becomes a current one.
//
// The version of a database is its user_version; step n of the list in schema.c leads from n to
// n + 1. A step that has been released is never edited: what is to change becomes a new step at the
// end.

struct store;

// In one transaction. -1: failed, the database is unchanged.
int schema_upgrade(struct store *store);

// Whether it is the current one, for a database that is not to be written. -1: it is not.
int schema_check(struct store *store);
