// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The steps of schema.c, in their order; one file holds those of one room. Constants.

extern const char schema_first[];            // lists, settings, the audit log, contacts by address
extern const char schema_bindings[];         // sessions and bindings
extern const char schema_audit[];            // the audit log becomes a chain
extern const char schema_contacts[];         // contacts by subscriber
extern const char schema_bindings_present[]; // an index of what is held now
extern const char schema_trials[];           // trials, and what is measured in them
extern const char schema_caution[];          // what is disarmed, and since when entries may act
